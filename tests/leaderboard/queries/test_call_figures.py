"""What a contender's calls gave: rates, times, cost and coverage, counted from attempts."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.utils import timezone

from arena.catalog.models import Contender, Prompt
from arena.generation.models import Generation
from leaderboard.queries.figures import Reliability, read_reliability
from tests.factories import (
    make_attempt,
    make_category,
    make_contender,
    make_editing_prompt,
    make_generation,
    make_prompt,
    make_run,
)

pytestmark = pytest.mark.django_db
EDITING = "image-editing"


def figures(contender: Contender, modality: str = "text-to-image") -> Reliability:
    """Return the contender's figures."""
    return read_reliability([contender.pk], modality=modality)[contender.pk]


def call(
    contender: Contender, outcome: str, *, days: float = 0, prompt: Prompt | None = None, **fields: object
) -> None:
    """Store a generation with one attempt that began some days ago."""
    state = {"done": "done", "refused": "refused"}.get(outcome, "failed")
    seconds = fields.pop("seconds", None)
    generation = make_generation(contender=contender, prompt=prompt, state=state, seconds=seconds, pixels=False)
    attempt = make_attempt(generation=generation, outcome=outcome, **fields)
    type(attempt).objects.filter(pk=attempt.pk).update(started_at=timezone.now() - timedelta(days=days))


def test_rates_count_the_calls_that_say_something_of_the_model() -> None:
    one = make_contender()
    for outcome in ["done"] * 6 + ["refused", "refused", "timeout", "bad_response"]:
        call(one, outcome)
    for outcome in ("rate_limited", "auth", "quota", "abandoned"):
        call(one, outcome)
    got = figures(one)
    assert (got.calls, got.success_rate, got.refusal_rate, got.failure_rate) == (10, 0.6, 0.2, 0.2)


def test_only_the_30_days_up_to_the_last_call_count() -> None:
    one, late = make_contender(), make_contender()
    call(one, "invalid", days=131)
    call(one, "done", days=129)
    call(one, "done", days=100)
    call(late, "done")
    assert (figures(one).calls, figures(one).success_rate) == (2, 1.0)
    assert figures(late).calls == 1


def test_times_are_of_images_and_the_queue_only_where_the_host_says_how_long_it_worked() -> None:
    one = make_contender()
    for seconds in (2.0, 4.0, 6.0, 8.0, 30.0):
        call(one, "done", seconds=seconds)
    call(one, "timeout", seconds=300.0)
    assert (figures(one).median_seconds, figures(one).median_queue_seconds) == (6.0, None)
    assert figures(one).p95_seconds == pytest.approx(25.6)
    two = make_contender()
    call(two, "done", seconds=5.0, inference_seconds=3.5)
    call(two, "done", seconds=5.0, inference_seconds=6.0)
    call(two, "done", seconds=50.0)
    assert read_fresh(two).median_queue_seconds == 0.75


def read_fresh(contender: Contender) -> Reliability:
    """Return the figures without what is cached."""
    cache.clear()
    return figures(contender)


def test_cost_of_refused_calls_is_shared_by_the_images() -> None:
    one = make_contender()
    call(one, "done", cost=Decimal("0.04"))
    call(one, "done", cost=Decimal("0.04"))
    call(one, "refused", cost=Decimal("0.01"), billed="yes")
    assert figures(one).cost_per_image == Decimal("0.045")


def test_coverage_counts_prompts_in_play_or_open_of_active_categories() -> None:
    one, other = make_contender(), make_contender()
    call(one, "done", prompt=make_prompt())
    call(one, "done", prompt=make_prompt(state="open"))
    call(one, "refused", prompt=make_prompt())
    call(other, "done", prompt=make_prompt(category=make_category(state="draft")))
    assert (figures(one).prompts_covered, figures(one).prompts_wanted) == (2, 3)
    assert figures(one).coverage == pytest.approx(2 / 3)
    assert figures(other).coverage == 0


def test_coverage_tells_only_after_midnight_whose_image_was_hidden() -> None:
    one, prompt = make_contender(), make_prompt()
    call(one, "done", prompt=prompt)
    hidden = Generation.objects.filter(contender=one)
    hidden.update(hidden_at=timezone.now())
    assert read_fresh(one).prompts_covered == 1
    hidden.update(hidden_at=timezone.now() - timedelta(days=1))
    assert read_fresh(one).prompts_covered == 0


def test_each_modality_has_its_own_figures_and_imports_have_none() -> None:
    one = make_contender()
    call(one, "done", prompt=make_editing_prompt(), seconds=9.0)
    make_generation(contender=one, run=make_run(kind="import"), pixels=False)
    assert (figures(one).calls, figures(one).prompts_covered) == (0, 1)
    assert (figures(one, EDITING).calls, figures(one, EDITING).median_seconds) == (1, 9.0)
