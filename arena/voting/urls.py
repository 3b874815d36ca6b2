"""Addresses of arena.voting."""

from django.urls import path

from arena.voting import views

urlpatterns = [
    path("vote/", views.vote, name="vote"),
    path("vote/next/", views.next_matchup, name="vote-next"),
    path("vote/languages/", views.choose_languages, name="vote-languages"),
    path("vote/answer/<str:token>/", views.answer, name="vote-answer"),
    path("vote/image/<str:handle>/<int:width>.webp", views.image, name="vote-image"),
    path("vote/<slug:category>/", views.vote, name="vote-category"),
    path("robots.txt", views.robots, name="robots"),
]
