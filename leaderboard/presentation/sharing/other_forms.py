"""Addresses of a page's other forms: Markdown, and the feed of its changes."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.urls import reverse

from leaderboard.presentation.board_address import BoardAddress
from leaderboard.presentation.comparing.compare_address import compare_url

# What of a board's address chooses the board; the rest orders and hides rows.
_CHOOSING = ("category", "language", "axis", "days", "tiers", "ledger", "at")


def markdown_of_board(board: BoardAddress) -> str:
    """The Markdown form of a board, with the same choices as its page."""
    return _ask("board-markdown", board.modality, board.but(view="", open="").query)


def markdown_of_model(slug: str, *, query: str = "") -> str:
    """The Markdown form of a model's page; `query` is that of the page, with its question mark."""
    return f"{reverse('model-markdown', args=[slug])}{query}"


def markdown_of_comparison(slugs: Sequence[str], *, query: Sequence[tuple[str, str]]) -> str:
    """The Markdown form of a comparison; `query` is what of its address is kept beside the contenders."""
    path, mark, asked = compare_url(slugs, query=query).partition("?")
    return f"{path.removesuffix('/')}.md{mark}{asked}"


def feed_of_board(board: BoardAddress) -> str:
    """The feed of what changes on a board; a window or a past moment has none, so it is that of the board itself."""
    kept = [(name, value) for name, value in board.kept if name in ("category", "language", "axis", "ledger")]
    return _ask("board-feed", board.modality, urlencode(kept))


def choice_of_board(board: BoardAddress) -> str:
    """The query that chooses a board, without a question mark."""
    return urlencode([(name, value) for name, value in board.kept if name in _CHOOSING])


def _ask(name: str, modality: str, query: str) -> str:
    path = reverse(name, args=[modality])
    return f"{path}?{query}" if query else path
