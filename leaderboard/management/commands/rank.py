"""manage.py rank: rank anybody's file of votes as this arena ranks its own, without a database."""

import csv
import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from itertools import chain
from math import nan
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from leaderboard.management.answer_option import add_answer_option
from leaderboard.management.axes_option import add_axes_option, tell_axes
from leaderboard.presentation.board_text import as_json, name_board, name_columns, parse_board, printable, write_table
from leaderboard.presentation.skill_lines import SkillLine, order_skills, publish_skill, write_skills
from leaderboard.presentation.tables.table_files import as_cell
from leaderboard.queries.current_method import current_method
from leaderboard.ratings.boards import OVERALL, BoardKey, board_keys, compute_boards, find_boards, slice_votes
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.fits.trueskill_package import replay_by_package
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.publishing import publish
from leaderboard.ratings.results import BoardResult, ContenderResult
from leaderboard.votefiles.vote_archive import write_votes
from leaderboard.votefiles.vote_files import KNOWN_NAMES, VoteFile, join_files, read_votes, suit_method

# Figures of a contender that are unknown if the file does not name voters, or prompts.
_UNKNOWN = {"voter": ("voters", "effective_voters"), "prompt": ("prompts", "effective_prompts")}
# What `--method` may name: the method of every board, and a replay for comparison.
_BRADLEY_TERRY, _BY_PACKAGE = "bradley-terry", "trueskill-package"
_OF_REPLAY = "TrueSkill vote by vote in the order of the file, by the trueskill package; weights do not enter"
# Options of Bradley–Terry that would change nothing in a replay, with their defaults.
_NOT_IN_REPLAY = {
    "category_weights": "equal",
    "prior_sd": None,
    "thin_votes": None,
    "established_votes": None,
    "established_voters": None,
}


@dataclass(frozen=True)
class _Board:
    """A board as this arena ranks it."""

    modality: str
    key: BoardKey
    result: BoardResult

    @property
    def votes(self) -> int:
        return self.result.votes

    @property
    def lines(self) -> tuple[ContenderResult, ...]:
        return self.result.contenders

    def as_json(self) -> dict[str, Any]:
        return as_json(self.modality, self.key, self.result)

    def as_table(self, name: str, *, with_voters: bool) -> str:
        return write_table(f"{self.modality or name} {name_board(self.key)}", self.result, with_voters=with_voters)


@dataclass(frozen=True)
class _Replay:
    """A board as a replay vote by vote ranks it."""

    modality: str
    key: BoardKey
    votes: int
    lines: tuple[SkillLine, ...]

    def as_json(self) -> dict[str, Any]:
        lines = [asdict(line) for line in self.lines]
        return {"modality": self.modality, "board": name_board(self.key), "votes": self.votes, "contenders": lines}

    def as_table(self, name: str, *, with_voters: bool) -> str:
        return write_skills(f"{self.modality or name} {name_board(self.key)}: {self.votes} votes", self.lines)


_Boards = Sequence[_Board] | Sequence[_Replay]


