"""The page of picture checks: suspect images are nameless until their prompt is open; what is taken out is gone."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from arena.catalog.models import Prompt
from arena.generation.ingest.renditions import WIDTHS
from arena.generation.models import Generation, Image
from arena.voting.blindness.tokens import write_token
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.ledger.opening import native_ledger
from arena.voting.models import ReportDecision, random_id
from leaderboard.queries.competitions.galleries import open_pictures
from tests.factories import make_arena, make_contender, make_generation, make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def make_blank(prompt: Prompt) -> Generation:
    """Return an image in which nothing is to be seen."""
    made = make_generation(prompt=prompt, contender=make_contender(name="Telltale"))
    Image.objects.filter(generation=made).update(look=0, is_blank=True)
    return Generation.objects.get(pk=made.pk)


def test_only_staff_see_the_page_and_its_images(client: Client, admin_client: Client) -> None:
    token = write_token(make_blank(make_prompt()).image.handle)
    for address in ("/staff/pictures/", f"/staff/pictures/{token}.webp"):
        client.logout()
        assert "/login/" in client.get(address).headers["Location"]
        client.force_login(User.objects.get_or_create(username="nobody")[0])
        assert client.get(address).status_code == 302
        response = admin_client.get(address)
        assert response.status_code == 200
        assert response.headers["Cache-Control"] == "private, no-store"
    assert admin_client.get(f"/staff/pictures/{write_token(random_id())}.webp").status_code == 404


def test_staff_who_may_not_decide_only_look(client: Client) -> None:
    blank = make_blank(make_prompt())
    token = write_token(blank.image.handle)
    looker = User.objects.create_user("looker", is_staff=True)
    client.force_login(looker)
    assert 'name="verdict"' not in client.get("/staff/pictures/").content.decode()
    for address in (f"/staff/pictures/{token}/", f"/staff/reports/{token}/"):
        assert client.post(address, {"verdict": "hide", "after": "0"}).status_code == 403
    assert not ReportDecision.objects.exists()
    looker.user_permissions.add(Permission.objects.get(codename="add_reportdecision"))
    assert client.post(f"/staff/pictures/{token}/", {"verdict": "hide", "after": "0"}).status_code == 302
    assert ReportDecision.objects.get().decided_by == looker


def test_image_in_play_is_nameless_and_an_open_one_has_its_name(admin_client: Client) -> None:
    prompt = make_prompt(title="A red fox")
    blank = make_blank(prompt)
    html = admin_client.get("/staff/pictures/").content.decode()
    assert "1 to look at" in html
    assert "A red fox" in html
    assert "Telltale" not in html
    assert not any(str(each) in html for each in (blank.image.public_id, blank.contender.slug))
    Prompt.objects.update(state="open")
    assert "Telltale" in admin_client.get("/staff/pictures/").content.decode()


def test_kept_image_is_not_listed_again_and_a_hidden_one_can_come_back(admin_client: Client) -> None:
    blank = make_blank(make_prompt())
    token = write_token(blank.image.handle)
    address = f"/staff/pictures/{token}/"
    assert admin_client.post(address, {"verdict": "hide", "after": "0"}).status_code == 302
    assert Generation.objects.get(pk=blank.pk).hidden_at is not None
    assert token not in admin_client.get("/staff/pictures/").content.decode()
    assert token in admin_client.get("/staff/pictures/?show=hidden").content.decode()
    assert admin_client.post(address, {"verdict": "keep", "after": "0"}).status_code == 409
    last = ReportDecision.objects.get()
    assert (last.verdict, last.decided_by and last.decided_by.username) == ("hide", "admin")
    back = admin_client.post(address, {"verdict": "keep", "after": str(last.pk), "show": "hidden"})
    assert back.headers["Location"] == "/staff/pictures/?show=hidden"
    assert Generation.objects.get(pk=blank.pk).hidden_at is None
    assert "Nothing to look at" in admin_client.get("/staff/pictures/").content.decode()


def test_image_that_staff_take_out_is_gone_everywhere(client: Client, admin_client: Client) -> None:
    prompt = make_prompt(slug="red-fox", state="open")
    shown, other = (make_generation(prompt=prompt) for _ in range(2))
    public_id = shown.image.public_id
    html = admin_client.get("/competitions/red-fox/").content.decode()
    assert f"/staff/pictures/?picture={public_id}" in html
    assert "/staff/pictures/" not in client.get("/competitions/red-fox/").content.decode()
    token = write_token(shown.image.handle)
    assert token in admin_client.get(f"/staff/pictures/?picture={public_id}").content.decode()
    assert admin_client.get("/staff/pictures/?picture=nothing").status_code == 404
    admin_client.post(f"/staff/pictures/{token}/", {"verdict": "hide", "after": "0"})
    pages = ("/", "/competitions/", "/competitions/red-fox/", f"/models/{shown.contender.image_model.slug}/")
    assert all(str(public_id) not in client.get(page).content.decode() for page in pages)
    assert str(other.image.public_id) in client.get("/competitions/red-fox/").content.decode()
    for end in (f"{WIDTHS[0]}.webp", f"{WIDTHS[-1]}.webp", "original/"):
        assert client.get(f"/images/{public_id}/{end}").status_code == 404
    assert list(open_pictures()) == [other]


def test_image_in_play_that_staff_take_out_is_not_dealt(admin_client: Client) -> None:
    make_arena(contenders=2, prompts=1)
    token = write_token(Image.objects.all()[0].handle)
    admin_client.post(f"/staff/pictures/{token}/", {"verdict": "hide", "after": "0"})
    assert deal_matchup(ledger=native_ledger(), voter_key=random_id(), languages=["en"]) is None


def test_name_of_an_open_image_does_not_stand_beside_its_likes_in_play(admin_client: Client) -> None:
    contender = make_contender(name="Telltale")
    for state in ("play", "open"):
        made = make_generation(prompt=make_prompt(state=state), contender=contender)
        Image.objects.filter(generation=made).update(look=5, is_blank=False)
    html = admin_client.get("/staff/pictures/").content.decode()
    assert "its host may serve cached images" in html
    assert "Telltale" not in html
    Prompt.objects.update(state="open")
    assert admin_client.get("/staff/pictures/").content.decode().count("Telltale") == 2
