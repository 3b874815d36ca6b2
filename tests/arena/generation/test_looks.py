"""The look before publishing: for staff, nameless, and over once an image is in play."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from arena.generation.calls.generating import generate_image
from arena.generation.models import Generation, Image, Run
from arena.generation.runs.lifecycle import plan_run, start_run
from tests.arena.generation.conftest import Shop
from tests.factories import make_prompt

pytestmark = pytest.mark.usefixtures("plain_static_files")


@pytest.fixture
def staff(db: None) -> Client:
    """A signed-in member of the staff."""
    client = Client()
    client.force_login(User.objects.create_superuser("staff", password="x"))
    return client


@pytest.fixture
def run(shop: Shop) -> Run:
    """A finished run of two contenders and one prompt, to be published by hand."""
    planned = plan_run(
        contenders=[shop.contender, shop.sell("other")], prompts=[make_prompt(text="A red fox")],
        name="A run of Name of contender", publishing=Run.Publishing.BY_HAND,
    )  # fmt: skip
    start_run(run=planned)
    for each in planned.generations.all():
        generate_image(each.pk)
    return planned


def test_look_shows_every_waiting_image_and_no_name(staff: Client, run: Run, shop: Shop) -> None:
    page = staff.get(f"/staff/runs/{run.pk}/look/").content.decode()
    assert "A red fox" in page
    assert page.count("<img") == 2
    planted = [run.name, "fake-model"]
    for each in run.generations.select_related("contender__image_model", "image"):
        planted += [each.contender.slug, each.contender.name, each.contender.image_model.name, shop.provider.name]
        planted += [str(each.image.public_id), each.image.sha256, f"look/{each.pk}/", f"look/{each.pk}.webp"]
    assert [word for word in planted if word in page] == []
    for image in Image.objects.all():
        answer = staff.get(f"/staff/look/{image.handle}.webp")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/webp")
        assert "no-store" in answer.headers["cache-control"]
        assert b"fake-provider" not in answer.content


def test_look_hides_the_one_image_of_a_prompt_that_all_others_refused(staff: Client, shop: Shop) -> None:
    planned = plan_run(
        contenders=[shop.contender, shop.sell("other")], prompts=[make_prompt(text="A red fox")],
        name="Refused", publishing=Run.Publishing.BY_HAND,
    )  # fmt: skip
    start_run(run=planned)
    first, second = planned.generations.all()
    generate_image(first.pk)
    Generation.objects.filter(pk=second.pk).update(state="refused")
    page = staff.get(f"/staff/runs/{planned.pk}/look/").content.decode()
    assert "1 image is not shown" in page
    assert "<img" not in page
    assert "A red fox" not in page


def test_dropped_image_stays_out_of_play(staff: Client, run: Run) -> None:
    image = Image.objects.all()[0]
    address = f"/staff/runs/{run.pk}/look/{image.handle}/"
    assert staff.post(address, {"verdict": "drop", "page": "1"}).headers["location"].endswith(f"?page=1#{image.handle}")
    page = staff.get(f"/staff/runs/{run.pk}/look/").content.decode()
    assert "Take back" in page
    assert "Publish 1 image" in page
    staff.post(f"/staff/runs/{run.pk}/steer/", {"action": "publish"})
    assert list(run.generations.filter(entered_at=None)) == [image.generation]
    other = Image.objects.exclude(pk=image.pk).get()
    assert staff.get(f"/staff/look/{other.handle}.webp").status_code == 404
    said = staff.post(f"/staff/runs/{run.pk}/look/{other.handle}/", {"verdict": "drop"}, follow=True)
    assert "no unpublished image" in said.content.decode()
    staff.post(address, {"verdict": "keep"})
    assert "Publish 1 image" in staff.get(f"/staff/runs/{run.pk}/").content.decode()


def test_look_is_for_staff_only(client: Client, run: Run) -> None:
    image = Image.objects.all()[0]
    for address in (f"/staff/runs/{run.pk}/look/", f"/staff/look/{image.handle}.webp"):
        assert client.get(address).status_code == 302


def test_run_page_names_contenders_and_shows_no_image(staff: Client, run: Run) -> None:
    page = staff.get(f"/staff/runs/{run.pk}/").content.decode()
    assert run.generations.all()[0].contender.name in page
    assert "<img" not in page
    assert not any(str(image.handle) in page for image in Image.objects.all())


def test_moment_at_which_an_image_was_dropped_is_not_told_beside_its_maker(staff: Client, run: Run) -> None:
    image = Image.objects.all()[0]
    staff.post(f"/staff/runs/{run.pk}/look/{image.handle}/", {"verdict": "drop"})
    dropped = Generation.objects.exclude(hidden_at=None).get()
    page = staff.get(f"/admin/generation/generation/{dropped.pk}/change/").content.decode()
    assert dropped.contender.name in page
    assert "field-hidden_at" not in page
    # Nor does a filter list it alone.
    for query in ("hidden_at__isnull=False", "hidden_at__gt=2000-01-01"):
        assert staff.get(f"/admin/generation/generation/?{query}").status_code == 400
