"""Two contenders, or up to four, side by side: who is better, where, on the same prompts, and at what price."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from arena.catalog.models import Contender, Fact, Modality
from arena.errors import NotFound
from leaderboard.presentation.board_address import LONGEST_LABEL, BoardAddress, board_url, clean_choice
from leaderboard.presentation.comparing.compare_address import MOST_COMPARED, compare_url
from leaderboard.presentation.comparing.side_by_side import ComparedGroup, compare_side_by_side
from leaderboard.presentation.comparing.verdict_sentences import Judgement, state_judgement
from leaderboard.presentation.ledger_choice import LedgerLink, find_usual_ledger, link_ledgers, list_ledgers
from leaderboard.presentation.sharing.card_facts import card_of_comparison
from leaderboard.presentation.sharing.other_forms import markdown_of_comparison
from leaderboard.presentation.sharing.share_head import ShareHead, head_of_comparison
from leaderboard.queries.comparing.compared_slices import gather_slices
from leaderboard.queries.comparing.same_prompts import SamePrompt, list_same_prompts
from leaderboard.queries.comparing.verdicts import (
    Verdict,
    lines_of,
    pick_records,
    read_opinion,
)
from leaderboard.queries.model_pages.imported_names import labels_in
from leaderboard.queries.slices import language_name
from leaderboard.queries.standings import BoardView, StandingRow, list_boards, read_board

# What of the address is kept beside the contenders.
KEPT = ("language", "ledger")


@dataclass(frozen=True)
class SliceGap:
    """The gap of a pair on one category's or language's board; `verdict` is None where it cannot be told."""

    title: str
    url: str
    verdict: Verdict | None
    votes: int
    faint: bool


@dataclass(frozen=True)
class ComparedPair:
    """A pair on the main board, and on each category's and language's board; all from the side of the first name.

    `api_query` asks the API for these gaps.
    """

    judgement: Judgement
    gaps: tuple[SliceGap, ...]
    api_query: str


@dataclass(frozen=True)
class ComparedBoard:
    """The comparison on one modality: the board, the contenders' rows on it, their pairs and shared prompts.

    `api_query` asks the API for the pairs of the first contender. `side_by_side` names those that the groups compare.
    """

    board: BoardView
    label: str
    board_url: str
    api_query: str
    rows: tuple[StandingRow, ...]
    pairs: tuple[ComparedPair, ...]
    groups: tuple[ComparedGroup, ...]
    side_by_side: str
    page: Any
    prompts: tuple[SamePrompt, ...]


@require_safe
def choose_compared(request: HttpRequest) -> HttpResponse:
    """Compare the contenders that `m` names; with fewer than two, ask for more. Two have an address of their own."""
    slugs = read_compared(request.GET)
    url = compare_url(slugs, query=read_kept(request.GET))
    if len(slugs) == 2 and not url.startswith(request.path + "?"):
        return redirect(url)
    return render(request, "leaderboard/compare.html", read_comparison(request.GET, slugs))


@require_safe
def compare_pair(request: HttpRequest, one: str, two: str) -> HttpResponse:
    """Compare two contenders; only the order of their slugs is canonical."""
    if one == two:
        return redirect(compare_url([one]))
    if one > two:
        return redirect(compare_url([one, two], query=read_kept(request.GET)), permanent=True)
    return render(request, "leaderboard/compare.html", read_comparison(request.GET, [one, two]))


def read_compared(query: QueryDict) -> list[str]:
    """The slugs that `m` names, each once, as many as can be compared."""
    asked = dict.fromkeys(clean_choice(slug, longest=LONGEST_LABEL) for slug in query.getlist("m"))
    return [slug for slug in asked if slug][:MOST_COMPARED]


def read_comparison(query: QueryDict, slugs: Sequence[str]) -> dict[str, Any]:
    """What a comparison shows, in any form. Raises Http404 for a contender that nobody knows."""
    known = {contender.slug: contender for contender in _loaded().filter(slug__in=slugs)}
    boards: list[ComparedBoard] = []
    links: tuple[LedgerLink, ...] = ()
    for modality in Modality.values:
        board, rows = open_compared(query, slugs, modality)
        if board is not None:
            names = labels_in(board.ledger_slug, known)
            own = known | {label: known[slug] for slug, label in names.items()}
            boards.append(_compare(query, board, rows, own))
        ledger = board.ledger_slug if board else _try_ledgers(query, modality)[0]
        links = links or _link_ledgers(query, slugs, modality, ledger)
    found = {slug: _name_of(slug, known, boards) for slug in slugs}
    if len(slugs) >= 2 and not all(found.values()):
        raise Http404(_("There is no such contender."))
    contenders = [known[slug] for slug in slugs if slug in known]
    here = compare_url(slugs, query=read_kept(query))
    return {
        "slugs": slugs,
        "names": list(found.values()),
        "contenders": contenders,
        "boards": boards,
        # What is compared without any votes.
        "groups": compare_side_by_side(contenders, modality=_shared_modality(contenders)) if not boards else (),
        "side_by_side": _name_all(contenders),
        "side_modality": _shared_modality(contenders),
        "choices": _list_choices(slugs),
        "slots": [*slugs, *[""] * (MOST_COMPARED - len(slugs))],
        "links": links,
        "language": clean_choice(query.get("language", "")),
        "languages": _list_languages(boards),
        "ledger": clean_choice(query.get("ledger", "")),
        "url": here,
        "markdown_url": markdown_of_comparison(slugs, query=read_kept(query)),
        "canonical_url": compare_url(slugs),
        "pager_start": here if "?" in here else "",
        "share": _share(boards[0], query) if boards and len(slugs) == 2 else None,
    }


def _share(compared: ComparedBoard, query: QueryDict) -> ShareHead:
    """What the head says to other sites of two contenders: the answer on the first board that has both."""
    judged = compared.pairs[0].judgement
    kept = read_kept(query)
    return head_of_comparison(card_of_comparison(compared.board, compared.rows, judged), judged, query=kept)


def open_compared(
    query: QueryDict, slugs: Sequence[str], modality: str
) -> tuple[BoardView | None, tuple[StandingRow, ...]]:
    """Return the board on which a comparison reads a modality, and the contenders' rows on it, in their order.

    None if fewer than two of them are on the board.
    """
    for ledger in _try_ledgers(query, modality):
        board = _open(ledger, modality, clean_choice(query.get("language", "")))
        if board is not None:
            names = labels_in(ledger, slugs) if board.ledger_kind == "imported" else {}
            by_name = {row.contender_slug: row for row in board.rows}
            found = [by_name.get(names.get(slug, slug)) for slug in slugs]
            rows = tuple(row for row in found if row is not None)
            if len(rows) >= 2:
                return board, rows
    return None, ()


def read_kept(query: QueryDict) -> list[tuple[str, str]]:
    """What of the address is kept beside the contenders."""
    return [(name, clean_choice(query.get(name, ""))) for name in KEPT]


def _loaded() -> Any:
    facts = Prefetch("image_model__facts", queryset=Fact.objects.order_by("key", "id"))
    return Contender.objects.select_related("image_model__organization").prefetch_related(facts)


def _name_of(slug: str, known: dict[str, Contender], boards: Sequence[ComparedBoard]) -> str:
    """The contender's name; a label that only an imported ledger knows is its own name."""
    if slug in known:
        return known[slug].name
    return next((row.contender_name for each in boards for row in each.rows if row.contender_slug == slug), "")


