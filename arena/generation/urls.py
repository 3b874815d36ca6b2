"""Addresses of arena.generation."""

from django.urls import path, re_path

from arena.generation.views import decisions, hooks, imports, looks, new_runs, notices, providers, runs, sources

urlpatterns = [
    re_path(
        r"^sources/(?P<sha256>[0-9a-f]{64})/(?P<width>\d{1,5})\.webp$", sources.show_source_image, name="source-image"
    ),
    re_path(r"^sources/(?P<sha256>[0-9a-f]{64})/outline\.svg$", sources.show_outline, name="source-outline"),
    path("hooks/<slug:slug>/<uuid:key>/", hooks.receive_hook, name="hook"),
    path("staff/runs/", runs.list_runs, name="runs"),
    path("staff/runs/new/", new_runs.new_run, name="new-run"),
    path("staff/runs/new/estimate/", new_runs.estimate_run, name="run-estimate"),
    path("staff/runs/<int:run_id>/", runs.show_run, name="run"),
    path("staff/runs/<int:run_id>/live/", runs.live_run, name="run-live"),
    path("staff/runs/<int:run_id>/steer/", runs.steer_run, name="steer-run"),
    path("staff/runs/<int:run_id>/look/", looks.look, name="look"),
    path("staff/runs/<int:run_id>/look/<uuid:handle>/", looks.drop, name="drop-image"),
    path("staff/look/<uuid:handle>.webp", looks.look_image, name="look-image"),
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
