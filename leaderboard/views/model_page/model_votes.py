"""What votes say of a model: its boards, whom it met, who is like it, and how its rating went over time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from arena.catalog.models import ImageModel, Modality
from leaderboard.presentation.board_address import BoardAddress, history_url
from leaderboard.presentation.comparing.compare_address import compare_url
from leaderboard.presentation.ledger_choice import find_usual_ledger
from leaderboard.presentation.model_page.model_events import ModelEvent, list_events
from leaderboard.presentation.model_page.similar_sentences import state_price, state_profile, state_rating
from leaderboard.queries.comparing.verdicts import Opinion, read_opinion
from leaderboard.queries.histories import HistoryPoint, draw_points, find_named
from leaderboard.queries.model_pages.arenas import list_arenas
from leaderboard.queries.model_pages.opponents import Opponent, list_opponents, pick_matchups
from leaderboard.queries.model_pages.sample_pairs import SamplePair, sample_pairs
from leaderboard.queries.model_pages.similar import find_similar
from leaderboard.queries.standings import BoardView, StandingRow
from leaderboard.views.kept_boards import open_kept_board


@dataclass(frozen=True)
class TopMatchup:
    """The closest, best or worst matchup with the address of its comparison, and pictures of the same open prompts."""

    kind: str
    opponent: Opponent
    url: str
    samples: tuple[SamplePair, ...]


@dataclass(frozen=True)
class ModelHistory:
    """How one contender's rating on the overall board went, with what may explain it."""

    name: str
    url: str
    points: tuple[HistoryPoint, ...]
    events: tuple[ModelEvent, ...]


@dataclass(frozen=True)
class ModelBoard:
    """A model on one overall board: `own` is its best line, `similar` names others by what they have in common.

    `board_query` asks the API for what there is of the board.
    """

    board: BoardView
    label: str
    board_query: str
    own: StandingRow
    matchups: tuple[TopMatchup, ...]
    opponents: tuple[tuple[Opponent, str], ...]
    similar: tuple[tuple[str, tuple[tuple[StandingRow, str], ...]], ...]
    history: ModelHistory


def read_model_boards(image_model: ImageModel, *, ledger: str, chosen: Mapping[str, str]) -> tuple[ModelBoard, ...]:
    """Return the model on a ledger's overall boards; `chosen` is the ledger in addresses, by the modalities asked."""
    found = []
    for modality, in_address in chosen.items():
        board = open_kept_board(BoardAddress(modality, ledger=ledger).question(usual_ledger=ledger))
        own = [row for row in board.rows if row.model_slug == image_model.slug]
        if own:
            found.append(_read(board, own[0], in_address))
    return tuple(found)


def _read(board: BoardView, own: StandingRow, chosen: str) -> ModelBoard:
    opinion = read_opinion(board)
    met = list_opponents(board, opinion, own.model_slug)
    urls = [compare_url(_slugs(one), query=[("ledger", chosen)]) for one in met]
    return ModelBoard(
        board=board,
        label=str(Modality(board.modality).label),
        board_query=BoardAddress(board.modality).api_query(ledger=board.ledger_slug),
        own=own,
        matchups=_show_matchups(board, met, chosen),
        opponents=tuple(zip(met, urls, strict=True)),
        similar=_name_similar(board, own, opinion),
        history=_read_history(board, own, chosen),
    )


def _slugs(one: Opponent) -> tuple[str, str]:
    return one.own.contender_slug, one.other.contender_slug


def _show_matchups(board: BoardView, met: Sequence[Opponent], chosen: str) -> tuple[TopMatchup, ...]:
    picked = pick_matchups(met)
    # Labels of a file are not those of this arena's pictures.
    is_own = board.ledger_kind != "imported"
    pairs = [_slugs(one) for _kind, one in picked] if is_own else []
    samples = sample_pairs(pairs, ledger=board.ledger_slug, modality=board.modality) if pairs else {}
    return tuple(
        TopMatchup(kind, one, compare_url(_slugs(one), query=[("ledger", chosen)]), samples.get(_slugs(one), ()))
        for kind, one in picked
    )


def _name_similar(
    board: BoardView, own: StandingRow, opinion: Opinion
) -> tuple[tuple[str, tuple[tuple[StandingRow, str], ...]], ...]:
    """Others by rating, by price and by profile, each with its sentence."""
    found = find_similar(board, own, opinion)
    return (
        ("rating", tuple((one.row, state_rating(one)) for one in found.by_rating)),
        ("price", tuple((one.row, state_price(one, own.price)) for one in found.by_price)),
        ("profile", tuple((one.row, state_profile(one)) for one in found.by_profile)),
    )


def _read_history(board: BoardView, own: StandingRow, chosen: str) -> ModelHistory:
    points = draw_points(board, find_named(board.ledger_slug, own.contender_slug))
    events = list_events(points, own.model_slug, logged=board.ledger_kind != "imported")
    url = history_url(BoardAddress(board.modality, ledger=chosen), own.contender_slug)
    return ModelHistory(own.contender_name, url, points, events)


def list_arena_lines(image_model: ImageModel) -> list[dict[str, Any]]:
    """Return the model's lines on all overall boards, with their addresses; nothing if there is only one board."""
    lines = list_arenas(image_model.slug)
    if len({(line.ledger.slug, line.modality) for line in lines}) < 2:
        return []
    usual = {line.modality: find_usual_ledger(line.modality) for line in lines}
    return [
        {
            "line": line,
            "label": Modality(line.modality).label,
            "url": BoardAddress(
                line.modality, ledger="" if line.ledger.slug == usual[line.modality] else line.ledger.slug
            ).url,
        }
        for line in lines
    ]
