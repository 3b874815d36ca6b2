"""The page on which a run is planned: what it offers, what it says of costs, and that it starts what was shown."""

import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from arena.catalog.models import Contender, Offering, Price, Prompt, Provider
from arena.generation.models import Generation, Run
from tests.arena.generation.conftest import KEY_ENV, Shop
from tests.factories import make_category, make_contender, make_image_model, make_organization, make_prompt

pytestmark = pytest.mark.usefixtures("plain_static_files")
NEW, ESTIMATE = "/staff/runs/new/", "/staff/runs/new/estimate/"


@pytest.fixture
def staff(db: None) -> Client:
    """A signed-in member of the staff."""
    client = Client()
    client.force_login(User.objects.create_superuser("staff", password="x"))
    return client


def seen_in(page: str) -> str:
    """Return what a page with an estimate sends along, so that only what was shown is started."""
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found
    return found.group(1)


def test_form_leads_through_a_review_to_a_started_run(staff: Client, shop: Shop) -> None:
    prompts = [make_prompt(title="Red fox"), make_prompt()]
    form = {
        "contender": [shop.contender.slug], "prompt": [prompt.slug for prompt in prompts], "samples": "2",
        "cap": "1.50", "name": "Foxes", "publishing": "by_hand",
    }  # fmt: skip
    assert "Choose at least one contender and one prompt" in staff.get(NEW).content.decode()
    page = staff.post(NEW, form | {"action": "review"}).content.decode()
    assert "Start: make 4 images" in page
    assert "0.020" in page
    assert "2026-11-21" in page
    assert Run.objects.count() == 0
    answer = staff.post(NEW, form | {"action": "start", "seen": seen_in(page)})
    run = Run.objects.get()
    assert answer.headers["location"] == f"/staff/runs/{run.pk}/"
    assert (run.name, run.state, run.cap, run.publishing) == ("Foxes", "running", Decimal("1.5"), "by_hand")
    assert run.created_by == User.objects.get()
    assert run.generations.count() == 4
    page = staff.post(NEW, form | {"action": "review"}).content.decode()
    assert "Nothing is missing" in page
    assert 'value="start"' not in page


def test_plan_only_starts_nothing(staff: Client, shop: Shop) -> None:
    form = {"contender": shop.contender.slug, "prompt": make_prompt().slug}
    page = staff.post(ESTIMATE, form).content.decode()
    assert "<html" not in page
    staff.post(NEW, form | {"action": "plan", "seen": seen_in(page)})
    run = Run.objects.get()
    assert (run.state, run.cap, run.name[:7]) == ("planned", None, "Run of ")


def test_what_was_not_shown_is_not_started(staff: Client, shop: Shop) -> None:
    form = {"contender": shop.contender.slug, "prompt": make_prompt().slug}
    seen = seen_in(staff.post(ESTIMATE, form).content.decode())
    for changed in (form | {"samples": "3"}, form | {"prompt": make_prompt().slug}):
        page = staff.post(NEW, changed | {"action": "start", "seen": seen}).content.decode()
        assert "has changed since you last saw it" in page
    Price.objects.update(amount=5)
    page = staff.post(NEW, form | {"action": "start", "seen": seen}).content.decode()
    assert "has changed since you last saw it" in page
    assert not Generation.objects.exists()


def test_whole_groups_are_chosen_by_name(staff: Client, shop: Shop) -> None:
    category = make_category()
    for state in (Prompt.State.PLAY, Prompt.State.OPEN, Prompt.State.DRAFT):
        make_prompt(category=category, state=state)
    maker = make_organization()
    for number in range(2):
        image_model = make_image_model(organization=maker)
        offering = Offering.objects.create(provider=shop.provider, image_model=image_model, model_id=f"m-{number}")
        make_contender(image_model=image_model, offering=offering)
    for group, images in (({"provider": shop.provider.slug}, 6), ({"organization": maker.slug}, 4)):
        page = staff.post(ESTIMATE, group | {"category": category.slug}).content.decode()
        assert f"Start: make {images} images" in page


def test_contender_that_cannot_be_called_is_shown_with_the_reason(
    staff: Client, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_contender(name="Brought along")
    make_prompt()
    monkeypatch.delenv(KEY_ENV)
    page = staff.get(NEW).content.decode()
    assert f"set {KEY_ENV} in the environment" in page
    assert re.search(rf'value="{shop.contender.slug}"\s+disabled', page)
    assert "1 more contender has imported images only" in page
    assert "Brought along" not in page
    said = staff.post(ESTIMATE, {"contender": shop.contender.slug, "prompt": Prompt.objects.get().slug})
    assert KEY_ENV in said.content.decode()
    assert 'value="start"' not in said.content.decode()


def test_cap_that_cannot_be_kept_is_refused_with_the_reason(staff: Client, shop: Shop) -> None:
    dear = shop.sell("dear", price=None)
    form = {"contender": [shop.contender.slug, dear.slug], "prompt": make_prompt().slug}
    free = staff.post(ESTIMATE, form).content.decode()
    assert "A price is unknown" in free
    assert 'value="start"' in free
    capped = staff.post(ESTIMATE, form | {"cap": "5"}).content.decode()
    assert f"no known price: {dear.name}" in capped
    assert 'value="start"' not in capped
    low = staff.post(ESTIMATE, {"contender": shop.contender.slug, "prompt": form["prompt"], "cap": "0.001"})
    assert "below the expected" in low.content.decode()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("cap", "much", "no amount"),
        ("cap", "-1", "must be from 0"),
        ("samples", "0", "1 to 100"),
        ("samples", "x", "1 to 100"),
    ],
)
def test_slip_of_the_pen_is_named(staff: Client, shop: Shop, field: str, value: str, said: str) -> None:
    form = {"contender": shop.contender.slug, "prompt": make_prompt().slug, field: value}
    page = staff.post(ESTIMATE, form).content.decode()
    assert said in page
    assert 'value="start"' not in page


def test_page_is_for_those_who_may_change_runs(db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("onlooker", password="x", is_staff=True))
    for path in (NEW, ESTIMATE):
        assert client.post(path, {}).status_code == 302


def test_long_lists_take_no_more_queries(staff: Client, shop: Shop) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            staff.post(NEW, {"provider": "fake", "category": [each.slug for each in categories]})
        return len(queries)

    categories = [make_category()]
    make_prompt(category=categories[0])
    count()
    before = count()
    for number in range(10):
        shop.sell(f"more-{number}")
        categories.append(make_category())
        make_prompt(category=categories[-1])
    assert count() == before
    assert Provider.objects.count() == 1
    assert Contender.objects.count() == 11
