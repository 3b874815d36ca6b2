"""Links to data on a page answer, and some of them name what the page is about."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from arena.catalog.models import Contender, LogLine
from tests.factories import make_category
from tests.leaderboard.pages import BOARD, make_board

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def test_links_to_data_answer_with_the_rows_of_the_table(client: Client) -> None:
    make_category(slug="animals")
    one, two, _three = sorted(make_board(3, 300))
    contender = Contender.objects.select_related("image_model__organization").get(slug=one)
    model = contender.image_model
    LogLine.objects.create(kind="retired", day=date(2026, 11, 29), contender=contender, name=contender.name)
    pages = {
        "/models/": model.slug,
        f"/models/{model.slug}/": one,
        f"/organizations/{model.organization.slug}/": model.slug,
        "/categories/animals/": one,
        f"/compare/{one}/vs/{two}/": two,
        "/status/": "native",
        "/log/?kind=retired": contender.name,
        f"/search/?q={model.slug}": model.slug,
        f"{BOARD}?view=history&contender={one}": one,
    }
    for path, word in pages.items():
        page = client.get(path).content.decode()
        links = re.findall(r'<a\s+href="(/api/v1/[^"]+)">(CSV|JSON)</a>', page)
        assert "CSV" in {form for _url, form in links}, path
        told = set()
        for url, form in links:
            answer = client.get(unescape(url))
            assert answer.status_code == 200, url
            assert ("json" in answer["Content-Type"]) == (form == "JSON")
            told |= {form} if word in b"".join(answer).decode() else set()
        assert told == {"CSV", "JSON"}, path
