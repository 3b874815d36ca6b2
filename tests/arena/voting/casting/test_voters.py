"""A voter's languages: only language codes are accepted."""

import pytest
from django.conf import settings
from django.test import Client, RequestFactory
from django.urls import reverse

from arena.voting.casting.voters import read_languages
from arena.voting.models import Voter
from tests.arena.voting.pages import open_vote, send_answer
from tests.factories import make_arena

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["\u212ag", "\u017fa", "de;x", "x" * 50, "\x00"])
def test_language_that_is_no_code_is_forgotten(client: Client, code: str) -> None:
    client.post(reverse("vote-languages"), {"language": [code, "de"]})
    assert client.cookies[settings.LANGUAGES_COOKIE_NAME].value == "de"


@pytest.mark.parametrize(
    ("stated", "read"),
    [
        ("zh-Hans-CN", ("zh", "zh-Hans")),
        ("sr-Latn-RS", ("sr",)),
        ("zh-Hant-TW", ("zh",)),
        ("ca-ES-valencia, en;q=0.5", ("ca", "en")),
        ("fr", ("en",)),
    ],
)
def test_language_with_subtags_stands_for_each_shorter_one(stated: str, read: tuple[str, ...]) -> None:
    request = RequestFactory().get("/vote/", headers={"accept-language": stated})
    assert read_languages(request, ["ca", "en", "sr", "zh", "zh-Hans"]) == read


def test_language_chosen_for_the_site_is_read_beside_those_of_the_browser() -> None:
    request = RequestFactory().get("/vote/", headers={"accept-language": "en"})
    request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = "ja"
    assert read_languages(request, ["de", "en", "ja"]) == ("en", "ja")
    request.COOKIES[settings.LANGUAGES_COOKIE_NAME] = "de"
    assert read_languages(request, ["de", "en", "ja"]) == ("de",)


def test_language_longer_than_a_prompts_is_kept_with_the_voter_as_far_as_it_goes(client: Client) -> None:
    make_arena(pixels=False)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "ca-ES-valencia, ca-ES, zh-Hans-CN-x-private"
    assert send_answer(client, open_vote(client), "left").status_code == 200
    assert Voter.objects.get().languages == ["ca-es", "zh-hans-cn-x"]
