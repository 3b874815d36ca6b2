"""The Django app of arena.admission."""

from django.apps import AppConfig


class AdmissionConfig(AppConfig):
    """Label `admission`."""

    name = "arena.admission"
