"""Staff invite people whom they know; a link makes one account, once."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connections
from django.test import Client
from django.utils import timezone

from arena.accounts.joining.invitations import accept_invitation, invite
from arena.accounts.models import Invitation
from arena.accounts.origins import how_known
from arena.errors import Conflict, Gone
from tests.arena.accounts.conftest import PASSWORD, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
ADD = "/admin/accounts/invitation/add/"


def accept(link: str, name: str = "ada", client: Client | None = None) -> Any:
    form = {"username": name, "email": "boss@example.org", "password1": PASSWORD, "password2": PASSWORD}
    return (client or Client()).post(link, form)


def link_of(token: str) -> str:
    return f"/accounts/invitations/{token}/"


def test_staff_make_a_link_and_who_opens_it_has_an_account(admin_client: Client) -> None:
    page = admin_client.post(ADD, {"name": "Ada of the lab"}, follow=True).content.decode()
    found = re.search(r"http://testserver(/accounts/invitations/[\w-]+/)", page)
    assert found
    link = found.group(1)
    client = Client()
    assert "This invitation is for Ada of the lab." in client.get(link).content.decode()
    assert accept(link, client=client).status_code == 302
    assert client.get("/accounts/").status_code == 200
    signed_in("ada")
    user = User.objects.get(username="ada")
    assert (user.is_staff, user.is_superuser, how_known(user)) == (False, False, "named")
    row = Invitation.objects.get()
    assert (row.account, row.made_by) == (user, User.objects.get(username="admin"))
    # The link is shown once, and is stored nowhere.
    assert link.split("/")[-2] not in str(list(Invitation.objects.values()))
    assert link not in admin_client.get("/admin/accounts/invitation/").content.decode()


def test_account_has_the_address_that_staff_gave_and_no_typed_one(admin_client: Client) -> None:
    for name, given in (("ada", "ada@example.org"), ("ben", "")):
        page = admin_client.post(ADD, {"name": name, "email": given}, follow=True).content.decode()
        (link,) = re.findall(r"http://testserver(/accounts/invitations/[\w-]+/)", page)
        assert 'name="email"' not in Client().get(link).content.decode()
        assert accept(link, name).status_code == 302
        assert User.objects.get(username=name).email == given


def test_used_old_withdrawn_and_unknown_links_are_answered_alike() -> None:
    (_, used), (old, too_late), (withdrawn, gone) = (invite(name=name) for name in ("used", "old", "withdrawn"))
    assert accept(link_of(used), "first").status_code == 302
    Invitation.objects.filter(pk=old.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    withdrawn.delete()
    for client_call in (Client().get, lambda link: accept(link, "second")):
        answers = [client_call(link_of(token)) for token in (used, too_late, gone, "made-up")]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1
    assert list(User.objects.values_list("username", flat=True)) == ["first"]


def test_weak_password_and_taken_name_use_nothing_up() -> None:
    User.objects.create_user("ada", password=PASSWORD)
    _, token = invite(name="Ada")
    assert accept(link_of(token), "ADA").status_code == 200
    form = {"username": "lovelace", "password1": "12345678", "password2": "12345678"}
    assert Client().post(link_of(token), form).status_code == 200
    assert accept(link_of(token), "lovelace").status_code == 302


def test_link_does_not_try_lists_of_names() -> None:
    User.objects.create_user("ada", password=PASSWORD)
    _, token = invite(name="Ada")
    assert [accept(link_of(token)).status_code for _ in range(21)] == [200] * 20 + [429]


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_one_gets_the_account() -> None:
    _, token = invite(name="Ada")

    def use(number: int) -> bool:
        try:
            accept_invitation(token, user=User(username=f"ada-{number}"))
        except Gone:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(use, range(8))) == 1
    assert User.objects.count() == 1


def test_second_click_finds_the_link_used_and_a_name_just_taken_is_said() -> None:
    _, token = invite(name="Ada")
    accept_invitation(token, user=User(username="ada"))
    with pytest.raises(Gone):
        accept_invitation(token, user=User(username="ada"))
    _, other = invite(name="Ada of the lab")
    with pytest.raises(Conflict, match="already exists"):
        accept_invitation(other, user=User(username="ada"))
    assert accept(link_of(other), "lovelace").status_code == 302


def test_used_invitation_stays_for_the_record(admin_client: Client) -> None:
    _, token = invite(name="Ada")
    accept(link_of(token))
    open_one, _ = invite(name="Grace")
    chosen = list(Invitation.objects.values_list("pk", flat=True))
    action = {"action": "delete_selected", "_selected_action": chosen, "post": "yes"}
    admin_client.post("/admin/accounts/invitation/", action)
    assert Invitation.objects.count() == 2
    admin_client.post("/admin/accounts/invitation/", {**action, "_selected_action": [open_one.pk]})
    assert [row.name for row in Invitation.objects.all()] == ["Ada"]


def test_only_staff_with_the_permission_invite(client: Client) -> None:
    client.force_login(User.objects.create_user("helper", is_staff=True))
    assert client.post(ADD, {"name": "Ada"}).status_code == 403
    assert not Invitation.objects.exists()
