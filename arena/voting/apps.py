"""The Django app of arena.voting."""

from django.apps import AppConfig


class VotingConfig(AppConfig):
    """Label `voting`."""

    name = "arena.voting"
