"""What models a host says it has: one reader for each wire family whose hosts tell; reading costs nothing."""

import datetime
import json
import os
import time
from collections.abc import Callable, Collection, Mapping
from typing import Any
from urllib.parse import quote, urlencode

from arena.catalog.models import Provider
from arena.generation.providers.base import ErrorKind, ProviderError
from arena.generation.providers.wire import Answer, send

# A list of 10,000 models with long descriptions.
LONGEST_LIST = 16 * 2**20
SECONDS = 60.0
MOST_PAGES = 50

# A model's name at its host, and the day on which the host says that it ends (None: it does not say).
Listing = dict[str, datetime.date | None]


def can_list(provider: Provider) -> bool:
    """Tell whether this provider's wire family tells its models."""
    return provider.family in READERS


def read_models(provider: Provider, names: Collection[str]) -> Listing:
    """Return the models that the provider lists. Where it can only be asked for one, it is asked for each of `names`.

    Raises ProviderError, also if the answer is no list.
    """
    return READERS[provider.family](provider, names, time.monotonic() + SECONDS)


def _openai(provider: Provider, names: Collection[str], deadline: float) -> Listing:
    """OpenAI's form, {"data": [{"id", "shutdown_date"?}]}; Together sends the bare list."""
    options = provider.options
    headers = _key(provider, str(options.get("key_header", "authorization")), str(options.get("key_scheme", "Bearer")))
    answer = _table(_get(f"{_base(provider)}/models", headers, deadline))
    items = answer.get("data") if isinstance(answer, dict) else answer
    if not isinstance(items, list):
        raise _no_list()
    rows = [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str)]
    return {row["id"]: _day(row.get("shutdown_date")) for row in rows}


def _gemini(provider: Provider, names: Collection[str], deadline: float) -> Listing:
    """Google's form, in pages: {"models": [{"name": "models/…"}], "nextPageToken"?}."""
    found: Listing = {}
    token = ""
    for _ in range(MOST_PAGES):
        query = {"pageSize": "1000"} | ({"pageToken": token} if token else {})
        url = f"{_base(provider)}/models?{urlencode(query)}"
        answer = _table(_get(url, _key(provider, "x-goog-api-key", ""), deadline))
        rows = answer.get("models") if isinstance(answer, dict) else None
        if not isinstance(rows, list):
            raise _no_list()
        named = [str(row.get("name", "")) for row in rows if isinstance(row, dict)]
        found |= {name.removeprefix("models/"): None for name in named if name}
        token = str(answer.get("nextPageToken") or "")
        if not token:
            break
    return found


def _replicate(provider: Provider, names: Collection[str], deadline: float) -> Listing:
    """Replicate lists every model of everybody; so it is asked for each of ours."""
    headers = _key(provider, "authorization", "Bearer")
    found: Listing = {}
    for name in sorted(names):
        answer = _get(f"{_base(provider)}/models/{quote(name.partition(':')[0])}", headers, deadline, may_lack=True)
        if answer.status != 404:
            found[name] = None
    return found


READERS: Mapping[str, Callable[[Provider, Collection[str], float], Listing]] = {
    "openai_compatible": _openai,
    "gemini": _gemini,
    "replicate": _replicate,
}


def _base(provider: Provider) -> str:
    return provider.base_url.rstrip("/")


def _key(provider: Provider, header: str, scheme: str) -> dict[str, str]:
    key = os.environ.get(provider.key_env, "") if provider.key_env else ""
    return {header: f"{scheme} {key}".strip()} if key else {}


def _get(url: str, headers: Mapping[str, str], deadline: float, *, may_lack: bool = False) -> Answer:
    own = {"accept": "application/json", "user-agent": "Easel"}
    answer = send("GET", url, headers=own | dict(headers), deadline=deadline, cap=LONGEST_LIST)
    if answer.status != 200 and not (may_lack and answer.status == 404):
        kind = ErrorKind.AUTH if answer.status in {401, 403} else ErrorKind.UNAVAILABLE
        raise ProviderError(kind, f"The provider answered {answer.status}.", billed="no")
    return answer


def _table(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError as error:
        raise _no_list() from error


def _no_list() -> ProviderError:
    return ProviderError(ErrorKind.BAD_RESPONSE, "The answer is no list of models.", billed="no")


def _day(value: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(value)[:10])
    except ValueError:
        return None
