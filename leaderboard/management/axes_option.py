"""The option that says which axes the prompts of a file test."""

from argparse import ArgumentParser
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from arena.errors import DomainError
from leaderboard.presentation.board_text import printable
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.columns.prompt_axes import PromptAxes
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.votefiles.beside.axis_map_files import read_axis_map


def add_axes_option(parser: ArgumentParser) -> None:
    """Declare `--axes`."""
    parser.add_argument(
        "--axes",
        type=Path,
        metavar="FILE",
        help="which axes each prompt tests, as /api/v1/ledgers/<slug>/axes/ exports it: for boards by axis",
    )


def tell_axes(logs: Mapping[str, VoteLog], file: Path | None, asked: Collection[BoardKey | None]) -> dict[str, VoteLog]:
    """Return the logs with the axes that the file gives their prompts.

    Raises DomainError for a bad file, and where a board by axis is asked for without one.
    """
    axes = read_axes_option(file)
    if axes is None and any(key and key.slice == "axis" for key in asked):
        raise DomainError("A board by axis needs --axes FILE, which says what the prompts test.")
    return {modality: replace(log, axes=axes) for modality, log in logs.items()}


def read_axes_option(file: Path | None) -> PromptAxes | None:
    """Return what the option's file says, None without one. Raises DomainError for a bad file."""
    try:
        return read_axis_map(file) if file else None
    except DomainError as error:
        raise DomainError(printable(f"{file}: {error.message}")) from error
