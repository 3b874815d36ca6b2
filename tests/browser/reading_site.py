"""An arena with many contenders, and something to show on every page that people read."""

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from arena.catalog.models import Category, Claim, Contender, Fact, Offering, Parameter, Price, Prompt, Provider
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.computing.month_end_boards import compute_month_ends
from leaderboard.computing.on_demand import compute_asked
from tests.factories import make_axis, make_category, make_contender, make_generation, make_prompt
from tests.leaderboard.ledgers import Cast, draw_votes, known, make_contenders, make_ledger
from tests.leaderboard.pages import extend_board

LONG = "A name that is longer than anybody would like it to be, at ultra quality"
_SOURCE = {"source": "https://example.com/a/very/long/path/to/a/page", "seen_on": date(2026, 11, 1)}
# Contenders of a series, and works of an open competition.
STEPS, WORKS = 12, 24


class Site(NamedTuple):
    """The contenders, best first until the last one comes first in November."""

    slugs: list[str]


def fill_site(contenders: int, votes: int) -> Site:
    """Store contenders with so many votes in each of two months, in two categories; the dearest is the best."""
    slugs = make_contenders(contenders)
    animals = make_category(slug="animals", name="Animals", criterion="whether the animal looks alive")
    text = make_category(slug="text-rendering", name="Text rendering", criterion="whether every letter is right")
    _offer(slugs)
    _describe(slugs[0])
    _make_series(slugs)
    ledger = make_ledger()
    _tag(animals, text)
    works = _show_works(slugs, text)
    turned = [slugs[-1], *slugs[:-1]]
    drawn: dict[str, Any] = {
        "categories": ("animals", "text-rendering"),
        "voters": 200,
        "languages": ("en", "en", "de"),
    }
    extend_board([
        *_cast_in(10, draw_votes(slugs, votes, **drawn)),
        *_cast_in(11, draw_votes(turned, votes, seed=2, **drawn)),
        *_cast_unusual(slugs, works),
    ])  # fmt: skip
    cache.clear()
    audit_ledgers(at_once=True)
    _compute_asked(ledger)
    return Site(slugs)


def _compute_asked(ledger: Ledger) -> None:
    """Compute what readers get only after somebody has asked for it, as a worker would."""
    reader = Client()
    for name, query in (
        ("standings", "axis=fine-detail"),
        ("standings", "category=animals&language=de"),
        ("changes", ""),
    ):
        assert reader.get(f"{reverse(f'api-{name}')}?{query}").status_code == 503
    ledger.refresh_from_db()
    assert compute_asked(ledger=ledger) > 1
    assert compute_month_ends(ledger=ledger) == 1


def _cast_in(month: int, casts: list[Cast]) -> list[Cast]:
    """The same votes, spread over the days of a month."""
    return [cast._replace(cast_on=date(2026, month, 1 + number % 28)) for number, cast in enumerate(casts)]


def _cast_unusual(slugs: list[str], works: Prompt) -> list[Cast]:
    """Votes with reasons, on an open prompt, on a contender with few of them, and on one with a single one."""
    model = known(slugs[0]).image_model
    few, thin = make_contender(image_model=model).slug, make_contender().slug
    return [
        *(Cast(few, slugs[1], "left", f"voter-{n}") for n in range(5)),
        Cast(thin, slugs[1], "tie", reasons="looks text"),
        *(cast._replace(prompt=works.slug, category=works.category.slug) for cast in draw_votes(slugs[:WORKS], 60)),
    ]


def _offer(slugs: list[str]) -> None:
    """Give every contender a price: the better, the dearer."""
    host = Provider.objects.create(slug="host", name="Host")
    for place, slug in enumerate(slugs):
        offering = Offering.objects.create(provider=host, image_model=known(slug).image_model, model_id="m")
        amount = Decimal(len(slugs) - place) / 1000
        Price.objects.create(offering=offering, item="image", unit="image", amount=amount, **_SOURCE)


def _describe(slug: str) -> None:
    """Make all of a model known that a page can show of one."""
    Contender.objects.filter(slug=slug).update(name=LONG)
    model = known(slug).image_model
    model.slug, model.name, model.shutdown_on = "full", LONG, date(2030, 1, 1)
    model.save()
    model.organization.slug = "maker"
    model.organization.save()
    Fact.objects.create(image_model=model, key="max_size", value="1536x1024", unit="px", **_SOURCE)
    Parameter.objects.create(image_model=model, name="output_compression", type="integer", allowed="0..100", **_SOURCE)
    Claim.objects.create(image_model=model, kind="strength", text="Said to be quick. " * 8, **_SOURCE)
    offering = model.offerings.get()
    for quality in ("low", "medium", "high"):
        for size in ("1024x1024", "1536x1024", "1024x1536"):
            Price.objects.create(
                offering=offering, item="image", unit="image", quality=quality, size=size, amount=Decimal("0.2"),
                note="Rounded up to the nearest cent.", **_SOURCE,
            )  # fmt: skip


def _make_series(slugs: list[str]) -> None:
    """Put every fifth contender into a series, as steps of one model's training."""
    model = known(slugs[1]).image_model
    for step, slug in enumerate(slugs[1::5][:STEPS], 1):
        Contender.objects.filter(slug=slug).update(image_model=model, series="Cats LoRA", step=1000 * step)


def _tag(*categories: Category) -> None:
    """Store prompts in play, of which half test one axis and half another; a page estimates a model on one."""
    prompts = [make_prompt(slug=f"{each.slug}-{n}", category=each) for each in categories for n in range(12)]
    make_axis("fine-detail", *prompts[::2], name="Fine detail", position=1)
    axis = make_axis("storytelling", *prompts[1::2], name="Storytelling", position=2)
    model = Contender.objects.earliest("pk").image_model
    Claim.objects.create(image_model=model, kind="capability", text="An estimate.", axis=axis, value=65, **_SOURCE)


def _show_works(slugs: list[str], category: Category) -> Prompt:
    """Store an open competition with a work of each of the first contenders, and one picture of a prompt in play."""
    shown = make_prompt(slug="open", category=category, state="open", title="The title of an open prompt " * 3)
    for slug in slugs[:WORKS]:
        make_generation(contender=known(slug), prompt=shown)
    make_generation(contender=known(slugs[0]), prompt=make_prompt(slug="play", category=category))
    return shown
