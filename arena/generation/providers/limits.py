"""What hosts say of their rate limits in the headers of any answer, in the forms that are in use."""

import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

# Longer texts than this are no limits, and reading them could take minutes.
LONGEST = 200
# Longer windows say nothing about the next minutes.
MOST_SECONDS = 3600.0
# Numbers above are moments since 1970, in seconds or in milliseconds, and not durations.
EPOCH = 1_000_000_000
EPOCH_MILLISECONDS = 1_000_000_000_000
# Where the calls that are left, and the time until there are more, stand: limits of tokens are not ours.
NAMES = tuple(
    (f"{prefix}ratelimit-remaining{of}", f"{prefix}ratelimit-reset{of}")
    for prefix in ("x-", "")
    for of in ("", "-requests", "-images")
)
UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
# The two forms of the IETF's draft: `remaining=4, reset=20` and `"default";r=4;t=20`.
TOGETHER = re.compile(r"\b(?:remaining|r)=(\d+)[^r]*?\b(?:reset|t)=(\d+)")


@dataclass(frozen=True)
class RateLimits:
    """How many calls a host still takes, and the seconds until it takes more."""

    remaining: int
    reset_seconds: float


@dataclass
class Heard:
    """What the answers to one call said; `limits` is the latest, None if they said nothing."""

    limits: RateLimits | None = field(default=None)


_heard: ContextVar[Heard | None] = ContextVar("heard", default=None)


@contextmanager
def hear_limits() -> Iterator[Heard]:
    """Collect what answers say of limits within this block, so that no family must pass it on."""
    token = _heard.set(heard := Heard())
    try:
        yield heard
    finally:
        _heard.reset(token)


def note_limits(headers: Mapping[str, str]) -> None:
    """Keep what these headers, with lower-case names, say for whoever listens."""
    heard = _heard.get()
    limits = read_limits(headers)
    if heard is not None and limits is not None:
        heard.limits = limits


def read_limits(headers: Mapping[str, str]) -> RateLimits | None:
    """Return the tightest limit that headers with lower-case names tell whole; None if they tell none."""
    found = [_limits(_text(headers, remaining), _text(headers, reset)) for remaining, reset in NAMES]
    found += [_limits(*pair) for pair in TOGETHER.findall(_text(headers, "ratelimit"))]
    return min((each for each in found if each is not None), key=lambda each: each.remaining, default=None)


def _text(headers: Mapping[str, str], name: str) -> str:
    text = headers.get(name, "")
    return text if len(text) <= LONGEST else ""


def _limits(remaining: str, reset: str) -> RateLimits | None:
    seconds = _seconds(reset.strip())
    if seconds is None or not remaining.strip().isdecimal():
        return None
    return RateLimits(int(remaining), min(max(0.0, seconds), MOST_SECONDS))


def _seconds(text: str) -> float | None:
    """Return the seconds until a reset: a duration (`6m0s`), a number of seconds, or a moment since 1970."""
    if parts := DURATION.findall(text):
        whole = "".join(map("".join, parts)) == text
        return sum(float(number) * UNITS[unit] for number, unit in parts) if whole else None
    try:
        number = float(text)
    except ValueError:
        return None
    if number >= EPOCH_MILLISECONDS:
        return number / 1000 - time.time()
    return number - time.time() if number >= EPOCH else number
