"""Addresses of the REST API."""

from django.urls import path, re_path

from leaderboard.api import audits, boards, catalogue, choices, ledgers, reasons, root, search
from leaderboard.api.axes import axis_maps, capabilities
from leaderboard.api.changes import histories, month_moves, public_log
from leaderboard.api.lists import list_addresses, table_addresses
from leaderboard.api.reading import SLUG

_STANDINGS, _PAIRS, _ERRORS = boards.StandingsTableView, audits.PairsTableView, audits.ErrorsTableView

urlpatterns = [
    path("", root.RootView.as_view(), name="api-root"),
    path("schema/", root.SchemaView.as_view(), name="api-schema"),
    *list_addresses(boards.BoardsView),
    path("standings/", boards.StandingsView.as_view(), name="api-standings"),
    *table_addresses(_STANDINGS, _STANDINGS.__doc__ or ""),
    *list_addresses(histories.HistoryView),
    *list_addresses(month_moves.ChangesView),
    path("audits/", audits.AuditView.as_view(), name="api-audits"),
    *table_addresses(_ERRORS, _ERRORS.__doc__ or ""),
    path("pairs/", audits.PairsView.as_view(), name="api-pairs"),
    *table_addresses(_PAIRS, _PAIRS.__doc__ or ""),
    path("reasons/", reasons.ReasonsView.as_view(), name="api-reasons"),
    *list_addresses(boards.SnapshotsView),
    path("snapshots/<int:number>/", boards.SnapshotView.as_view(), name="api-snapshot"),
    path("choices/", choices.ChoicesView.as_view(), name="api-choices"),
    *list_addresses(catalogue.ModelsView),
    path("models/<slug:slug>/", catalogue.ModelView.as_view(), name="api-model"),
    path("models/<slug:slug>/profile/", capabilities.ModelProfileView.as_view(), name="api-model-profile"),
    *list_addresses(catalogue.ContendersView),
    path("contenders/<slug:slug>/", catalogue.ContenderView.as_view(), name="api-contender"),
    *list_addresses(catalogue.OrganizationsView),
    *list_addresses(catalogue.CategoriesView),
    *list_addresses(catalogue.PromptsView),
    # The slug of a prompt may be of any script.
    re_path(rf"^prompts/(?P<slug>{SLUG})/$", catalogue.PromptView.as_view(), name="api-prompt"),
    *list_addresses(search.SearchView),
    *list_addresses(public_log.LogView),
    *list_addresses(ledgers.LedgersView),
    path("ledgers/<slug:slug>/", ledgers.LedgerView.as_view(), name="api-ledger"),
    *ledgers.entry_addresses(),
    path("ledgers/<slug:slug>/axes/", axis_maps.AxesView.as_view(), name="api-axes"),
    path("ledgers/<slug:slug>/dictionary/", ledgers.DictionaryView.as_view(), name="api-dictionary"),
    re_path(r"", root.NowhereView.as_view()),
]