def _try_ledgers(query: QueryDict, modality: str) -> tuple[str, ...]:
    """The ledger that the address names; without one, the default and, should that not know them, the arena's own."""
    asked = clean_choice(query.get("ledger", ""))
    if asked in {ledger.slug for ledger in list_ledgers()}:
        return (asked,)
    usual = find_usual_ledger(modality)
    own = find_usual_ledger(modality, imported=())
    return (usual,) if usual == own else (usual, own)


def _open(ledger: str, modality: str, language: str) -> BoardView | None:
    try:
        return read_board(ledger=ledger, modality=modality, language=language or None)
    except NotFound:
        return None


def _link_ledgers(query: QueryDict, slugs: Sequence[str], modality: str, shown: str) -> tuple[LedgerLink, ...]:
    return link_ledgers(
        list_ledgers(),
        shown=shown,
        usual=find_usual_ledger(modality),
        address=lambda ledger: compare_url(
            slugs, query=[("language", clean_choice(query.get("language", ""))), ("ledger", ledger)]
        ),
    )


def _compare(
    query: QueryDict, board: BoardView, rows: tuple[StandingRow, ...], known: dict[str, Contender]
) -> ComparedBoard:
    contenders = [known[row.contender_slug] for row in rows if row.contender_slug in known]
    page, prompts = list_same_prompts(
        contenders, modality=board.modality, ledger=board.ledger_slug, page=query.get("page")
    )
    chosen = "" if board.ledger_slug == find_usual_ledger(board.modality) else board.ledger_slug
    language = board.slice_value if board.slice == "language" else ""
    address = BoardAddress(board.modality, ledger=chosen, language=language)
    return ComparedBoard(
        board=board,
        label=str(Modality(board.modality).label),
        board_url=address.url,
        api_query=address.api_query(ledger=board.ledger_slug, contender=rows[0].contender_slug),
        rows=rows,
        pairs=_compare_pairs(board, rows, address),
        groups=compare_side_by_side(contenders, modality=board.modality),
        side_by_side=_name_all(contenders),
        page=page,
        prompts=prompts,
    )


