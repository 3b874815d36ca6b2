"""What families share whose hosts hand out a handle: which addresses to ask, how often, and what failures mean."""

import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from arena.generation.providers.base import Billed, ErrorKind, Host, Pending, ProviderError
from arena.generation.providers.shapes.answers import media_type, read_table
from arena.generation.providers.shapes.error_shapes import (
    ErrorRules,
    bad_response,
    error_of,
    hide_key,
)
from arena.generation.providers.wire import Answer, send

# A state is asked for after half a second, then ever more rarely.
FIRST_POLL, LAST_POLL, GROWTH = 0.5, 5.0, 1.6
MAX_STATE = 8 * 2**20
ASKED = "asked"
# Answers to a poll that say something of the call; any other says that the host is not well, and is asked again.
TELLING = frozenset({400, 401, 402, 403, 404, 410, 422})


def wait_for(handle: Mapping[str, Any], *, at_least: float = 0.0) -> Pending:
    """Return the handle with one more question counted, to be asked again after a jittered, growing time."""
    asked = int(handle.get(ASKED, 0))
    seconds = min(LAST_POLL, FIRST_POLL * GROWTH**asked)
    jitter = random.uniform(0.75, 1.25)  # noqa: S311 - spreads polls, hides nothing.
    return Pending({**handle, ASKED: asked + 1}, poll_after=max(seconds * jitter, at_least))


def own_address(url: Any, host: Host, *, also: tuple[str, ...] = ()) -> str:
    """Return a URL that a host named, if it lies at its base URL or by https at one of the hosts in `also`.

    The key is sent there, so it must never be another's. A path is taken from the base URL. Raises ProviderError.
    """
    if not isinstance(url, str) or not url:
        raise bad_response("The provider named no URL to ask for the image's state.")
    base = urlsplit(host.base_url)
    try:
        whole = urljoin(f"{base.scheme}://{base.netloc}/", url)
        parts = urlsplit(whole)
        port = parts.port
    except ValueError as error:
        raise bad_response("The URL to ask for the image's state is malformed.") from error
    if (parts.scheme, parts.netloc) == (base.scheme, base.netloc):
        return whole
    name = (parts.hostname or "").lower()
    listed = any(f".{name}".endswith(f".{each}") for each in also if each)
    if parts.scheme == "https" and listed and port in {None, 443} and "@" not in parts.netloc:
        return whole
    shown = hide_key(name, host) or "nowhere"
    raise bad_response(
        f"The provider named a URL at {shown} for the image's state; Easel asks only the provider itself."
    )


def ask(
    method: str, url: str, *, host: Host, headers: Mapping[str, str], deadline: float, rules: ErrorRules
) -> dict[str, Any]:
    """Return the JSON object that a question about an order is answered with.

    Raises ProviderError: "unavailable" if the host is not well, which says nothing of the order; never "not billed".
    """
    answer = send(method, url, headers=headers, deadline=deadline, cap=MAX_STATE)
    if answer.status in TELLING:
        error = error_of(answer, host, rules)
        billed: Billed = "yes" if error.billed == "yes" else "unknown"
        raise ProviderError(error.kind, error.message, billed=billed, code=error.code)
    envelope = read_table(answer.body)
    if answer.status >= 300 or not envelope:
        raise not_well(answer, host, rules)
    return envelope


def not_well(answer: Answer, host: Host, rules: ErrorRules) -> ProviderError:
    """Return the error for an answer to a poll that says nothing of the order."""
    wait = error_of(answer, host, rules).retry_after
    message = f"The provider answered {answer.status} ({media_type(answer)}) when asked for the image's state."
    return ProviderError(ErrorKind.UNAVAILABLE, message, billed="unknown", retry_after=wait)
