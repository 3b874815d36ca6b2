"""Who votes: the key in a signed cookie, and the languages a person reads."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation.trans_real import parse_accept_lang_header

from arena.voting.models import random_id

FALLBACK_LANGUAGE = "en"
MOST_LANGUAGES = 20
# The length of a prompt's language code at most: subtags beyond it would not distinguish prompts.
LONGEST_CODE = 12

_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)

_signer = signing.Signer(salt="arena.voting.voter")


@dataclass(frozen=True)
class Caller:
    """The sender of a request: a voter's key, and whether it was made for this very request."""

    key: uuid.UUID
    is_new: bool


def known_voter(request: HttpRequest) -> uuid.UUID | None:
    """Return the key of the request's cookie, or None when there is no cookie that we signed."""
    try:
        return uuid.UUID(_signer.unsign(request.COOKIES.get(settings.VOTER_COOKIE_NAME, "")))
    except (signing.BadSignature, ValueError):
        return None


def greet_voter(request: HttpRequest) -> Caller:
    """Return the request's voter, with a new key if it has none; the first answer creates the voter's row."""
    key = known_voter(request)
    return Caller(key or random_id(), is_new=key is None)


def remember_voter(response: HttpResponseBase, caller: Caller) -> None:
    """Give a new voter their cookie."""
    if caller.is_new:
        set_cookie(response, settings.VOTER_COOKIE_NAME, _signer.sign(caller.key.hex))


def remember_languages(response: HttpResponseBase, languages: Sequence[str]) -> None:
    """Keep the languages that a voter has chosen, in a plain cookie; without any, forget the choice."""
    set_cookie(response, settings.LANGUAGES_COOKIE_NAME, ".".join(_codes(languages)))


def set_cookie(response: HttpResponseBase, name: str, value: str) -> None:
    """Set a cookie that no script reads and no other site sends along with a form."""
    response.set_cookie(
        name, value, max_age=settings.VOTER_COOKIE_AGE, httponly=True, samesite="Lax", secure=settings.HTTPS
    )


def stated_languages(request: HttpRequest) -> tuple[str, ...]:
    """Return the languages of prompts that the voter has chosen here, in lower case.

    Without a choice, they are the language chosen for the site, if one was, and those that the browser names.
    """
    chosen = request.COOKIES.get(settings.LANGUAGES_COOKIE_NAME, "")
    if chosen:
        return _codes(chosen.lower().split("."))
    named = [code for code, _ in parse_accept_lang_header(request.headers.get("Accept-Language", ""))]
    of_site = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return _codes([of_site.lower(), *named] if of_site else named)


def _codes(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_shorten(text) for text in texts if _CODE.fullmatch(text)))[:MOST_LANGUAGES]


def _shorten(code: str) -> str:
    while len(code) > LONGEST_CODE:
        code = code.rpartition("-")[0]
    return code


def read_languages(request: HttpRequest, available: Sequence[str]) -> tuple[str, ...]:
    """Return those stated languages in which prompts are available; zh-Hans-CN also stands for zh-Hans and zh.

    Where none is, return English, or all available languages if there are no English prompts.
    """
    stated = {code.rsplit("-", cut)[0] for code in stated_languages(request) for cut in range(code.count("-") + 1)}
    if chosen := tuple(code for code in available if code.lower() in stated):
        return chosen
    return (FALLBACK_LANGUAGE,) if FALLBACK_LANGUAGE in available or not available else tuple(available)
