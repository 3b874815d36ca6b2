"""What a page's head says to whoever shares it: a card, a title, a finding; and the page's other forms."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from leaderboard.presentation.board_address import BoardAddress
from leaderboard.presentation.comparing.compare_address import compare_url
from leaderboard.presentation.comparing.verdict_sentences import Judgement
from leaderboard.presentation.sharing.cards.share_card import ShareCard
from leaderboard.presentation.sharing.other_forms import (
    choice_of_board,
    feed_of_board,
    markdown_of_board,
    markdown_of_comparison,
    markdown_of_model,
)


@dataclass(frozen=True)
class ShareHead:
    """The text of the tags; addresses are paths of this site, empty where there is no such form."""

    title: str
    text: str
    url: str
    card_url: str
    markdown_url: str = ""
    feed_url: str = ""


def head_of_board(address: BoardAddress, card: ShareCard | None, *, title: str, text: str) -> ShareHead:
    """The head of a board; every tab shares the board's card."""
    return ShareHead(
        title=title,
        text=text,
        url=address.canonical.url,
        card_url="" if card is None else board_card_url(address, card),
        markdown_url=markdown_of_board(address),
        feed_url=feed_of_board(address),
    )


def head_of_model(slug: str, card: ShareCard, *, ledger: str) -> ShareHead:
    """The head of a model's page; `ledger` is empty for the default one."""
    query = f"?{urlencode({'ledger': ledger})}" if ledger else ""
    return ShareHead(
        title=card.title,
        text=card.finding,
        url=f"{reverse('model', args=[slug])}{query}",
        card_url=model_card_url(slug, card, ledger=ledger),
        markdown_url=markdown_of_model(slug, query=query),
        feed_url=reverse("model-feed", args=[slug]),
    )


def head_of_comparison(card: ShareCard | None, judged: Judgement, *, query: Sequence[tuple[str, str]]) -> ShareHead:
    """The head of a comparison of two; `query` is what of its address is kept beside the contenders."""
    return ShareHead(
        title=_("{one} vs {two}").format(one=judged.names[0], two=judged.names[1]),
        text=judged.sentence,
        url=compare_url(judged.slugs, query=query),
        card_url="" if card is None else compare_card_url(judged.slugs, card, query=query),
        markdown_url=markdown_of_comparison(judged.slugs, query=query),
    )


def compare_card_url(slugs: Sequence[str], card: ShareCard, *, query: Sequence[tuple[str, str]]) -> str:
    """The address of exactly this card of two contenders; empty for labels that fit no path."""
    if "?" in compare_url(slugs):
        return ""
    path = reverse("compare-card", args=[*sorted(slugs), card.digest])
    kept = urlencode([(name, value) for name, value in query if value])
    return f"{path}?{kept}" if kept else path


def board_card_url(address: BoardAddress, card: ShareCard) -> str:
    """The address of exactly this card of a board."""
    chosen = choice_of_board(address)
    path = reverse("board-card", args=[address.modality, card.digest])
    return f"{path}?{chosen}" if chosen else path


def model_card_url(slug: str, card: ShareCard, *, ledger: str) -> str:
    """The address of exactly this card of a model."""
    path = reverse("model-card", args=[slug, card.digest])
    return f"{path}?{urlencode({'ledger': ledger})}" if ledger else path
