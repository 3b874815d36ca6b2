"""The Django app of the leaderboard."""

from django.apps import AppConfig


class LeaderboardConfig(AppConfig):
    """Label `leaderboard`."""

    name = "leaderboard"
