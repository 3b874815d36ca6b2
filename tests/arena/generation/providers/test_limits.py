"""Rate limits in the headers that hosts send, in each form in use; what is not a limit of calls says nothing."""

import time

import pytest

from arena.generation.providers.limits import MOST_SECONDS, RateLimits, hear_limits, note_limits, read_limits


@pytest.mark.parametrize(
    ("headers", "limits"),
    [
        ({"x-ratelimit-remaining-requests": "3", "x-ratelimit-reset-requests": "6m0s"}, RateLimits(3, 360.0)),
        ({"x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "1.5s"}, RateLimits(0, 1.5)),
        ({"x-ratelimit-remaining-images": "2", "x-ratelimit-reset-images": "20ms"}, RateLimits(2, 0.02)),
        ({"x-ratelimit-remaining": "7", "x-ratelimit-reset": "12"}, RateLimits(7, 12.0)),
        ({"ratelimit-remaining": "7", "ratelimit-reset": "12"}, RateLimits(7, 12.0)),
        ({"ratelimit": "limit=100, remaining=4, reset=20"}, RateLimits(4, 20.0)),
        ({"ratelimit": '"default";r=4;t=20'}, RateLimits(4, 20.0)),
        ({"x-ratelimit-remaining": "7", "x-ratelimit-reset": "900d"}, RateLimits(7, MOST_SECONDS)),
        (
            {
                "x-ratelimit-remaining-requests": "9", "x-ratelimit-reset-requests": "1s",
                "x-ratelimit-remaining-images": "1", "x-ratelimit-reset-images": "1m",
            },
            RateLimits(1, 60.0),
        ),
        ({"x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1h"}, None),
        ({"x-ratelimit-remaining": "7"}, None),
        ({"x-ratelimit-remaining": "many", "x-ratelimit-reset": "1s"}, None),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "soon 1s"}, None),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": "nan"}, RateLimits(1, 0.0)),
        ({}, None),
    ],
)  # fmt: skip
def test_limits_are_read_in_each_form(headers: dict[str, str], limits: RateLimits | None) -> None:
    assert read_limits(headers) == limits


@pytest.mark.parametrize("scale", [1, 1000])
def test_reset_may_be_a_moment(scale: int) -> None:
    moment = str(round((time.time() + 1000) * scale))
    limits = read_limits({"x-ratelimit-remaining": "1", "x-ratelimit-reset": moment})
    assert limits is not None
    assert 0 < limits.reset_seconds < 1002


def test_limits_are_heard_only_by_who_listens() -> None:
    headers = {"x-ratelimit-remaining": "1", "x-ratelimit-reset": "5"}
    note_limits(headers)
    with hear_limits() as heard:
        assert heard.limits is None
        note_limits(headers)
        note_limits({})
    assert heard.limits == RateLimits(1, 5.0)
