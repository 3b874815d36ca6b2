"""Addresses of arena.voting."""

from django.urls import path

from arena.voting import views

urlpatterns = [
    path("vote/", views.vote, name="vote"),
    path("vote/next/", views.next_matchup, name="vote-next"),
    path("vote/languages/", views.choose_languages, name="vote-languages"),
    path("vote/answer/<str:token>/", views.answer, name="vote-answer"),
    path("vote/answer/<str:token>/report/", views.report, name="vote-report"),
    path("vote/image/<str:handle>/<int:width>.webp", views.image, name="vote-image"),
    path("vote/<slug:category>/", views.vote, name="vote-category"),
    path("staff/reports/", views.list_reports, name="reports"),
    path("staff/reports/<str:handle>/", views.decide_report, name="report-decision"),
    path("staff/reports/<str:handle>.webp", views.reported_image, name="reported-image"),
    path("staff/pictures/", views.list_pictures, name="pictures"),
    path("staff/pictures/<str:handle>/", views.decide_picture, name="picture-decision"),
    path("staff/pictures/<str:handle>.webp", views.checked_image, name="checked-image"),
    path("robots.txt", views.robots, name="robots"),
]
