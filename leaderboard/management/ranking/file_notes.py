"""What a reader of a file's boards must know: what the intervals leave out, which rows and columns were not used."""

from collections.abc import Iterator
from itertools import chain

from leaderboard.presentation.board_text import name_board, printable
from leaderboard.ratings.boards import OVERALL, BoardKey
from leaderboard.votefiles.column_roles import shorten
from leaderboard.votefiles.vote_files import VoteFile

# Figures of a contender that are unknown if the file does not name voters, or prompts.
UNKNOWN = {"voter": ("voters", "effective_voters"), "prompt": ("prompts", "effective_prompts")}
OF_REPLAY = "TrueSkill vote by vote in the order of the file, by the trueskill package; weights do not enter"


def note_rows(read: VoteFile) -> Iterator[str]:
    """How the file was laid out, which rows a rule left out, and which columns were not used."""
    if read.layout:
        yield f"read as {read.layout}"
    if read.left_out:
        yield f"left out: {_count_left_out(read)}"
    if read.unused:
        yield printable(f"columns not used: {shorten(read.unused)}")


def note_dependence(read: VoteFile) -> Iterator[str]:
    """What the intervals do not account for."""
    missing = [role for role in UNKNOWN if role not in read.columns]
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
            yield f"all votes have the same {role}, so there are no intervals and no order; --{role} '' leaves it out"
    for role, count in read.nameless.items():
        yield f"{count:,} votes have an empty {role}; they count as one {role}'s"


def say_none(read: VoteFile, board: list[BoardKey | None] | None) -> str:
    """Say why there is nothing to print, and what can be printed."""
    if not any(map(len, read.votes.values())):
        return (
            f"there are no votes in it. Left out: {_count_left_out(read)}"
            if read.left_out
            else "there are no votes in it"
        )
    wanted = ", ".join(name_board(key) for key in board or [OVERALL] if key)
    return f"no votes on {wanted}. --board all prints every board that has some."


def _count_left_out(read: VoteFile) -> str:
    return ", ".join(f"{count:,} {'row' if count == 1 else 'rows'} {why}" for why, count in read.left_out.items())
