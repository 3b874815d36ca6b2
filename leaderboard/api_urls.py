"""Addresses of the REST API."""

from django.urls import path, re_path

from leaderboard.api import audits, boards, catalogue, choices, histories, ledgers, public_log, reasons, root
from leaderboard.api.axes import axis_maps, capabilities
from leaderboard.api.reading import SLUG

urlpatterns = [
    path("", root.RootView.as_view(), name="api-root"),
    path("schema/", root.SchemaView.as_view(), name="api-schema"),
    path("boards/", boards.BoardsView.as_view(), name="api-boards"),
    path("standings/", boards.StandingsView.as_view(), name="api-standings"),
    path("standings.csv", boards.StandingsCsvView.as_view(), name="api-standings.csv"),
    path("history/", histories.HistoryView.as_view(), name="api-history"),
    path("audits/", audits.AuditView.as_view(), name="api-audits"),
    path("pairs/", audits.PairsView.as_view(), name="api-pairs"),
    path("pairs.csv", audits.PairsCsvView.as_view(), name="api-pairs.csv"),
    path("reasons/", reasons.ReasonsView.as_view(), name="api-reasons"),
    path("snapshots/", boards.SnapshotsView.as_view(), name="api-snapshots"),
    path("snapshots/<int:number>/", boards.SnapshotView.as_view(), name="api-snapshot"),
    path("choices/", choices.ChoicesView.as_view(), name="api-choices"),
    path("models/", catalogue.ModelsView.as_view(), name="api-models"),
    path("models/<slug:slug>/", catalogue.ModelView.as_view(), name="api-model"),
    path("models/<slug:slug>/profile/", capabilities.ModelProfileView.as_view(), name="api-model-profile"),
    path("contenders/", catalogue.ContendersView.as_view(), name="api-contenders"),
    path("contenders/<slug:slug>/", catalogue.ContenderView.as_view(), name="api-contender"),
    path("organizations/", catalogue.OrganizationsView.as_view(), name="api-organizations"),
    path("categories/", catalogue.CategoriesView.as_view(), name="api-categories"),
    path("prompts/", catalogue.PromptsView.as_view(), name="api-prompts"),
    # The slug of a prompt may be of any script.
    re_path(rf"^prompts/(?P<slug>{SLUG})/$", catalogue.PromptView.as_view(), name="api-prompt"),
    path("log/", public_log.LogView.as_view(), name="api-log"),
    path("ledgers/", ledgers.LedgersView.as_view(), name="api-ledgers"),
    path("ledgers/<slug:slug>/", ledgers.LedgerView.as_view(), name="api-ledger"),
    path("ledgers/<slug:slug>/entries/", ledgers.EntriesView.as_view(), name="api-entries"),
    path("ledgers/<slug:slug>/axes/", axis_maps.AxesView.as_view(), name="api-axes"),
    path("ledgers/<slug:slug>/dictionary/", ledgers.DictionaryView.as_view(), name="api-dictionary"),
    re_path(r"", root.NowhereView.as_view()),
]
