"""A contender's ratings by category and language in one grid, from its lines on all boards that were computed."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from leaderboard.presentation.board_address import BoardAddress
from leaderboard.queries.slices import TitledBoard
from leaderboard.queries.standings import PlacedStanding
from leaderboard.ratings.results import Line


@dataclass(frozen=True)
class GridCell:
    """A contender's line on one board with the board's address; None where it has no votes or nobody asked yet."""

    line: Line | None
    url: str


@dataclass(frozen=True)
class RatingGrid:
    """Rows of categories with a cell for all languages, then one for each; the first row is of all categories."""

    languages: tuple[str, ...]
    rows: tuple[tuple[str, tuple[GridCell, ...]], ...]


def lay_grid(
    placed: Sequence[PlacedStanding], lines: Mapping[tuple[str, str, str], Line], *, ledger: str
) -> RatingGrid | None:
    """Lay out one contender's lines on boards of one modality; None with fewer than two languages.

    `lines` are those on boards of a category in a language, by modality, contender and slice.
    """
    first = placed[0]
    whole = {one.board.slice: one.row.line for one in placed if one.board.slice == "overall"}
    languages = [one.board for one in placed if one.board.slice == "language"]
    spoken = {one.board.slice_value: one.row.line for one in placed if one.board.slice == "language"}
    if len(spoken) < 2:
        return None
    address = BoardAddress(first.board.modality, ledger=ledger)
    head = [GridCell(whole.get("overall"), address.url)]
    head += [GridCell(spoken[code], address.but(language=code).url) for code in spoken]
    rows = [("", tuple(head))]
    for one in placed:
        if one.board.slice == "category":
            slug = one.board.slice_value
            key = first.board.modality, first.row.contender_slug
            cells = [GridCell(one.row.line, address.but(category=slug).url)]
            cells += [
                GridCell(lines.get((*key, f"{slug}/{code}")), address.but(category=slug, language=code).url)
                for code in spoken
            ]
            rows.append((one.board.title, tuple(cells)))
    return RatingGrid(tuple(board.title for board in languages), tuple(rows))


def list_unvoted(
    known: Iterable[TitledBoard], own: Sequence[PlacedStanding], *, ledger: str
) -> Iterator[tuple[str, str]]:
    """Yield title and address of the boards of a category or a language on which a contender has no votes."""
    voted = {(one.board.slice, one.board.slice_value) for one in own}
    for board in known:
        key = board.key
        if key.slice in ("category", "language") and (key.slice, key.slice_value) not in voted:
            yield board.title, BoardAddress(key.modality, ledger=ledger).but(**{key.slice: key.slice_value}).url
