"""All addresses of the site; each app keeps its own."""

from django.contrib import admin
from django.contrib.auth import views as auth_views
from django.urls import include, path

admin.site.site_header = admin.site.site_title = "Easel"

urlpatterns = [
    path("", include("leaderboard.urls")),
    path("", include("arena.voting.urls")),
    path("", include("arena.generation.urls")),
    path("api/v1/", include("leaderboard.api_urls")),
    path("accounts/login/", auth_views.LoginView.as_view(template_name="sign_in.html"), name="sign-in"),
    path("accounts/logout/", auth_views.LogoutView.as_view(), name="sign-out"),
    path("admin/", admin.site.urls),
    path("", include("arena.languages.language_choice")),
]

handler400 = "arena.web.refusals.refuse_request"
handler404 = "arena.web.refusals.refuse_address"
handler500 = "arena.web.refusals.admit_fault"
