"""`check_provider` against the fake: what it plans for the money, what it calls, and the differences that it names."""

import io
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from arena.catalog.models import Contender, Offering, Price, Provider
from arena.fake_provider.server import ImageProvider
from arena.generation.models import ProviderState, Spending
from tests.arena.generation.conftest import KEY_ENV
from tests.factories import make_contender, make_image_model

pytestmark = pytest.mark.django_db

BOTH = ["text-to-image", "image-editing"]


def enter(server: ImageProvider, family: str, segment: str, **values: Any) -> Provider:
    """Enter the fake into the catalogue under a family."""
    entry = {"key_env": KEY_ENV, **values}
    return Provider.objects.create(
        slug="fake", name="Fake", family=family, base_url=server.address_of(segment), **entry
    )


def sell(provider: Provider, slug: str, *, price: str = "", model_id: str = "fake-model", **settings: Any) -> Contender:
    """Return a contender for new pictures and edits; without a price it has none."""
    image_model = make_image_model(modalities=BOTH)
    offering = Offering.objects.create(provider=provider, image_model=image_model, model_id=model_id)
    if price:
        Price.objects.create(
            offering=offering, item="image", unit="image", amount=price, source="https://a.test", seen_on="2026-11-21"
        )
    return make_contender(slug=slug, image_model=image_model, offering=offering, settings=settings)


def check(*options: str) -> str:
    """Run the command; return what it printed."""
    out = io.StringIO()
    call_command("check_provider", "fake", *options, stdout=out, no_color=True)
    return out.getvalue()


def test_each_kind_is_called_once_at_an_own_server(server: ImageProvider) -> None:
    provider = enter(server, "sdapi", "sdapi/v1", options={"free": True}, key_env="")
    sell(provider, "own", width=512, height=512)

    printed = check()

    assert [order["body"].get("mask") is not None for order in server.journal.orders] == [False, False, True, False]
    assert [len(order["sources"]) for order in server.journal.orders] == [0, 1, 1, 0]
    assert "4 calls at Fake for at most 0.0000 USD" in printed
    assert "own, text to image:" in printed
    assert "DIFFERS: 512 × 512 was asked for, 256 × 256 came." in printed
    assert "The seed gives the same picture again." in printed
    assert "model_confirmed: True" in printed
    assert "of 255 at the ball" in printed
    assert "polarity" not in printed
    assert "Not tested: how the host refuses a prompt" in printed


def test_cheapest_of_each_kind_goes_first_and_the_limit_holds(server: ImageProvider) -> None:
    provider = enter(server, "huggingface", "hf")
    sell(provider, "dear", price="0.02")
    sell(provider, "cheap", price="0.01")
    sell(provider, "unpriced")

    printed = check("--spend", "0.045", "--yes")

    planned = [line for line in printed.splitlines() if line.startswith("Planned:")]
    assert planned == [
        "Planned: cheap, text to image, at most 0.0100 USD.",
        "Planned: cheap, edit, at most 0.0100 USD.",
        "Planned: dear, text to image, at most 0.0200 USD.",
    ]
    assert "Left out: dear, edit: its 0.0200 USD would exceed the limit." in printed
    assert "Left out: unpriced, text to image: its price is unknown." in printed
    assert "Spent 0.0400 USD on 3 calls" in printed
    assert server.journal.bills.total() == 3


def test_nothing_is_called_without_a_yes(server: ImageProvider) -> None:
    sell(enter(server, "huggingface", "hf"), "cheap", price="0.01")
    with pytest.raises(CommandError, match="Use --yes"):
        check()
    assert server.journal.calls == []


def test_refused_key_ends_the_check(server: ImageProvider) -> None:
    sell(enter(server, "huggingface", "hf"), "locked", price="0.01", model_id="fake:badkey")
    with pytest.raises(CommandError, match="1 of 1 calls brought no picture"):
        check("--yes")
    assert len(server.journal.orders) == 1


@pytest.mark.parametrize(
    ("family", "segment", "fault", "said"),
    [
        ("sdapi", "sdapi/v1", "othermodel", "used the checkpoint another-model"),
        ("sdapi", "sdapi/v1", "notanimage", "The picture cannot be shown"),
        ("gemini", "gemini", "moderated", "refused (billed: no)"),
    ],
)
def test_failed_call_is_told_with_its_reason(
    server: ImageProvider, capsys: pytest.CaptureFixture[str], family: str, segment: str, fault: str, said: str
) -> None:
    sell(enter(server, family, segment, options={"free": True}), "odd", model_id=f"fake-model:{fault}")
    with pytest.raises(CommandError, match="brought no picture"):
        call_command("check_provider", "fake", no_color=True)
    assert said in capsys.readouterr().out


def test_shape_and_format_are_compared_with_the_settings(server: ImageProvider) -> None:
    provider = enter(server, "multipart_bytes", "stability", options={"free": True})
    sell(provider, "shaped", model_id="core:wrongsize", aspect_ratio="3:2", output_format="webp")
    printed = check()
    assert "DIFFERS: The aspect ratio 3:2 was asked for, 640 × 200 came." in printed
    assert "DIFFERS: The source is square, the edit is 640 × 200." in printed
    assert "DIFFERS: WEBP was asked for, PNG came." in printed


def test_provider_that_cannot_be_checked_is_named(server: ImageProvider) -> None:
    with pytest.raises(CommandError, match="There is no provider 'fake'"):
        check()
    provider = enter(server, "gemini", "gemini", key_env="NO_SUCH_KEY")
    with pytest.raises(CommandError, match="Nothing to call at Fake"):
        check()
    sell(provider, "cheap", price="0.01")
    with pytest.raises(CommandError, match="set NO_SUCH_KEY in the environment"):
        check()
    with pytest.raises(CommandError, match="is not an amount"):
        check("--spend", "much")
    with pytest.raises(CommandError, match="from 0 to 999"):
        check("--spend", "-1")


def test_trial_calls_count_in_the_caps_of_the_day(server: ImageProvider) -> None:
    provider = enter(server, "huggingface", "hf")
    sell(provider, "cheap", price="0.01")
    ProviderState.objects.create(provider=provider, day_cap="0.015")

    with pytest.raises(CommandError, match="1 of 2 calls brought no picture"):
        check("--spend", "0.045", "--yes")

    # The second would have been above the cap, so it was not made, and neither was what is left.
    assert server.journal.bills.total() == 1
    amounts = Spending.objects.order_by("provider").values_list("provider", "amount")
    assert list(amounts) == [(provider.pk, Decimal("0.01")), (None, Decimal("0.01"))]
