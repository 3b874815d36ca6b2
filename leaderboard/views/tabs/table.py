"""The first tab of a board: its table, and below it what explains the table."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from leaderboard.presentation.auditing.sureness import name_contenders, state_sureness
from leaderboard.presentation.board_page.board_cells import used_badges, write_rows
from leaderboard.presentation.board_page.board_columns import head_columns, name_columns
from leaderboard.presentation.board_page.row_details import read_details
from leaderboard.presentation.board_rows import choose_rows
from leaderboard.presentation.findings import state_shown
from leaderboard.queries.figures import count_same_pictures
from leaderboard.queries.standings import BoardView
from leaderboard.ratings.parameters import METHOD
from leaderboard.views.tabs.asking import Asked


def fill_table(asked: Asked) -> dict[str, Any]:
    """The rows shown with their columns, the open row, and what stands below."""
    board, address = asked.board, asked.address
    rows = choose_rows(board.rows, address)
    columns = head_columns(address, tells_offers=asked.tells_offers)
    table = write_rows(board, rows, address, tells_offers=asked.tells_offers, model_query=asked.model_query)
    opened = next((row for row in rows if row.contender_slug == address.open), None)
    badges = used_badges(table.rows)
    return {
        "table": table,
        "columns": columns,
        "width": len(columns),
        "notes": _notes(asked, badges),
        "details": read_details(board, opened, address) if opened else None,
        "close_url": address.but(open="").url,
        "said": state_shown(len(rows), len(board.rows), name_columns()[(address.sort or "rank").removeprefix("-")][0]),
        "full_say": METHOD.full_say,
        "snapshot_days": settings.SNAPSHOT_DAYS,
        "same_pictures": 0 if board.origin else count_same_pictures(modality=board.modality),
        "csv_url": f"{reverse('api-standings.csv')}?{asked.rows_query()}",
        "json_url": f"{reverse('api-standings')}?{asked.rows_query()}",
        "audit_json_url": asked.api_url("api-audits"),
    } | _sureness(asked)


def fill_row(asked: Asked, contender: str) -> dict[str, Any] | None:
    """One row by itself, open if the address opens it; None if the board does not show it."""
    board, address = asked.board, asked.address
    rows = [row for row in board.rows if row.contender_slug == contender]
    if not rows:
        return None
    table = write_rows(board, rows, address, tells_offers=asked.tells_offers, model_query=asked.model_query)
    is_open = address.open == contender
    return {
        "table": table,
        "width": len(head_columns(address, tells_offers=asked.tells_offers)),
        "details": read_details(board, rows[0], address) if is_open else None,
        "close_url": address.but(open="").url,
    }


def _sureness(asked: Asked) -> dict[str, Any]:
    """The audit's statements; without an audit, that there is none."""
    audit = asked.audit
    if audit is None:
        return {"audit": None}
    names = name_contenders(asked.board.rows)
    return {
        "audit": audit,
        "audit_url": asked.address.but(at=str(audit.snapshot_id)).url,
        "statements": state_sureness(audit.facts, names, audit.position_effect),
    }


def _notes(asked: Asked, badges: set[str]) -> list[tuple[str, str]]:
    """What each column shown means, and each word beside a name; without what the heading says already."""
    names = name_columns()
    shown = [column.key for column in head_columns(asked.address, tells_offers=asked.tells_offers)]
    meanings = {
        _("preliminary"): _state_preliminary(asked.board),
        _("unlinked"): _("No votes link it to the others: its place among them is not known."),
        _("retired"): _("No longer voted on; its votes stay."),
    }
    notes = [names[key] for key in shown if key not in ("name", "votes")]
    return [*notes, *((word, text) for word, text in meanings.items() if word in badges)]


def _state_preliminary(board: BoardView) -> str:
    """Say when a row is preliminary: that depends on whether the votes name their voters, and on which are official."""
    if board.voters is None:
        return _("Fewer than {votes} votes: no rank yet.").format(votes=settings.PRELIMINARY_VOTES)
    text = _("Fewer than {votes} votes, or fewer than {voters} voters: no rank yet.")
    if board.counts == "all":
        text = _("Fewer than {votes} official votes, or from fewer than {voters} voters: no rank yet.")
    return text.format(votes=settings.PRELIMINARY_VOTES, voters=settings.PRELIMINARY_VOTERS)
