"""Who made their account themselves is known less than who was let in by staff."""

import pytest
from django.contrib.auth.models import User

from arena.accounts.models import Identity
from arena.accounts.origins import how_known

pytestmark = pytest.mark.django_db


def test_only_who_made_their_account_through_the_provider_is_merely_verified() -> None:
    made, connected, plain = (User.objects.create_user(name) for name in ("made", "connected", "plain"))
    for user, by_it in ((made, True), (connected, False)):
        Identity.objects.create(user=user, issuer="https://id.example.org", subject=str(user.pk), made_account=by_it)
    assert [how_known(user) for user in (made, connected, plain)] == ["verified", "named", "named"]
