"""Addresses of arena.voting."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
