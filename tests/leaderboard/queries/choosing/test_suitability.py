"""Whether a contender is what a reader wants."""

import datetime
from decimal import Decimal

import pytest

from arena.catalog.models import Contender, Offering, Provider
from leaderboard.queries.choosing.reader_wishes import Wishes
from leaderboard.queries.choosing.suitability import judge_contenders, longest_side
from tests.factories import make_attempt, make_contender, make_generation

SOURCED = {"source": "https://example.org/", "seen_on": datetime.date(2026, 11, 1)}


@pytest.mark.parametrize(
    ("stated", "side"),
    [("3840x2160", 3840), ("1536 × 1024", 1536), ("512px, 1K, 2K, 4K", 4096), ("4 megapixels", 2000), ("large", 0)],
)
def test_longest_side_is_read_as_sources_write_it(stated: str, side: int) -> None:
    assert longest_side(stated) == side


def unmet(contender: Contender, **wishes: object) -> tuple[str, ...]:
    """The codes of the wishes that a contender does not meet."""
    return judge_contenders([contender], Wishes("text-to-image", **wishes))[contender.pk].unmet  # type: ignore[arg-type]


@pytest.mark.django_db
def test_what_is_not_known_meets_no_wish_and_no_wish_asks_nothing() -> None:
    contender = make_contender()
    assert unmet(contender) == ()
    assert unmet(
        contender, max_price=Decimal(1), max_seconds=9.0, licence="commercial", musts=("edit", "transparent"), size=1024
    ) == ("price_unknown", "time_unknown", "licence_unknown", "no_edits", "no_transparency", "size_unknown")


@pytest.mark.django_db
def test_price_and_time_are_held_against_their_limits() -> None:
    contender = make_contender()
    offering = Offering.objects.create(
        provider=Provider.objects.create(slug="host", name="Host"), image_model=contender.image_model, model_id="m"
    )
    offering.prices.create(item="image", unit="image", amount="0.04", **SOURCED)
    make_attempt(generation=make_generation(contender=contender, pixels=False, seconds=3.0), outcome="done")
    assert unmet(contender, max_price=Decimal("0.03"), max_seconds=2.0) == ("too_dear", "too_slow")
    assert unmet(contender, max_price=Decimal("0.04"), max_seconds=3.0) == ()


@pytest.mark.django_db
def test_own_server_costs_nothing() -> None:
    contender = make_contender()
    host = Provider.objects.create(slug="own", name="Own", family="sdapi", options={"free": True})
    contender.offering = Offering.objects.create(provider=host, image_model=contender.image_model, model_id="m")
    contender.save()
    assert unmet(contender, max_price=Decimal(0)) == ()


@pytest.mark.django_db
def test_sources_that_differ_on_commercial_use_do_not_allow_it() -> None:
    contender = make_contender()
    contender.image_model.facts.create(key="commercial_use", value="yes", **SOURCED)
    assert unmet(contender, licence="commercial") == ()
    contender.image_model.facts.create(key="commercial_use", value="no", **SOURCED)
    assert unmet(contender, licence="commercial") == ("licence_differs",)


@pytest.mark.django_db
def test_proprietary_model_has_no_open_weights() -> None:
    contender = make_contender()
    fact = contender.image_model.facts.create(key="licence", value="Proprietary", **SOURCED)
    assert unmet(contender, licence="open") == ("not_open",)
    fact.value = "Apache-2.0"
    fact.save()
    assert unmet(contender, licence="open") == ()


@pytest.mark.django_db
def test_abilities_are_read_from_the_catalogue() -> None:
    contender = make_contender()
    model = contender.image_model
    model.modalities = ["text-to-image", "image-editing"]
    model.save()
    model.facts.create(key="max_size", value="1536x1024", **SOURCED)
    model.parameters.create(name="background", type="enum", allowed="auto, transparent", **SOURCED)
    assert unmet(contender, musts=("edit", "transparent"), size=1536) == ()
    assert unmet(contender, size=2048) == ("too_small",)
