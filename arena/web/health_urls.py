"""Addresses of the probes."""

from django.urls import path

from arena.web import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
