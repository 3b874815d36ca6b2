"""Addresses of the REST API."""

from django.urls import path, re_path

from leaderboard.api import boards, catalogue, choices, ledgers, reasons, root, search
from leaderboard.api.auditing import audits, sensitivity
from leaderboard.api.axes import axis_maps, capabilities
from leaderboard.api.changes import histories, month_moves, public_log
from leaderboard.api.lists import list_addresses, table_addresses
from leaderboard.api.page_tables import (
    audit_figures,
    board_offers,
    contender_gaps,
    model_costs,
    model_lines,
    model_releases,
    votes_on_prompts,
)
from leaderboard.api.reading import SLUG

_TABLES = (
    boards.StandingsTableView, audits.PairsTableView, sensitivity.SensitivityTableView, reasons.ReasonsTableView,
    choices.ChoicesTableView,
)  # fmt: skip
# The tables of pages that are no list of the arena's own.
_OF_PAGES = (
    audit_figures.NeighboursView, audit_figures.PlacesView, audit_figures.CalibrationView, audit_figures.ReplaysView,
    audit_figures.ErrorsView, model_releases.ReleasesView,
    board_offers.OffersView, board_offers.PriceBandsView, contender_gaps.GapsView, contender_gaps.SideBySideView,
    model_lines.RatingsView, model_lines.ArenasView, model_lines.SeriesView, model_lines.CallsView,
    model_lines.ClaimsOfImportsView, model_lines.OpponentsView,
    model_costs.PricesView, model_costs.ParametersView, model_costs.ThousandsView,
    model_costs.TokenCostsView, capabilities.ProfilesView, votes_on_prompts.ResultsView, votes_on_prompts.SplitsView,
)  # fmt: skip

urlpatterns = [
    path("", root.RootView.as_view(), name="api-root"),
    path("schema/", root.SchemaView.as_view(), name="api-schema"),
    *list_addresses(boards.BoardsView),
    path("standings/", boards.StandingsView.as_view(), name="api-standings"),
    *(address for view in _TABLES for address in table_addresses(view, view.__doc__ or "")),
    *list_addresses(histories.HistoryView),
    *list_addresses(month_moves.ChangesView),
    path("audits/", audits.AuditView.as_view(), name="api-audits"),
    path("pairs/", audits.PairsView.as_view(), name="api-pairs"),
    path("sensitivity/", sensitivity.SensitivityView.as_view(), name="api-sensitivity"),
    path("shares/", sensitivity.SharesView.as_view(), name="api-shares"),
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
    *list_addresses(ledgers.ColumnsView),
    path("ledgers/<slug:slug>/", ledgers.LedgerView.as_view(), name="api-ledger"),
    *ledgers.entry_addresses(),
    path("ledgers/<slug:slug>/axes/", axis_maps.AxesView.as_view(), name="api-axes"),
    path("ledgers/<slug:slug>/dictionary/", ledgers.DictionaryView.as_view(), name="api-dictionary"),
    *(address for view in _OF_PAGES for address in list_addresses(view)),
    re_path(r"", root.NowhereView.as_view()),
]
