"""manage.py rank: anybody's file of votes ranked as this arena ranks its own, without a database."""

import csv
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import chain
from math import nan
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from leaderboard.management.answer_option import add_answer_option
from leaderboard.presentation.board_text import as_json, name_board, name_columns, printable, read_board, write_table
from leaderboard.presentation.standings_csv import as_cell
from leaderboard.queries.current_method import current_method
from leaderboard.ratings.boards import OVERALL, BoardKey, board_keys, compute_boards, find_boards
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.publishing import publish
from leaderboard.ratings.results import BoardResult
from leaderboard.votefiles.vote_archive import write_votes
from leaderboard.votefiles.vote_files import KNOWN_NAMES, VoteFile, join_files, read_votes, suit_method

# Figures of a contender that nobody knows where the file does not name voters, or prompts.
_UNKNOWN = {"voter": ("voters", "effective_voters"), "prompt": ("prompts", "effective_prompts")}


@dataclass(frozen=True)
class _Board:
    modality: str
    key: BoardKey
    result: BoardResult


class Command(BaseCommand):
    """Thin door to `read_votes` and the rating engine."""

    help = "Rank a file of votes: CSV, JSON Lines or JSON, plain or gzipped, or Parquet. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the names of its columns, what is wanted of it, the form of the answer."""
        parser.add_argument("files", metavar="file", type=Path, nargs="+", help="several are ranked as one")
        for role, known in KNOWN_NAMES.items():
            parser.add_argument(
                f"--{role}", metavar="COLUMN", help=f"the column with the {role}; without: {' or '.join(known)}"
            )
        add_answer_option(parser)
        parser.add_argument(
            "--save", type=Path, metavar="FILE", help="also write the votes to a Parquet file, which is read faster"
        )
        parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
        parser.add_argument(
            "--board", type=_read_board, action="append",
            help="overall (the default), category:<name>, language:<name>, category_language:<name>/<name>, "
            "or all but the latter; may repeat",
        )  # fmt: skip
        parser.add_argument(
            "--category-weights", choices=["equal", "votes"], default="equal",
            help="whether categories weigh the same overall, or each vote does",
        )  # fmt: skip
        parser.add_argument("--both-bad", choices=["apart", "tie"], default="apart", help="what both bad counts as")
        parser.add_argument(
            "--prior-sd", type=_read_spread, metavar="SD",
            help="how far strengths lie apart beforehand, in logits: the larger, the less a few votes are shrunk (2)",
        )  # fmt: skip
        for name, meaning in (
            ("thin-votes", "fewer votes are given no numbers"),
            ("established-votes", "fewer votes are given no rank"),
            ("established-voters", "fewer voters are given no rank"),
        ):
            parser.add_argument(f"--{name}", type=_read_count, metavar="N", help=meaning)

    def handle(self, *args: Any, files: list[Path], board: list[BoardKey | None] | None, **options: Any) -> None:
        """Print the boards; exit 1 with one line when a file is at fault."""
        names = {role: options[role] for role in KNOWN_NAMES if options[role] is not None}
        _refuse_overwriting(files, options["save"])
        file = files[0]
        try:
            parts = []
            for file in files:
                parts.append(read_votes(file, names, dict(options["answer"])))  # noqa: PERF401  # the error below names the file
            read = parts[0] if len(parts) == 1 else join_files(parts)
            if options["save"]:
                file = options["save"]
                write_votes(file, read.votes)
        except DomainError as error:
            raise CommandError(printable(f"{file}: {error.message}")) from error
        except OSError as error:
            raise CommandError(printable(f"{file}: {error.strerror or error}")) from error
        title = files[0].name if len(files) == 1 else f"{len(files)} files"
        method = suit_method(_choose_method(options), read.columns)
        boards = list(_rate(read, board or [OVERALL], method, options["both_bad"]))
        if not any(each.result.votes for each in boards):
            raise CommandError(printable(f"{title}: {_say_none(read, board)}"))
        if options["format"] == "json":
            self._print_json(read, boards)
        elif options["format"] == "csv":
            self._print_csv(read, boards)
        else:
            self._print_tables(title, read, boards)

    def _print_tables(self, name: str, read: VoteFile, boards: list[_Board]) -> None:
        self.stdout.write(printable("columns: " + ", ".join(f"{role}={name}" for role, name in read.columns.items())))
        for note in _notes(read):
            self.stdout.write(f"note: {note}")
        for each in boards:
            title = f"{each.modality or name} {name_board(each.key)}"
            self.stdout.write("\n" + write_table(title, each.result, with_voters="voter" in read.columns))

    def _print_json(self, read: VoteFile, boards: list[_Board]) -> None:
        answers = [as_json(each.modality, each.key, each.result) for each in boards]
        for answer in answers:
            _forget_unknown(answer, read)
            for line in answer["contenders"]:
                _forget_unknown(line, read)
        found = {"columns": read.columns, "notes": list(_notes(read)), "boards": answers}
        self.stdout.write(json.dumps(found, indent=1, ensure_ascii=False))

    def _print_csv(self, read: VoteFile, boards: list[_Board]) -> None:
        names = name_columns()
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(["modality", "board", *names])
        for each in boards:
            for line in each.result.contenders:
                values = {name: getattr(line, name) for name in names}
                _forget_unknown(values, read)
                writer.writerow(map(as_cell, [each.modality, name_board(each.key), *values.values()]))
        for note in _notes(read):
            self.stderr.write(f"note: {note}")


