"""The board page: one ranking question, its state all in the address."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from arena.catalog.models import Modality
from arena.errors import DomainError, NotFound
from leaderboard.computing.on_demand import open_board
from leaderboard.models import Board
from leaderboard.presentation.board_address import SORTS, BoardAddress, board_url, read_address
from leaderboard.presentation.board_rows import choose_rows
from leaderboard.presentation.contenders.series_lines import list_series
from leaderboard.presentation.ledger_choice import find_ledger_at, find_usual_ledger, list_ledgers
from leaderboard.presentation.reason_table import read_reasons
from leaderboard.presentation.sureness import list_neighbours, list_places, name_contenders, state_sureness
from leaderboard.queries.audits import read_audit
from leaderboard.queries.figures import count_same_pictures
from leaderboard.queries.slices import has_days, shown_modalities
from leaderboard.queries.snapshots import SnapshotGone
from leaderboard.queries.standings import BoardSummary, BoardView, list_boards
from leaderboard.ratings.parameters import METHOD
from leaderboard.views.promises import render_promise

# Upper ends of the price filter, in USD per image.
PRICE_STEPS = ("0.01", "0.02", "0.05", "0.1", "0.2")


@dataclass(frozen=True)
class Column:
    """A sortable column's heading: where a click leads, and how it is sorted now (empty: it isn't)."""

    key: str
    label: str
    title: str
    url: str
    sorted: str
    is_number: bool


@require_safe
def redirect_to_board(request: HttpRequest) -> HttpResponse:
    """Lead from the leaderboard without a modality to that of the arena's first one."""
    return redirect("leaderboard", shown_modalities()[0])


@require_safe
def show_board(request: HttpRequest, modality: str) -> HttpResponse:
    """One board. An address that isn't canonical redirects to the one that is; an unknown slice is a 404."""
    if modality not in Modality.values:
        raise Http404
    usual_ledger = find_usual_ledger(modality)
    address = read_address(modality, request.GET, usual_ledger=usual_ledger)
    if not address.ledger:
        address = address.but(ledger=find_ledger_at(address.at, usual=usual_ledger))
    if request.GET.urlencode() != address.query:
        return redirect(address.url)
    boards = _boards_of(address.ledger or usual_ledger, modality)
    context = {
        "address": address,
        "boards": boards,
        "board_links": [(board, board_url(board, ledger=address.ledger)) for board in boards],
        "modality_label": Modality(modality).label,
    }
    try:
        board = open_board(**address.question(usual_ledger=usual_ledger))
    except DomainError as error:
        nearest_url = address.but(at=str(error.nearest)).url if isinstance(error, SnapshotGone) else ""
        context |= {"error": error, "nearest_url": nearest_url}
        return render(request, "leaderboard/board_missing.html", context, status=error.status)
    context |= _board_context(board, address, boards)
    if board.is_promised:
        return render_promise(request, "leaderboard/board.html", context)
    return render(request, "leaderboard/board.html", context)


def _boards_of(ledger: str, modality: str) -> tuple[BoardSummary, ...]:
    try:
        return list_boards(ledger=ledger, modality=modality)
    except NotFound:
        return ()


def _board_context(board: BoardView, address: BoardAddress, boards: tuple[BoardSummary, ...]) -> dict[str, Any]:
    nearest = None if board.rows else _nearest(boards)
    # Neither price nor time is known of imported contenders that stand for no model of the catalogue.
    tells_offers = not board.origin or any(row.model_slug for row in board.rows)
    return (
        {
            "board": board,
            "rows": choose_rows(board.rows, address),
            "columns": _columns(address, tells_offers=tells_offers),
            "tells_offers": tells_offers,
            "has_categories": any(one.slice == Board.Slice.CATEGORY for one in boards),
            "has_languages": any(one.slice == Board.Slice.LANGUAGE for one in boards),
            "full_say": METHOD.full_say,
            "modalities": Modality.choices,
            "windows": Board.Window.choices if has_days(board.origin) else [],
            "ledgers": list_ledgers(imported=True),
            # Contenders of an imported ledger are on its boards only: a model's page cannot read it.
            "model_query": f"?ledger={address.ledger}" if address.ledger and not board.origin else "",
            "organizations": _organizations(board),
            "price_steps": PRICE_STEPS,
            "preliminary_why": _preliminary_why(board),
            "snapshot_days": settings.SNAPSHOT_DAYS,
            "reasons": read_reasons(board),
            "series": list_series(board.rows),
            "same_pictures": 0 if board.origin else count_same_pictures(modality=board.modality),
            "nearest": nearest,
            "nearest_url": board_url(nearest, ledger=address.ledger) if nearest else "",
            "canonical_url": address.shown_rows().but(sort="").url,
            "current_url": address.but(at="").url,
            "permanent_url": address.but(at=str(board.snapshot_id or "")).url,
        }
        | _downloads(board, address)
        | _sureness(board, address)
    )


