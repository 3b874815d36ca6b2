"""The work of `rank`: read the files, rate their boards, print them. No Django is needed for it."""

import csv
import json
import os
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, Protocol

from arena.errors import DomainError
from leaderboard.management.axes_option import tell_axes
from leaderboard.management.ranking.file_notes import OF_REPLAY, UNKNOWN, note_dependence, note_rows, say_none
from leaderboard.management.ranking.rank_options import (
    AUTO,
    BY_PACKAGE,
    HELP,
    BadRankOption,
    add_rank_options,
    anchor_method,
    choose_method,
    refuse_useless,
)
from leaderboard.management.ranking.ranked_boards import Boards, choose_boards, rate_boards, replay_boards
from leaderboard.management.row_options import read_meanings, read_rules
from leaderboard.management.shares_option import read_shares_option
from leaderboard.presentation.board_text import name_board, name_columns, printable
from leaderboard.presentation.skill_lines import SkillLine
from leaderboard.presentation.tables.table_files import as_cell
from leaderboard.ratings.boards import OVERALL, BoardKey
from leaderboard.ratings.parameters import Thresholds
from leaderboard.votefiles.column_roles import FOR_RANKING, KNOWN_NAMES
from leaderboard.votefiles.vote_archive import write_votes
from leaderboard.votefiles.vote_files import VoteFile, join_files, read_votes, suit_method


class Writer(Protocol):
    """Where text is printed: a file, or Django's wrapper of one."""

    def write(self, text: str, /) -> Any:
        """Print the text."""


# The settings that are the thresholds of an arena's own boards.
_THRESHOLDS = {
    "THIN_VOTES": "thin_votes",
    "PRELIMINARY_VOTES": "established_votes",
    "PRELIMINARY_VOTERS": "established_voters",
}
# So few votes are rated before the compiled loops would be loaded.
_FEW = 200_000


def run_alone(arguments: Sequence[str], program: str, out: Writer, err: Writer) -> None:
    """Rank as these arguments say, with the thresholds of the environment. Raises DomainError, SystemExit on misuse."""
    parser = ArgumentParser(prog=program, description=HELP)
    add_rank_options(parser)
    rank_files(vars(parser.parse_args(arguments)), read_thresholds(os.environ), out, err, alone=True)


def read_thresholds(environment: Mapping[str, str]) -> Thresholds:
    """The thresholds that the settings would have. Raises BadRankOption for one that is no whole number."""
    given = {field: environment[name] for name, field in _THRESHOLDS.items() if name in environment}
    try:
        return Thresholds(**{name: int(text) for name, text in given.items()})
    except ValueError as error:
        raise BadRankOption(f"{', '.join(_THRESHOLDS)} must be whole numbers.") from error


def rank_files(
    options: Mapping[str, Any], thresholds: Thresholds, out: Writer, err: Writer, *, alone: bool = False
) -> None:
    """Print the boards of the files in `options`. Raises DomainError when a file or an option is at fault.

    `alone` says that the process ranks nothing else, so that it may do without the compiled loops.
    """
    files: list[Path] = options["files"]
    board: list[BoardKey | None] | None = options["board"]
    by_package = options["method"] == BY_PACKAGE
    if by_package:
        refuse_useless(options)
    shares = read_shares_option(options["shares"])
    read = _read(files, options)
    read = replace(read, votes=tell_axes(read.votes, options["axes"], board or []))
    _refuse_unknown(read, [name for name, _ in options["anchor"]])
    if alone and sum(map(len, read.votes.values())) < _FEW:
        os.environ.setdefault("EASEL_COMPILED", "0")
    method = anchor_method(suit_method(choose_method(options, thresholds), read.columns), options["anchor"])
    wanted = choose_boards(read, board or [OVERALL], options["both_bad"])
    boards: Boards = (
        list(replay_boards(wanted, method))
        if by_package
        else list(
            rate_boards(
                wanted,
                method,
                neutral=read.neutral,
                choose_prior=options["prior_sd"] == AUTO,
                ties=options["ties"],
                shares=shares,
            )
        )
    )
    title = files[0].name if len(files) == 1 else f"{len(files)} files"
    if not any(each.votes for each in boards):
        raise DomainError(printable(f"{title}: {say_none(read, board)}"))
    notes = [*note_rows(read), *([OF_REPLAY] if by_package else note_dependence(read))]
    if options["format"] == "json":
        _print_json(read, boards, notes, out)
    elif options["format"] == "csv":
        figures = [each.name for each in fields(SkillLine)] if by_package else name_columns()
        _print_csv(read, boards, notes, figures, out, err)
    else:
        _print_tables(title, read, boards, notes, out)


def _read(files: list[Path], options: Mapping[str, Any]) -> VoteFile:
    """The votes of all files, also saved if asked for."""
    save: Path | None = options["save"]
    if save and save.resolve() in [file.resolve() for file in files]:
        # What is saved has fewer columns.
        raise BadRankOption(printable(f"--save: {save} is a file that is read. Choose another name."))
    names = {role: options[role] for role in KNOWN_NAMES | FOR_RANKING if options[role] is not None}
    file = files[0]
    try:
        parts = []
        for file in files:
            parts.append(read_votes(file, names, read_meanings(options), read_rules(options)))  # noqa: PERF401  # the error below names the file
        read = parts[0] if len(parts) == 1 else join_files(parts)
        if save:
            file = save
            write_votes(file, read.votes, dealt=bool({"propensity", "dealt"} & read.columns.keys()))
    except DomainError as error:
        raise DomainError(printable(f"{file}: {error.message}")) from error
    except OSError as error:
        raise DomainError(printable(f"{file}: {error.strerror or error}")) from error
    return read


def _refuse_unknown(read: VoteFile, anchors: list[str]) -> None:
    known = {name for log in read.votes.values() for name in log.contenders}
    for name in anchors:
        if name not in known:
            raise BadRankOption(printable(f"--anchor: {name!r} is no contender of the file."))


def _print_tables(name: str, read: VoteFile, boards: Boards, notes: list[str], out: Writer) -> None:
    columns = ", ".join(f"{role}={column}" for role, column in read.columns.items())
    out.write(printable(f"columns: {columns}") + "\n")
    for note in notes:
        out.write(f"note: {note}\n")
    for each in boards:
        out.write("\n" + each.as_table(name, with_voters="voter" in read.columns) + "\n")


def _print_json(read: VoteFile, boards: Boards, notes: list[str], out: Writer) -> None:
    answers = [each.as_json() for each in boards]
    for answer in answers:
        _forget_unknown(answer, read)
        for line in answer["contenders"]:
            _forget_unknown(line, read)
    found = {"columns": read.columns, "unused": list(read.unused), "left_out": read.left_out, "notes": notes}
    out.write(json.dumps(found | {"boards": answers}, indent=1, ensure_ascii=False) + "\n")


def _print_csv(read: VoteFile, boards: Boards, notes: list[str], names: list[str], out: Writer, err: Writer) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["modality", "board", *names])
    for each in boards:
        for line in each.lines:
            values = {name: getattr(line, name) for name in names}
            _forget_unknown(values, read)
            writer.writerow(map(as_cell, [each.modality, name_board(each.key), *values.values()]))
    for note in notes:
        err.write(f"note: {note}\n")


def _forget_unknown(values: dict[str, Any], read: VoteFile) -> None:
    for role, names in UNKNOWN.items():
        if role not in read.columns:
            values.update(dict.fromkeys(values.keys() & set(names)))
