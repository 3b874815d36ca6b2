"""Addresses of arena.generation."""

from django.urls import path, re_path

from arena.generation.views import decisions, imports, notices, providers, runs, sources

urlpatterns = [
    re_path(
        r"^sources/(?P<sha256>[0-9a-f]{64})/(?P<width>\d{1,5})\.webp$", sources.show_source_image, name="source-image"
    ),
    re_path(r"^sources/(?P<sha256>[0-9a-f]{64})/outline\.svg$", sources.show_outline, name="source-outline"),
    path("staff/runs/", runs.list_runs, name="runs"),
    path("staff/runs/<int:run_id>/", runs.show_run, name="run"),
    path("staff/notices/", notices.show_notices, name="notices"),
    path("staff/decisions/", decisions.show_undecided, name="decisions"),
    path("staff/decisions/cause/", decisions.decide_all, name="decide-all"),
    path("staff/decisions/<int:generation_id>/", decisions.decide, name="decide"),
    path("staff/providers/", providers.list_providers, name="providers"),
    path("staff/providers/<slug:slug>/", providers.show_provider, name="provider"),
    path("staff/providers/<slug:slug>/steer/", providers.steer_provider, name="steer-provider"),
    path("staff/providers/<slug:slug>/cap/", providers.cap_provider, name="cap-provider"),
    path("staff/providers/<slug:slug>/test/", providers.test_provider, name="test-provider"),
    path("staff/import/", imports.list_imports, name="imports"),
    path("staff/import/begin/", imports.begin, name="begin-import"),
    path("staff/import/<uuid:token>/", imports.show_import, name="import"),
    path("staff/import/<uuid:token>/state/", imports.import_state, name="import-state"),
    path("staff/import/<uuid:token>/files/<int:number>/", imports.receive, name="import-file"),
]