def _sureness(board: BoardView, address: BoardAddress) -> dict[str, Any]:
    """What the section "How sure is this?" shows; without an audit, only where the pairs are."""
    audit = read_audit(board)
    found: dict[str, Any] = {"audit": audit, "matrix_url": address.matrix_url()}
    if audit is None:
        return found
    names = name_contenders(board.rows)
    return found | {
        "audit_url": address.but(at=str(audit.snapshot_id)).url,
        "statements": state_sureness(audit.facts, names, audit.position_effect),
        "neighbours": list_neighbours(audit.facts, names),
        "places": list_places(audit.facts, names),
    }


def _organizations(board: BoardView) -> list[tuple[str, str]]:
    """The makers of the contenders; unknown for imported ones."""
    named = {(row.organization_slug, row.organization_name) for row in board.rows if row.organization_slug}
    return sorted(named, key=_by_name)


def _by_name(organization: tuple[str, str]) -> str:
    return organization[1].casefold()


def _downloads(board: BoardView, address: BoardAddress) -> dict[str, str]:
    query = address.api_query(ledger=board.ledger_slug)
    return {
        "json_url": f"{reverse('api-standings')}?{query}",
        "csv_url": f"{reverse('api-standings.csv')}?{query}",
        "audit_json_url": f"{reverse('api-audits')}?{query}",
        "reasons_json_url": f"{reverse('api-reasons')}?{query}",
    }


def _preliminary_why(board: BoardView) -> str:
    if board.voters is None:
        text = _("Preliminary: fewer than {votes} votes, an interval of more than ±{half} Elo, or no interval.")
    else:
        text = _(
            "Preliminary: fewer than {votes} votes or {voters} voters, an interval of more than ±{half} Elo, or no "
            "interval. An interval takes several voters and several prompts."
        )
    return text.format(
        votes=settings.PRELIMINARY_VOTES,
        voters=settings.PRELIMINARY_VOTERS,
        half=f"{settings.PRELIMINARY_HALF_WIDTH:.0f}",
    )


def _nearest(boards: tuple[BoardSummary, ...]) -> BoardSummary | None:
    """The board of this ledger and modality with the most votes, for a reader of an empty one."""
    return max((board for board in boards if board.votes), key=lambda board: board.votes, default=None)


def _columns(address: BoardAddress, *, tells_offers: bool) -> list[Column]:
    names = {
        "rank": (_("Rank"), _("The places that the intervals leave open")),
        "name": (_("Contender"), _("A model at fixed settings, and who makes it")),
        "elo": (_("Elo, 95 % interval"), _("Bradley–Terry rating on the Elo scale")),
        "trueskill": (_("TrueSkill μ − 3σ"), _("Conservative TrueSkill: mean less three standard deviations")),
        "votes": (_("Votes"), _("Votes on this contender")),
        "voters": (_("Voters"), _("Different people who voted on it")),
        "win_rate": (_("Wins"), _("Share of rated votes won; a tie is half a win")),
        "floor_rate": (_("Floor"), _("Share of votes that called both images bad")),
        "price": (_("Price"), _("Lowest list price of one image at these settings, in USD")),
        "seconds": (_("Time"), _("Median seconds from the call to the image")),
        "success": (_("Success"), _("Share of calls that gave an image; a refusal is never a loss")),
    }
    left_out = () if tells_offers else ("price", "seconds", "success")
    return [_column(key, label, title, address) for key, (label, title) in names.items() if key not in left_out]


def _column(key: str, label: str, title: str, address: BoardAddress) -> Column:
    first = SORTS[key]
    now = address.sort or "rank"
    is_sorted = now.removeprefix("-") == key
    reverse = first.removeprefix("-") if first.startswith("-") else f"-{first}"
    following = reverse if now == first else first
    return Column(
        key=key,
        label=label,
        title=title,
        url=address.but(sort="" if following == "rank" else following).url,
        sorted=("descending" if now.startswith("-") else "ascending") if is_sorted else "",
        is_number=key not in ("rank", "name", "elo"),
    )
