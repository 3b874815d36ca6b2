"""New passwords are long and not guessed first; anything else about them is free."""

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import CommonPasswordValidator, validate_password
from django.core.exceptions import ValidationError
from django.test import Client

KNOWN = CommonPasswordValidator().passwords
ANNA = User(username="anna.lindqvist", email="lindqvist@gallery.example")


@pytest.mark.parametrize("password", ["x8!kQ2 zzP_vv9", "short of one c"])
def test_password_of_fourteen_characters_is_too_short(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password)
    assert [each.code for each in refused.value.error_list] == ["password_too_short"]


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword", "qwertyuiopasdfghjkl", "1234567890123456", "summer2026summer2026", "monkey-dragon-2026",
        "LetMeIn LetMeIn LetMeIn", "aaaaaaaaaaaaaaaaaaaa", "easel-arena-leaderboard", "Easel.Staff.2026.!",
        "anna.lindqvist.2026", "gallery lindqvist gallery", "testserver2026testserver",
    ],
)  # fmt: skip
def test_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(ValidationError) as refused:
        validate_password(password, ANNA)
    assert {each.code for each in refused.value.error_list} <= {"password_too_common", "password_too_short"}


def test_every_known_password_that_is_long_enough_is_refused() -> None:
    long_ones = sorted(each for each in KNOWN if len(each) >= 15)
    assert len(long_ones) > 40
    for password in long_ones:
        with pytest.raises(ValidationError):
            validate_password(password)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple", "blau kiste regen tuba", "8340 5917 2264 0183", "!@#$%^&*()_+|}{:?><",
        "たぬき きつね うさぎ りんご うみ", "x8!kQ2 zzP_vv91", "only small letters and blanks",
        "long " * 30 + "and wide",
    ],
)  # fmt: skip
def test_password_of_any_kind_of_characters_is_taken(password: str) -> None:
    validate_password(password, ANNA)


@pytest.mark.django_db
@pytest.mark.usefixtures("plain_static_files")
def test_password_counts_exactly_as_typed_and_for_as_long_as_it_is_kept(client: Client) -> None:
    password = "  Four words,  with blanks around and 100 characters more: " + "ä" * 100 + " "
    User.objects.create_user("reader", password=password)
    for typed in (password.strip(), password.lower(), password[:72], password):
        answer = client.post("/accounts/login/", {"username": "reader", "password": typed})
    assert answer.status_code == 302


@pytest.mark.django_db
@pytest.mark.usefixtures("plain_static_files")
def test_field_of_a_password_is_masked_and_lets_managers_fill_it(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    [field] = [tag for tag in page.split("<input")[1:] if 'name="password"' in tag]
    assert 'type="password"' in field
    assert 'autocomplete="current-password"' in field
    assert "onpaste" not in page
