"""The id under which a request, and the jobs that it sends, can be found in every log: web, worker and database."""

import re
import secrets
from contextvars import ContextVar
from typing import Any

from structlog.contextvars import bind_contextvars, clear_contextvars

# What a proxy may send: nothing that means anything in a log, a header or a comment of SQL.
_ACCEPTED = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)

_OWN: ContextVar[str] = ContextVar("easel_request_id", default="")


def make_request_id() -> str:
    """Return 128 random bits: an id says nothing of its request."""
    return secrets.token_hex(16)


def is_request_id(text: str) -> bool:
    """Tell whether a text from outside may be an id."""
    return _ACCEPTED.fullmatch(text) is not None


def begin_work(request_id: str, **known: Any) -> None:
    """Name the request that this thread works for from now on, with what else its log lines should say."""
    clear_contextvars()
    bind_contextvars(**({"request_id": request_id} if request_id else {}), **known)
    _OWN.set(request_id)


def end_work() -> None:
    """Work for no request any more."""
    clear_contextvars()
    _OWN.set("")


def current_request_id() -> str:
    """Return the id of the request that this thread works for; empty without one."""
    return _OWN.get()


def sign_statement(statement: Any) -> Any:
    """Return a statement with the id in a comment before it; as it is if it is no plain text, or without a request."""
    request_id = _OWN.get()
    return f"/*{request_id}*/ {statement}" if request_id and isinstance(statement, str) else statement
