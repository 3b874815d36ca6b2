"""Addresses of arena.generation."""

from django.urls import path

from arena.generation import views

urlpatterns = [
    path("staff/runs/", views.list_runs, name="runs"),
    path("staff/runs/<int:run_id>/", views.show_run, name="run"),
]
