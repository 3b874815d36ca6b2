"""How the command line names and prints boards."""

from argparse import ArgumentTypeError
from collections.abc import Iterator
from dataclasses import asdict, fields
from typing import Any

from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.results import BoardResult, ContenderResult, Flag, Line

BOARDS = "overall, category:<slug>, language:<code>, category_language:<slug>/<code>, axis:<slug>"
_BESIDE = {"elo_se": "elo_high", "rated_votes": "votes"}
_FLAGS: dict[Flag, str] = {
    "disconnected": "no votes link it to the others, so its place among them means nothing",
    "separated": "no chain of wins leads to it from the others, or none from it to them, so only the prior keeps its "
    "rating finite",
}
# A board names this many anchors.
_MOST_ANCHORS = 8
_HEAD = (
    f"{'ranks':>9}  {'Elo':>7}  {'95 % interval':>17}  {'μ − 3σ':>7}  {'votes':>8}  {'worth':<12}  {'win':>5}  "
    f"{'level':<11}  contender"
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
    yield from _say_centre(result)
    yield _HEAD
    yield from (_row(line, _say_worth(line, result)) for line in result.contenders)
    if any(_say_worth(line, result) for line in result.contenders):
        yield "worth: so many equally active voters, or equally used prompts, would tell as much; shown below ten"
    flagged = {flag for line in result.contenders for flag in line.flags}
    yield from (f"{flag}: {meaning}" for flag, meaning in _FLAGS.items() if flag in flagged)


def _say_centre(result: BoardResult) -> Iterator[str]:
    """Whose mean Elo is the centre, and how much the left side is favoured."""
    centre, names = f"{result.method.elo_centre:g}", [printable(name) for name in result.anchor]
    if names:
        shown = ", ".join(names[:_MOST_ANCHORS]) + (
            f" and {len(names) - _MOST_ANCHORS} more" if names[_MOST_ANCHORS:] else ""
        )
        everybody = len(names) == len(result.contenders) > 1
        yield f"anchor {centre} is the mean of {'all contenders' if everybody else shown}"
    effect = result.position_effect
    if effect is not None:
        scale = result.method.elo_per_logit
        error = "" if effect.se is None else f", standard error {scale * effect.se:.1f}"
        yield f"sides  the left one is favoured by {scale * effect.logit:.1f} Elo{error}"


def printable(text: str) -> str:
    """Return text with control characters, line breaks included, escaped."""
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)


def _say_worth(line: ContenderResult, result: BoardResult) -> str:
    """How few voters or prompts the votes are worth; empty where there are many."""
    found = line.find_worth(result.method.clusters)
    return "" if found is None else f"{found[1]:.1f} {found[0]}s"


def _row(line: ContenderResult, worth: str) -> str:
    ranks = "" if line.rank_low is None else f"{line.rank_low}–{line.rank_high}"
    flags = f"  [{', '.join(line.flags)}]" if line.flags else ""
    interval = "" if line.elo_low is None else f"{line.elo_low:.1f} … {line.elo_high:.1f}"
    return (
        f"{ranks:>9}  {_number(line.elo, 1):>7}  {interval:>17}  {_number(line.conservative, 2):>7}  "
        f"{line.votes:>8}  {worth:<12}  {_number(line.win_rate, 3):>5}  {line.level:<11}  {printable(line.contender)}"
        f"{flags}"
    )


def _number(value: float | None, decimals: int) -> str:
    return "" if value is None else f"{value:.{decimals}f}"