class Command(BaseCommand):
    """Thin door to `read_votes` and the rating engine."""

    help = "Rank a file of votes: CSV, JSON Lines or JSON, plain or gzipped, or Parquet. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the names of its columns, what is wanted of it, the form of the answer."""
        parser.add_argument("files", metavar="file", type=Path, nargs="+", help="several are ranked as one")
        for role, known in KNOWN_NAMES.items():
            parser.add_argument(
                f"--{role}", metavar="COLUMN", help=f"the column with the {role} (default: {' or '.join(known)})"
            )
        add_answer_option(parser)
        parser.add_argument(
            "--save", type=Path, metavar="FILE", help="also write the votes to a Parquet file, which is read faster"
        )
        parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
        add_axes_option(parser)
        parser.add_argument(
            "--board", type=_parse_board, action="append",
            help="overall (the default), category:<name>, language:<name>, category_language:<name>/<name>, "
            "axis:<name>, or all, which means every board except those of a category in a language; may repeat",
        )  # fmt: skip
        parser.add_argument(
            "--category-weights", choices=["equal", "votes"], default="equal",
            help="whether the overall board weighs all categories equally, or all votes",
        )  # fmt: skip
        parser.add_argument(
            "--method", choices=[_BRADLEY_TERRY, _BY_PACKAGE], default=_BRADLEY_TERRY,
            help="bradley-terry (the default): Elo, intervals, and TrueSkill from all votes at once; "
            "trueskill-package: TrueSkill vote by vote by that package itself, for comparison (0.1 s for 1,000 votes)",
        )  # fmt: skip
        parser.add_argument("--both-bad", choices=["apart", "tie"], default="apart", help="what both bad counts as")
        parser.add_argument(
            "--prior-sd", type=_read_spread, metavar="SD",
            help="standard deviation of strengths before any vote, in logits (2): a larger one shrinks few votes less",
        )  # fmt: skip
        for name, meaning in (
            ("thin-votes", "with fewer votes, no numbers are shown"),
            ("established-votes", "with fewer votes, no rank is shown"),
            ("established-voters", "with fewer voters, no rank is shown"),
        ):
            parser.add_argument(f"--{name}", type=_read_count, metavar="N", help=meaning)

    def handle(self, *args: Any, files: list[Path], board: list[BoardKey | None] | None, **options: Any) -> None:
        """Print the boards; exit 1 with one line when a file is at fault."""
        names = {role: options[role] for role in KNOWN_NAMES if options[role] is not None}
        _refuse_overwriting(files, options["save"])
        by_package = options["method"] == _BY_PACKAGE
        if by_package:
            _refuse_useless(options)
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
        read = replace(read, votes=tell_axes(read.votes, options["axes"], board or []))
        title = files[0].name if len(files) == 1 else f"{len(files)} files"
        method = suit_method(_choose_method(options), read.columns)
        wanted = _choose_boards(read, board or [OVERALL], options["both_bad"])
        boards: _Boards = list(_replay(wanted, method)) if by_package else list(_rate(wanted, method))
        if not any(each.votes for each in boards):
            raise CommandError(printable(f"{title}: {_say_none(read, board)}"))
        notes = [_OF_REPLAY] if by_package else list(_notes(read))
        if options["format"] == "json":
            self._print_json(read, boards, notes)
        elif options["format"] == "csv":
            figures = [each.name for each in fields(SkillLine)] if by_package else name_columns()
            self._print_csv(read, boards, notes, figures)
        else:
            self._print_tables(title, read, boards, notes)

    def _print_tables(self, name: str, read: VoteFile, boards: _Boards, notes: list[str]) -> None:
        self.stdout.write(printable("columns: " + ", ".join(f"{role}={name}" for role, name in read.columns.items())))
        for note in notes:
            self.stdout.write(f"note: {note}")
        for each in boards:
            self.stdout.write("\n" + each.as_table(name, with_voters="voter" in read.columns))

    def _print_json(self, read: VoteFile, boards: _Boards, notes: list[str]) -> None:
        answers = [each.as_json() for each in boards]
        for answer in answers:
            _forget_unknown(answer, read)
            for line in answer["contenders"]:
                _forget_unknown(line, read)
        found = {"columns": read.columns, "notes": notes, "boards": answers}
        self.stdout.write(json.dumps(found, indent=1, ensure_ascii=False))

    def _print_csv(self, read: VoteFile, boards: _Boards, notes: list[str], names: list[str]) -> None:
        writer = csv.writer(self.stdout, lineterminator="\n")
        writer.writerow(["modality", "board", *names])
        for each in boards:
            for line in each.lines:
                values = {name: getattr(line, name) for name in names}
                _forget_unknown(values, read)
                writer.writerow(map(as_cell, [each.modality, name_board(each.key), *values.values()]))
        for note in notes:
            self.stderr.write(f"note: {note}")


def _refuse_useless(options: Mapping[str, Any]) -> None:
    """Refuse an option that would change nothing: whoever gives it expects an effect."""
    for name, usual in _NOT_IN_REPLAY.items():
        if options[name] != usual:
            raise CommandError(f"--{name.replace('_', '-')} changes nothing with --method {_BY_PACKAGE}. Leave it out.")


def _refuse_overwriting(files: list[Path], save: Path | None) -> None:
    """Refuse to save over a file that was read: what is saved has fewer columns."""
    if save and save.resolve() in [file.resolve() for file in files]:
        raise CommandError(printable(f"--save: {save} is a file that is read. Choose another name."))


def _choose_boards(
    read: VoteFile, wanted: list[BoardKey | None], both_bad: str
) -> Iterator[tuple[str, VoteLog, list[BoardKey]]]:
    """Yield each modality, its votes with both-bad answers as asked, and its boards."""
    for modality, votes in read.votes.items():
        counted = votes.count_both_bad_as_ties() if both_bad == "tie" else votes
        everything = board_keys(counted) if None in wanted else ()
        asked = find_boards(counted, [key for key in wanted if key and key not in everything])
        yield modality, counted, [*everything, *asked]


def _rate(wanted: Iterable[tuple[str, VoteLog, list[BoardKey]]], method: Method) -> Iterator[_Board]:
    for modality, votes, keys in wanted:
        for key, result in compute_boards(votes, method, keys=keys).items():
            yield _Board(modality, key, publish(result))


def _replay(wanted: Iterable[tuple[str, VoteLog, list[BoardKey]]], method: Method) -> Iterator[_Replay]:
    for modality, votes, keys in wanted:
        for key in keys:
            own = slice_votes(votes, key).compact()
            lines = map(publish_skill, order_skills(own.contenders, replay_by_package(own, method)))
            yield _Replay(modality, key, len(own), tuple(lines))


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
    """What the intervals do not account for, and what else a reader must know."""
    missing = [role for role in _UNKNOWN if role not in read.columns]
    if len(missing) == 2:
        yield (
            "the file names neither voters nor prompts: every vote is taken as independent, "
            "so intervals are too narrow if a person voted or a prompt was shown more than once. "
            "Name the columns with --voter and --prompt"
        )
    elif missing == ["voter"]:
        yield "the file names no voters: intervals are clustered by prompt only, as if every vote were another person's"
    elif missing == ["prompt"]:
        yield "the file names no prompts: intervals are clustered by voter only and hold for these prompts alone"
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


def _parse_board(text: str) -> BoardKey | None:
    if text == "all":
        return None
    try:
        return parse_board(text)
    except ArgumentTypeError as error:
        raise ArgumentTypeError(f"{error}, all") from error


def _say_none(read: VoteFile, board: list[BoardKey | None] | None) -> str:
    """Say why there is nothing to print, and what can be printed."""
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