def _name_all(contenders: Sequence[Contender]) -> str:
    return ",".join(contender.slug for contender in contenders)


def _compare_pairs(board: BoardView, rows: tuple[StandingRow, ...], address: BoardAddress) -> tuple[ComparedPair, ...]:
    """Every pair of the rows, each read from the side of the better one."""
    slugs = [row.contender_slug for row in rows]
    records, opinion, lines = pick_records(board, slugs), read_opinion(board), lines_of(board.rows)
    slices = gather_slices(board, slugs)
    pairs = []
    for one, two in combinations(rows, 2):
        key, names = (one.contender_slug, two.contender_slug), (one.contender_name, two.contender_name)
        record = None if records is None else records.get(key)
        judged = state_judgement(key, names, opinion.judge(*key, lines), record)
        gaps = [
            SliceGap(
                title=summary.title,
                url=board_url(summary, ledger=address.ledger),
                verdict=slice_opinion.judge(*judged.slugs, own, forecast=False),
                votes=sum(own[slug].votes for slug in judged.slugs if slug in own),
                faint=any(own[slug].level != "established" for slug in judged.slugs if slug in own),
            )
            for summary, slice_opinion, own in slices
        ]
        api_query = address.api_query(ledger=board.ledger_slug, one=judged.slugs[0], two=judged.slugs[1])
        pairs.append(ComparedPair(judged, tuple(gaps), api_query))
    return tuple(pairs)


def _shared_modality(contenders: Sequence[Contender]) -> str:
    modalities = [set(contender.image_model.modalities) for contender in contenders]
    shared = set.intersection(*modalities) if modalities else set()
    return next((value for value in Modality.values if value in shared), Modality.TEXT_TO_IMAGE.value)


def _list_choices(slugs: Sequence[str]) -> list[tuple[str, str]]:
    """All contenders of the catalogue by name, and what was chosen besides."""
    named = list(Contender.objects.order_by("name").values_list("slug", "name"))
    known = {slug for slug, _name in named}
    return [*named, *((slug, slug) for slug in slugs if slug not in known)]


def _list_languages(boards: Sequence[ComparedBoard]) -> list[tuple[str, str]]:
    codes = {
        each.slice_value
        for compared in boards
        for each in list_boards(ledger=compared.board.ledger_slug, modality=compared.board.modality)
        if each.slice == "language" and each.votes
    }
    return sorted(((code, language_name(code)) for code in codes), key=lambda named: named[1])
