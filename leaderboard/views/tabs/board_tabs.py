"""The tabs of a board. A new one takes a line here, a name in `board_address.VIEWS`, and a template."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from leaderboard.views.tabs.asking import Asked
from leaderboard.views.tabs.changes import fill_changes
from leaderboard.views.tabs.history import fill_history
from leaderboard.views.tabs.intervals import fill_intervals
from leaderboard.views.tabs.matrix import fill_matrix
from leaderboard.views.tabs.pareto import fill_pareto
from leaderboard.views.tabs.reasons import fill_reasons
from leaderboard.views.tabs.sensitivity import fill_sensitivity
from leaderboard.views.tabs.table import fill_table


@dataclass(frozen=True)
class Tab:
    """A tab: its name in the address, its label, the template of its body, and what fills it.

    `is_native` leaves it out for imported votes.
    """

    name: str
    label: StrOrPromise
    template: str
    fill: Callable[[Asked], dict[str, Any]]
    is_native: bool = False


TABS = (
    Tab("", _("Table"), "leaderboard/board_table.html", fill_table),
    Tab("intervals", _("Intervals"), "leaderboard/board_intervals.html", fill_intervals),
    Tab("pareto", _("Price & time"), "leaderboard/pareto.html", fill_pareto),
    Tab("matrix", _("Head to head"), "leaderboard/matrix.html", fill_matrix),
    Tab("history", _("History"), "leaderboard/history.html", fill_history),
    Tab("changes", _("Changes"), "leaderboard/board_changes.html", fill_changes),
    Tab("sensitivity", _("Other weights"), "leaderboard/board_sensitivity.html", fill_sensitivity),
    Tab("reasons", _("Reasons"), "leaderboard/board_reasons.html", fill_reasons, is_native=True),
)


def find_tab(name: str) -> Tab:
    """Return the tab of this name, or the first one."""
    return next((tab for tab in TABS if tab.name == name), TABS[0])


def list_tabs(asked: Asked) -> list[tuple[str, StrOrPromise, str]]:
    """Return the name, label and address of each tab that this board has."""
    shown = [tab for tab in TABS if not (tab.is_native and asked.board.origin)]
    return [(tab.name, tab.label, asked.address.tab_url(tab.name)) for tab in shown]
