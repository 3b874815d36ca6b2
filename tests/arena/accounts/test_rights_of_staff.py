"""Staff who may change accounts give nobody more rights than a member has."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
USERS = "/admin/auth/user/"


@pytest.fixture
def helper(client: Client) -> User:
    """Staff with every right over accounts, signed in."""
    helper = User.objects.create_user("helper", is_staff=True)
    helper.user_permissions.set(Permission.objects.filter(content_type__model="user"))
    client.force_login(helper)
    return helper


def form(user: User, **fields: str) -> dict[str, str]:
    day, time = str(user.date_joined).split("+")[0].split(" ")
    return {"username": user.username, "date_joined_0": day, "date_joined_1": time, "is_active": "on", **fields}


def test_staff_change_members_and_give_no_rights(client: Client, helper: User) -> None:
    member = User.objects.create_user("member")
    wanted = form(member, first_name="Anna", is_staff="on", is_superuser="on")
    wanted["user_permissions"] = str(Permission.objects.all()[0].pk)
    assert client.post(f"{USERS}{member.pk}/change/", wanted).status_code == 302
    member.refresh_from_db()
    assert (member.first_name, member.is_staff, member.is_superuser) == ("Anna", False, False)
    assert not member.user_permissions.exists()


def test_staff_touch_neither_their_own_rights_nor_those_above_them(client: Client, helper: User) -> None:
    above = User.objects.create_superuser("above", password="long enough to pass")
    for user in (helper, above):
        client.post(f"{USERS}{user.pk}/change/", form(user, is_superuser="on", first_name="Changed"))
        password = "another long one to try"
        client.post(f"{USERS}{user.pk}/password/", {"password1": password, "password2": password})
        client.post(f"{USERS}{user.pk}/delete/", {"post": "yes"})
    client.post(USERS, {"action": "delete_selected", "_selected_action": [above.pk, helper.pk], "post": "yes"})
    above.refresh_from_db()
    helper.refresh_from_db()
    assert (above.first_name, above.check_password("long enough to pass")) == ("", True)
    assert (helper.is_superuser, helper.has_usable_password()) == (False, False)


def test_superuser_makes_staff(admin_client: Client) -> None:
    member = User.objects.create_user("member")
    admin_client.post(f"{USERS}{member.pk}/change/", form(member, is_staff="on"))
    member.refresh_from_db()
    assert member.is_staff
