"""All addresses of the site; each app keeps its own."""

from django.contrib import admin
from django.urls import include, path

admin.site.site_header = admin.site.site_title = "Easel"

urlpatterns = [
    path("", include("leaderboard.urls")),
    path("", include("arena.voting.urls")),
    path("", include("arena.generation.urls")),
    path("api/v1/", include("leaderboard.api_urls")),
    path("", include("arena.accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("arena.languages.language_choice")),
]

handler400 = "arena.web.refusals.refuse_request"
handler404 = "arena.web.refusals.refuse_address"
handler500 = "arena.web.refusals.admit_fault"
