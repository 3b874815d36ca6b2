"""Pages of boards are kept until what they show changes, and compressed where they hold no secret."""

import gzip

import pytest
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.contrib.messages.storage.session import SessionStorage
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from arena.catalog.models import Contender, Offering, Price, Provider
from arena.voting.models import Ledger
from leaderboard.computing.on_demand import compute_asked
from tests.factories import make_axis, make_prompt
from tests.leaderboard.ledgers import draw_votes
from tests.leaderboard.pages import BOARD, extend_board, make_board

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PACKED = {"Accept-Encoding": "gzip"}


def test_board_is_kept_until_anything_that_it_shows_changes(client: Client) -> None:
    slugs = make_board()
    etags = [client.get(BOARD).headers["ETag"]]
    unchanged = client.get(BOARD, headers={"If-None-Match": etags[0]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    contender = Contender.objects.get(slug=slugs[0])

    def change_name() -> None:
        Contender.objects.filter(pk=contender.pk).update(name="Another name")

    def add_price() -> None:
        offering = Offering.objects.create(
            provider=Provider.objects.create(slug="host", name="Host"), image_model=contender.image_model, model_id="m"
        )
        known = {"source": "https://example.com", "seen_on": "2026-11-01", "unit": "image", "amount": "0.5"}
        Price.objects.create(offering=offering, item="image", **known)

    def vote() -> None:
        extend_board(draw_votes(slugs, 50, seed=7))

    for change in (change_name, add_price, vote):
        change()
        answer = client.get(BOARD, headers={"If-None-Match": etags[-1]})
        assert answer.status_code == 200
        etags.append(answer.headers["ETag"])
    assert len(set(etags)) == 4
    assert "Another name" in answer.content.decode()
    # Another process, which has kept nothing, gives the same answer.
    caches["pages"].clear()
    assert client.get(BOARD, headers={"If-None-Match": etags[-1]}).status_code == 304


def test_kept_page_is_the_same_packed_and_plain(client: Client) -> None:
    make_board()
    first, packed, plain = client.get(BOARD), client.get(BOARD, headers=PACKED), client.get(BOARD)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content == first.content
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_page_of_somebody_signed_in_is_neither_kept_nor_compressed(client: Client) -> None:
    make_board()
    client.get(BOARD)
    client.force_login(User.objects.create(username="staff", is_staff=True))
    answer = client.get(BOARD, headers=PACKED)
    assert "ETag" not in answer.headers
    assert "Content-Encoding" not in answer.headers
    assert "Sign out" in answer.content.decode()
    assert "Sign out" not in Client().get(BOARD).content.decode()


def test_reading_pages_are_compressed_but_nothing_that_holds_a_secret(client: Client) -> None:
    make_board()
    encodings = {
        path: client.get(path, headers=PACKED).headers.get("Content-Encoding")
        for path in ("/", "/models/", "/methodology/", "/vote/", "/vote/animals/", "/accounts/login/", "/admin/login/")
    }
    assert encodings == {
        "/": "gzip", "/models/": "gzip", "/methodology/": "gzip", "/vote/": None, "/vote/animals/": None,
        "/accounts/login/": None, "/admin/login/": None,
    }  # fmt: skip


def test_what_no_tab_reads_makes_no_other_kept_page(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    make_board()
    tab = f"{BOARD}?view=matrix&form=list"
    kept = client.get(tab).content
    with django_assert_max_num_queries(3):
        assert client.get(f"{tab}&utm_source=b&x=1&modality=y").content == kept
    assert client.get(f"{BOARD}?view=matrix&form=records").content != kept
    # A table's address that is not canonical still redirects.
    assert client.get(BOARD).status_code == 200
    assert client.get(f"{BOARD}?x=1").status_code == 302


@pytest.mark.parametrize(
    "junk",
    ["form=x1", "first=x2", "days=x3", "level=x4", "sort=x5", "columns=x6", "max_price=x7", "language=",
     "form=list&form=x8", "view=matrix"],
)  # fmt: skip
def test_junk_value_of_a_known_key_leads_to_the_canonical_address(client: Client, junk: str) -> None:
    make_board()
    answer = client.get(f"{BOARD}?view=matrix&{junk}&utm_source=b")
    assert answer.status_code == 302
    assert "x" not in answer.headers["Location"].partition("?")[2].replace("matrix", "").replace("text-to-image", "")
    assert client.get(answer.headers["Location"]).status_code == 200


@pytest.mark.parametrize("view", ["", "intervals"])
@pytest.mark.parametrize(
    ("chosen", "is_kept"),
    [({}, True), ({"max_price": "0.05"}, True), ({"max_price": "0.0123"}, False), ({"organization": "nobody"}, False)],
)
def test_filters_of_which_there_is_no_end_make_no_kept_page(
    client: Client, view: str, chosen: dict[str, str], *, is_kept: bool
) -> None:
    make_board()
    answer = client.get(BOARD, chosen | ({"view": view} if view else {}), follow=True)
    assert (answer.status_code, "ETag" in answer.headers) == (200, is_kept)


def test_board_by_axis_is_not_kept_however_its_address_names_the_axis(client: Client) -> None:
    make_board()
    make_axis("detail", make_prompt(slug="animals-1"))
    first = {"view": "intervals", "axis": "detail"}
    assert client.get(BOARD, first).status_code == 202
    compute_asked(ledger=Ledger.objects.get())
    for query in (first, {"view": "intervals", "category": "axis:detail"}):
        answer = client.get(BOARD, query, follow=True)
        assert (answer.status_code, "ETag" in answer.headers) == (200, False)


def test_message_to_one_reader_is_shown_to_no_other(admin_client: Client) -> None:
    make_board()
    notes = HttpRequest()
    notes.session = admin_client.session
    storage = SessionStorage(notes)
    storage.add(messages.SUCCESS, "Calls of this host begin again.")
    storage.update(HttpResponse())
    notes.session.save()
    shown = admin_client.get(BOARD)
    assert "Calls of this host begin again." in shown.content.decode()
    assert set(shown.cookies) == {settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME}
    assert "Calls of this host begin again." not in Client().get(BOARD).content.decode()
