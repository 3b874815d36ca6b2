"""What tests of trust share: four contenders, newcomers who vote for or against the last of them, and staff."""

from datetime import date

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from leaderboard.queries.standings import BoardView, read_board
from tests.leaderboard.ledgers import Cast, make_categories, make_contenders


@pytest.fixture
def slugs() -> list[str]:
    """Four contenders, and the category of all votes."""
    make_categories("animals")
    return make_contenders(4)


def newcomer(slugs: list[str], row: int, voter: str, outcome: str = "left", *, cast_on: date) -> Cast:
    """A vote of somebody whom nobody knows: on the last contender, and on one of the others by turns."""
    return Cast(slugs[-1], slugs[row % 3], outcome, voter, tier="open", network="c0ffee00c0ff", cast_on=cast_on)


def board() -> BoardView:
    """The native ledger's board of all text-to-image prompts."""
    return read_board(ledger="native", modality="text-to-image")


def staff(name: str = "chief", *rights: str) -> Client:
    """A browser of somebody of the staff who has these rights."""
    user = User.objects.create_user(name, is_staff=True)
    user.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client
