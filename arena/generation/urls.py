"""Addresses of arena.generation."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
