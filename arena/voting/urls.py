"""Addresses of arena.voting."""

from django.urls import path

from arena.voting.views import entering, reviewing, votes

urlpatterns = [
    path("vote/", votes.vote, name="vote"),
    path("enter/", entering.enter, name="vote-enter"),
    path("vote/next/", votes.next_matchup, name="vote-next"),
    path("vote/languages/", votes.choose_languages, name="vote-languages"),
    path("vote/answer/<str:token>/", votes.answer, name="vote-answer"),
    path("vote/answer/<str:token>/report/", votes.report, name="vote-report"),
    path("vote/image/<str:handle>/<int:width>.webp", votes.image, name="vote-image"),
    path("vote/<slug:category>/", votes.vote, name="vote-category"),
    path("staff/reports/", reviewing.list_reports, name="reports"),
    path("staff/reports/<str:handle>/", reviewing.decide_report, name="report-decision"),
    path("staff/reports/<str:handle>.webp", reviewing.reported_image, name="reported-image"),
    path("staff/pictures/", reviewing.list_pictures, name="pictures"),
    path("staff/pictures/<str:handle>/", reviewing.decide_picture, name="picture-decision"),
    path("staff/pictures/<str:handle>.webp", reviewing.checked_image, name="checked-image"),
]