def _refuse_overwriting(files: list[Path], save: Path | None) -> None:
    """What is saved has fewer columns than what was read: it must not take its place."""
    if save and save.resolve() in [file.resolve() for file in files]:
        raise CommandError(printable(f"--save: {save} is a file that is read. Choose another name."))


def _rate(read: VoteFile, wanted: list[BoardKey | None], method: Method, both_bad: str) -> Iterator[_Board]:
    for modality, votes in read.votes.items():
        counted = votes.count_both_bad_as_ties() if both_bad == "tie" else votes
        everything = board_keys(counted) if None in wanted else ()
        asked = find_boards(counted, [key for key in wanted if key and key not in everything])
        for key, result in compute_boards(counted, method, keys=(*everything, *asked)).items():
            yield _Board(modality, key, publish(result))


def _choose_method(options: Mapping[str, Any]) -> Method:
    method = current_method()
    names = ("thin_votes", "established_votes", "established_voters")
    given = {name: options[name] for name in names if options[name] is not None}
    return replace(
        method,
        prior_sd=options["prior_sd"] or method.prior_sd,
        equal_category_weights=options["category_weights"] == "equal",
        thresholds=replace(method.thresholds, **given),
    )


def _notes(read: VoteFile) -> Iterator[str]:
    """What the intervals do not answer for, and what else a reader must know."""
    missing = [role for role in _UNKNOWN if role not in read.columns]
    if len(missing) == 2:
        yield (
            "the file names neither voters nor prompts: every vote is taken as independent, "
            "so intervals are too narrow where one person voted often or prompts came again. "
            "--voter and --prompt name columns"
        )
    elif missing == ["voter"]:
        yield "the file names no voters: intervals are clustered by prompt only, as if every vote were another person's"
    elif missing == ["prompt"]:
        yield "the file names no prompts: intervals are clustered by voter only and answer for these prompts alone"
    logs = read.votes.values()
    for role, tables in (("voter", [log.voters for log in logs]), ("prompt", [log.prompts for log in logs])):
        if role in read.columns and len(set(chain.from_iterable(tables))) == 1:
            yield f"all votes have the same {role}, so there are no intervals and no ranks; --{role} '' leaves it out"
    for role, count in read.nameless.items():
        yield f"{count:,} votes have an empty {role}; they count as one {role}'s"


def _forget_unknown(values: dict[str, Any], read: VoteFile) -> None:
    for role, names in _UNKNOWN.items():
        if role not in read.columns:
            values.update(dict.fromkeys(values.keys() & set(names)))


def _read_board(text: str) -> BoardKey | None:
    if text == "all":
        return None
    try:
        return read_board(text)
    except ArgumentTypeError as error:
        raise ArgumentTypeError(f"{error}, all") from error


def _say_none(read: VoteFile, board: list[BoardKey | None] | None) -> str:
    """Why there is nothing to print, and what would be."""
    if not any(map(len, read.votes.values())):
        return "there are no votes in it"
    wanted = ", ".join(name_board(key) for key in board or [OVERALL] if key)
    return f"no votes on {wanted}. --board all prints every board that has some."


def _read_count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _read_spread(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        found = nan
    if not 0.01 <= found <= 1e5:
        raise ArgumentTypeError(f"{text!r} is not a number from 0.01 to 100000")
    return found
