"""An imported ledger as the site's main one: chosen by staff, read by pages and API, with the models that it maps."""

import pytest
from django.test import Client, override_settings

from arena.voting.models import ImportedContender, Ledger
from leaderboard.queries.slices import default_ledger
from tests.leaderboard.ledgers import draw_votes, known, make_categories, make_ledger
from tests.leaderboard.pages import BOARD, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
IMPORTED = "These votes were imported: Name of theirs."
LABELS = ("Their best", "Their second", "Unknown here")


def import_board(slugs: list[str]) -> Ledger:
    """An imported ledger of three contenders, of which the first two are the catalogue's."""
    ledger = make_ledger("imported", slug="theirs")
    for number, label in enumerate(LABELS):
        contender = known(slugs[number]) if number < 2 else None
        ImportedContender.objects.create(ledger=ledger, label=label, contender=contender)
    extend_board(draw_votes(LABELS, 400, categories=("animals", "theirs")), kind="imported")
    return ledger


def choose(staff: Client, ledger: Ledger, action: str) -> str:
    """What staff are told after an action on a ledger."""
    with override_settings(
        STORAGES={"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    ):
        sent = {"action": action, "_selected_action": [ledger.pk]}
        return staff.post("/admin/voting/ledger/", sent, follow=True).content.decode()


def test_main_ledger_is_read_by_pages_and_api(client: Client, admin_client: Client) -> None:
    slugs = make_board(3, 0)
    make_categories("animals", "food")
    mapped, unmapped = (known(slugs[number]).image_model.slug for number in (0, 2))
    ledger = import_board(slugs)
    assert "No votes yet" in text_of(client.get("/"))
    html = text_of(client.get(f"/models/{mapped}/?ledger=theirs"))
    assert IMPORTED in html
    assert "<strong>Their best</strong>" in html
    assert ">Their second</a>" in html.split('id="pairs"')[1]
    assert "ledger=theirs" in text_of(client.get(f"/models/{mapped}/"))
    assert "ledger=theirs" not in text_of(client.get(f"/models/{unmapped}/"))

    native = Ledger.objects.get(kind="native")
    assert "Only an imported ledger is chosen" in choose(admin_client, native, "make_main")
    assert "now." in choose(admin_client, ledger, "make_main")
    pair = "/compare/{}/vs/{}/".format(*sorted(slugs[:2]))
    for page in ("/", "/models/", f"/models/{mapped}/", "/categories/animals/", pair):
        answer = text_of(client.get(page))
        assert "Name of theirs" in answer, page
        assert "No votes yet" not in answer, page
    home = text_of(client.get("/"))
    assert "<bdi>Unknown here</bdi>" in home
    assert f'href="/models/{mapped}/">Their best</a>' in home
    assert "is surely better than" in text_of(client.get(pair))
    assert f'href="{BOARD}?category=animals"' in text_of(client.get("/categories/animals/"))
    assert IMPORTED not in text_of(client.get(f"/models/{unmapped}/"))
    assert IMPORTED not in text_of(client.get("/categories/food/"))
    assert client.get("/api/v1/standings/").json()["ledger"] == "theirs"
    assert default_ledger("image-editing") == "native"

    choose(admin_client, ledger, "make_usual")
    assert default_ledger() == "native"
    assert "No votes yet" in text_of(client.get("/"))
