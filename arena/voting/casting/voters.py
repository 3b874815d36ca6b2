"""Who votes: the key in a signed cookie or an account's own, and the languages a person reads."""

import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation.trans_real import parse_accept_lang_header

from arena.voting.models import AccountVoter, random_id

FALLBACK_LANGUAGE = "en"
MOST_LANGUAGES = 20
# The length of a prompt's language code at most: subtags beyond it would not distinguish prompts.
LONGEST_CODE = 12

_CODE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.IGNORECASE | re.ASCII)

_signer = signing.Signer(salt="arena.voting.voter")
# Stands in a cookie after the key of a voter who came in by a proof of work.
_PROVEN = ".proven"


@dataclass(frozen=True)
class Caller:
    """The sender of a request: a voter's key, and whether it was made for this very request."""

    key: uuid.UUID
    is_new: bool
    has_proven: bool = False


def known_voter(request: HttpRequest) -> uuid.UUID | None:
    """Return the account's voter, or else the key of the request's cookie; None without a cookie that we signed."""
    caller, user = _read_cookie(request), signed_in(request)
    own = AccountVoter.objects.filter(user=user).values_list("key", flat=True).first() if user else None
    return own or (caller.key if caller else None)


def greet_voter(request: HttpRequest) -> Caller:
    """Return the request's voter, with a new key if it has none; the first answer creates the voter's row.

    An account is one voter in every browser: the one of the browser in which it first voted, if that is no other
    account's.
    """
    caller, user = _read_cookie(request), signed_in(request)
    if user is not None:
        return Caller(_voter_of(user, caller), is_new=False)
    return caller or Caller(random_id(), is_new=True)


def has_proven(request: HttpRequest) -> bool:
    """Tell whether the voter of the request's cookie came in by a proof of work."""
    caller = _read_cookie(request)
    return caller is not None and caller.has_proven


def signed_in(request: HttpRequest) -> User | None:
    """Return the account that is signed in."""
    user = getattr(request, "user", None)
    return user if isinstance(user, User) else None


def _read_cookie(request: HttpRequest) -> Caller | None:
    try:
        text = _signer.unsign(request.COOKIES.get(settings.VOTER_COOKIE_NAME, ""))
        return Caller(uuid.UUID(text.removesuffix(_PROVEN)), is_new=False, has_proven=text.endswith(_PROVEN))
    except (signing.BadSignature, ValueError):
        return None


def _voter_of(user: User, caller: Caller | None) -> uuid.UUID:
    """The account's voter; a new one of two requests at once is that of the first."""
    key = caller.key if caller else random_id()
    while (own := AccountVoter.objects.filter(user=user).values_list("key", flat=True).first()) is None:
        AccountVoter.objects.bulk_create([AccountVoter(user=user, key=key)], ignore_conflicts=True)
        key = random_id()
    return own


def remember_voter(response: HttpResponseBase, caller: Caller) -> None:
    """Give a new voter their cookie."""
    if caller.is_new:
        text = caller.key.hex + (_PROVEN if caller.has_proven else "")
        set_cookie(response, settings.VOTER_COOKIE_NAME, _signer.sign(text))


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
