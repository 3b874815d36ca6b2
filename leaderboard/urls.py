"""Addresses of the pages that people read."""

from django.urls import path

from leaderboard.views import (
    boards,
    categories,
    choices,
    competitions,
    home,
    image_models,
    images,
    methodology,
    organizations,
    own_board,
    public_log,
    status,
)
from leaderboard.views.comparing import compare

urlpatterns = [
    path("", home.show_home, name="home"),
    path("leaderboard/", boards.redirect_to_board, name="leaderboards"),
    path("leaderboard/mine/", own_board.show_own_board, name="own-board"),
    path("leaderboard/<slug:modality>/", boards.show_board, name="leaderboard"),
    path("choose/", choices.show_choice, name="choose"),
    path("leaderboard/<slug:modality>/row/", boards.show_row, name="board-row"),
    path("leaderboard/<slug:modality>/history/", boards.redirect_to_tab, {"view": "history"}),
    path("leaderboard/<slug:modality>/matrix/", boards.redirect_to_tab, {"view": "matrix"}),
    path("compare/", compare.choose_compared, name="compare"),
    path("compare/<slug:one>/vs/<slug:two>/", compare.compare_pair, name="compare-pair"),
    path("models/", image_models.list_models, name="models"),
    path("models/<slug:slug>/", image_models.show_model, name="model"),
    path("organizations/<slug:slug>/", organizations.show_organization, name="organization"),
    path("categories/", categories.list_categories, name="categories"),
    path("categories/<slug:slug>/", categories.show_category, name="category"),
    path("competitions/", competitions.list_competitions, name="competitions"),
    # A prompt's slug may be written in any script.
    path("competitions/<str:slug>/", competitions.show_competition, name="competition"),
    path("images/<uuid:public_id>/<int:width>.webp", images.show_image, {"kind": "webp"}, name="image"),
    path("images/<uuid:public_id>/<int:width>.avif", images.show_image, {"kind": "avif"}, name="avif-image"),
    path("images/<uuid:public_id>/original/", images.download_original, name="original"),
    path("images/<uuid:public_id>/credentials/", images.show_credentials, name="credentials"),
    path("methodology/", methodology.show_methodology, name="methodology"),
    path("methodology/source/<slug:module>.py", methodology.show_source, name="source"),
    path("log/", public_log.show_log, name="log"),
    path("status/", status.show_status, name="status"),
]
