"""Addresses of the pages that people read."""

from django.urls import path

from leaderboard.views import (
    boards,
    choices,
    dataset_cards,
    home,
    image_models,
    images,
    methodology,
    organizations,
    own_board,
    public_log,
    search,
    status,
)
from leaderboard.views.comparing import compare
from leaderboard.views.curated import categories, competitions
from leaderboard.views.sharing import badges, cards, crawling, feeds, sitemaps
from leaderboard.views.sharing.markdown_pages import (
    offer_markdown,
    write_board,
    write_comparison,
    write_model,
    write_pair,
)
from leaderboard.views.watching import exclusions, vote_watch

urlpatterns = [
    path("", home.show_home, name="home"),
    path("leaderboard/", boards.redirect_to_board, name="leaderboards"),
    path("leaderboard/mine/", own_board.show_own_board, name="own-board"),
    path("leaderboard/<slug:modality>/", offer_markdown(boards.show_board, write_board), name="leaderboard"),
    path("leaderboard/<slug:modality>.md", write_board, name="board-markdown"),
    path("choose/", choices.show_choice, name="choose"),
    path("leaderboard/<slug:modality>/row/", boards.show_row, name="board-row"),
    path("leaderboard/<slug:modality>/history/", boards.redirect_to_tab, {"view": "history"}),
    path("leaderboard/<slug:modality>/matrix/", boards.redirect_to_tab, {"view": "matrix"}),
    path("compare/", offer_markdown(compare.choose_compared, write_comparison), name="compare"),
    path("compare.md", write_comparison, name="compare-markdown"),
    path("compare/<slug:one>/vs/<slug:two>/", offer_markdown(compare.compare_pair, write_pair), name="compare-pair"),
    path("compare/<slug:one>/vs/<slug:two>.md", write_pair, name="compare-pair-markdown"),
    path("search/", search.show_search, name="search"),
    path("models/", image_models.list_models, name="models"),
    path("models/<slug:slug>/", offer_markdown(image_models.show_model, write_model), name="model"),
    path("models/<slug:slug>.md", write_model, name="model-markdown"),
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
    path("data/<slug:slug>/", dataset_cards.show_dataset_card, name="dataset-card"),
    path("data/<slug:slug>/card.md", dataset_cards.send_dataset_card, name="dataset-card-file"),
    path("log/", public_log.show_log, name="log"),
    path("status/", status.show_status, name="status"),
    path("staff/votes/", vote_watch.show_votes, name="watch-votes"),
    path("staff/votes/voters/", vote_watch.show_voters, name="watch-voters"),
    path("staff/alarms/<int:alarm_id>/seen/", vote_watch.note_alarm, name="note-alarm"),
    path("staff/exclusions/", exclusions.show_exclusions, name="exclusions"),
    path("staff/exclusions/decide/", exclusions.decide, name="decide-exclusion"),
    path("staff/exclusions/<int:decision_id>/confirm/", exclusions.confirm, name="confirm-exclusion"),
    path("staff/exclusions/<int:decision_id>/lift/", exclusions.lift, name="lift-exclusion"),
    path("feeds/", feeds.list_feeds, name="feeds"),
    path("feeds/site.atom", feeds.follow_site, name="site-feed"),
    path("feeds/log.atom", feeds.follow_log, name="log-feed"),
    path("feeds/boards/<slug:modality>.atom", feeds.follow_board, name="board-feed"),
    path("feeds/models/<slug:slug>.atom", feeds.follow_model, name="model-feed"),
    path("badges/<slug:contender>/<slug:modality>.svg", badges.show_badge, name="badge"),
    path("cards/boards/<slug:modality>/<slug:digest>.png", cards.show_board_card, name="board-card"),
    path("cards/models/<slug:slug>/<slug:digest>.png", cards.show_model_card, name="model-card"),
    path("cards/compare/<slug:one>/<slug:two>/<slug:digest>.png", cards.show_compare_card, name="compare-card"),
    path("robots.txt", crawling.say_robots, name="robots"),
    path("llms.txt", crawling.say_contents, name="llms"),
    path("sitemap.xml", sitemaps.show_sitemap, name="sitemap"),
]
