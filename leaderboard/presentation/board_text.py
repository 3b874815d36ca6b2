"""How the command line names and prints boards."""

from argparse import ArgumentTypeError
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.results import BoardResult, ContenderResult, Line

BOARDS = "overall, category:<slug>, language:<code>, category_language:<slug>/<code>, axis:<slug>"
_BESIDE = {
    "elo_se": "elo_high", "rated_votes": "votes", "effective_voters": "voters", "effective_prompts": "prompts",
}  # fmt: skip
_HEAD = (
    f"{'ranks':>9}  {'Elo':>7}  {'95 % interval':>17}  {'μ − 3σ':>7}  {'votes':>8}  {'win':>5}  level        contender"
)


def parse_board(text: str) -> BoardKey:
    """Return the board that an option names. Raises ArgumentTypeError if it names none."""
    kind, _, value = text.partition(":")
    if kind == "overall" and not value:
        return BoardKey("overall")
    if kind == "category" and value:
        return BoardKey("category", value)
    if kind == "language" and value:
        return BoardKey("language", value)
    if kind == "axis" and value:
        return BoardKey("axis", value)
    if kind == "category_language" and all(value.rpartition("/")):
        return BoardKey("category_language", value)
    raise ArgumentTypeError(f"{text!r} is none of {BOARDS}")


def name_board(key: BoardKey) -> str:
    """Return the name that `parse_board` reads. A window's name also says its days, which is not read."""
    name = f"{key.slice}:{key.slice_value}" if key.slice_value else key.slice
    return f"{name}, last {key.days} days" if key.days else name


def name_columns() -> list[str]:
    """Return the columns of a line that the command line prints: the published ones, and the fit's own next to them."""
    names = ["contender", *(each.name for each in fields(Line))]
    for name, before in _BESIDE.items():
        names.insert(names.index(before) + 1, name)
    return names


def as_json(modality: str, key: BoardKey, result: BoardResult) -> dict[str, Any]:
    """Return a board as a dictionary for JSON."""
    board = asdict(result)
    board["contenders"] = [{name: line[name] for name in name_columns()} for line in board["contenders"]]
    return {"modality": modality, "board": name_board(key), **board}


def write_table(title: str, result: BoardResult, *, with_voters: bool = True) -> str:
    """Return a board as lines of text; control characters, which a terminal would obey, are escaped."""
    return "\n".join(_write_lines(title, result, with_voters=with_voters))


def _write_lines(title: str, result: BoardResult, *, with_voters: bool) -> Iterator[str]:
    yield printable(f"{title}: {result.votes} votes" + (f" by {result.voters} voters" if with_voters else ""))
    yield f"input  {result.input_hash}"
    yield f"output {result.output_hash}"
    yield _HEAD
    yield from map(_row, result.contenders)


def printable(text: str) -> str:
    """Return text with control characters, line breaks included, escaped."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _row(line: ContenderResult) -> str:
    ranks = "" if line.rank_low is None else f"{line.rank_low}–{line.rank_high}"
    interval = "" if line.elo_low is None else f"{line.elo_low:.1f} … {line.elo_high:.1f}"
    return (
        f"{ranks:>9}  {_number(line.elo, 1):>7}  {interval:>17}  {_number(line.conservative, 2):>7}  "
        f"{line.votes:>8}  {_number(line.win_rate, 3):>5}  {line.level:<11}  {printable(line.contender)}"
    )


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"
