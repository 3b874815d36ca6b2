"""What a voter says of their languages: codes and nothing else."""

import pytest
from django.test import Client
from django.urls import reverse

from arena.voting.voters import LANGUAGES_COOKIE

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", ["\u212ag", "\u017fa", "de;x", "x" * 50, "\x00"])
def test_language_that_is_no_code_is_forgotten(client: Client, code: str) -> None:
    client.post(reverse("vote-languages"), {"language": [code, "de"]})
    assert client.cookies[LANGUAGES_COOKIE].value == "de"
