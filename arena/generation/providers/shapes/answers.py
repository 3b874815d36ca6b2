"""Reads what hosts answer: JSON, pictures in base64, and what a status means where the host's own words say no more."""

import base64
import binascii
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from arena.generation.providers.base import Billed, ErrorKind, Host, ProviderError
from arena.generation.providers.wire import Answer, retry_after

# An image of 40 MB in base64, and the envelope.
MAX_ANSWER = 64 * 2**20
# Seconds: what a host says of its work beyond that is a mistake.
LONGEST_WORK = 86_400
# A 403 whose code or words name the model: the key itself is good. So OpenAI, whose organization must be verified for
# some models or whose project lacks one, and Hugging Face, where one agrees to a model's terms first.
OF_THE_MODEL = re.compile(r"\bmodels?\b|organization_not_verified|model_not_found|gated", re.IGNORECASE)
# NUL, and halves of characters: JSON can name them, PostgreSQL takes neither.
UNSTORABLE = re.compile(r"[\0\ud800-\udfff]")
# What is kept of a host's own words.
MAX_WORDS = 300
KINDS = {
    401: ErrorKind.AUTH,
    402: ErrorKind.QUOTA,
    403: ErrorKind.AUTH,
    404: ErrorKind.NOT_FOUND,
    408: ErrorKind.TIMEOUT,
    410: ErrorKind.NOT_FOUND,
    429: ErrorKind.RATE_LIMITED,
}


def read_table(body: bytes | str) -> dict[str, Any]:
    """Return the JSON object in the text; empty if it is none.

    Neither NaN nor an infinite number, nor a character that the database cannot hold, is in it.
    """
    try:
        value = _storable(json.loads(body))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        # Most texts are long pictures in base64, which hold neither.
        return value if value.isascii() and "\0" not in value else UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, dict):
        return {_storable(name): _storable(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_storable(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def without_key(message: str, host: Host) -> str:
    """Return a message without the key, which some hosts repeat when they refuse it, whole or in the halves at a :."""
    secrets = [host.key, *host.key.split(":", 1), base64.b64encode(host.key.encode()).decode()]
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        message = message.replace(secret, "…")
    return message


def table_at(table: Any, *path: str | int) -> dict[str, Any]:
    """Return the object at a path of names and places, or an empty one: hosts leave out what they have not."""
    for step in path:
        if isinstance(step, int) and isinstance(table, list) and len(table) > step:
            table = table[step]
        elif isinstance(step, str) and isinstance(table, dict):
            table = table.get(step)
        else:
            return {}
    return table if isinstance(table, dict) else {}


def seconds_at(table: Any, place: str, name: str) -> float | None:
    """Return the seconds of work that a host names there; None where it names none."""
    value = table_at(table, place).get(name)
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return float(value) if 0 <= value < LONGEST_WORK else None


def list_in(table: Mapping[str, Any], name: str) -> list[Any]:
    """Return the list under a name, or an empty one."""
    value = table.get(name)
    return value if isinstance(value, list) else []


def media_type(answer: Answer) -> str:
    """Return what the answer says it is."""
    return answer.headers.get("content-type", "no content type")[:60]


def decode_picture(encoded: Any, *, billed: Billed = "unknown") -> bytes:
    """Return the bytes of a picture in base64, as a data URL or bare. Raises ProviderError."""
    if not isinstance(encoded, str) or not encoded:
        raise ProviderError(ErrorKind.BAD_RESPONSE, "The answer names a picture but holds none.", billed=billed)
    try:
        return base64.b64decode(encoded.rpartition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ProviderError(ErrorKind.BAD_RESPONSE, "The image is not valid base64.", billed=billed) from error


def kind_of_status(status: int, words: str = "") -> ErrorKind:
    """Return what a status means, with the code and words beside it."""
    if status == 403 and OF_THE_MODEL.search(words):
        return ErrorKind.FORBIDDEN
    usual = ErrorKind.INVALID if 400 <= status < 500 else ErrorKind.BAD_RESPONSE
    return KINDS.get(status, ErrorKind.UNAVAILABLE if status >= 500 else usual)


def billed_for_status(status: int) -> Billed:
    """Tell whether an answer without an image was charged: a 4xx and a 503 come before any work."""
    return "no" if (400 <= status < 500 and status != 408) or status == 503 else "unknown"


def status_error(
    host: Host, answer: Answer, words: object = "", *, code: str = "", kind: ErrorKind | None = None,
    billed: Billed | None = None, wait: float | None = None,
) -> ProviderError:  # fmt: skip
    """Return the error that an answer stands for; what is not given follows from its status and headers.

    A 4xx and a 503 come before any work; after another 5xx a host may have made the image. `words` are the host's own:
    they are cut, and the key is taken out, since some hosts repeat the key that they refuse.
    """
    # A key that is cut in two would not be found.
    said = without_key(str(words or media_type(answer)), host)[:MAX_WORDS]
    kind = kind or kind_of_status(answer.status, f"{code} {words}")
    billed = billed or billed_for_status(answer.status)
    message = f"The provider answered {answer.status}: {said}"
    return ProviderError(
        kind, message, billed=billed, code=code, retry_after=retry_after(answer.headers) if wait is None else wait
    )
