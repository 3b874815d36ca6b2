"""Boards that are kept in memory until what they show changes: sorting and filtering do not read them again."""

from functools import lru_cache

from django.utils.translation import get_language

from leaderboard.computing.on_demand import open_board
from leaderboard.models import is_on_demand
from leaderboard.presentation.board_address import BoardQuestion
from leaderboard.queries.page_stamp import read_page_stamp
from leaderboard.queries.standings import BoardSummary, BoardView, list_boards

# A board of 250 contenders takes about a megabyte.
MOST_KEPT = 24


def open_kept_board(question: BoardQuestion) -> BoardView:
    """Return what `open_board` returns, from memory if it is kept. Boards on demand and earlier ones are not kept."""
    kind = "category_language" if question["category"] and question["language"] else ""
    if question["at"] or question["axis"] or is_on_demand(kind, question["days"], question["tiers"]):
        return open_board(**question)
    stamp = read_page_stamp(modality=question["modality"])
    category, language = question["category"], question["language"]
    return _open(stamp, get_language(), question["ledger"], question["modality"], category, language)


def list_kept_boards(*, ledger: str, modality: str, tiers: str) -> tuple[BoardSummary, ...]:
    """Return what `list_boards` returns, from memory if it is kept."""
    return _list(read_page_stamp(modality=modality), get_language(), ledger, modality, tiers)


@lru_cache(maxsize=MOST_KEPT)
def _open(
    stamp: str, reader: str | None, ledger: str, modality: str, category: str | None, language: str | None
) -> BoardView:
    return open_board(ledger=ledger, modality=modality, category=category, language=language)


@lru_cache(maxsize=MOST_KEPT)
def _list(stamp: str, reader: str | None, ledger: str, modality: str, tiers: str) -> tuple[BoardSummary, ...]:
    return list_boards(ledger=ledger, modality=modality, tiers=tiers)
