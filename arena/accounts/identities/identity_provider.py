"""Speaks with the identity provider: OpenID Connect's code flow with PKCE, by Authlib.

It is imported by name, since Authlib comes with the extra `oidc` only.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.django_client import OAuth
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from joserfc.errors import JoseError

from arena.errors import Busy, Forbidden
from arena.web.request_places import stepping_aside

# How long the provider may take for one answer, and how far its clock may be off, in seconds.
_PATIENCE, _CLOCK_SKEW = 5, 30
# So many threads speak with it at a time: one that hangs does not take those of the votes.
_SPEAKING = threading.BoundedSemaphore(4)
log = structlog.get_logger(__name__)


def lead_there(request: HttpRequest, back: str) -> HttpResponse:
    """Lead to the provider, which leads back to this address; state, nonce and PKCE's secret wait in the session.

    Raises Busy and Forbidden.
    """
    with _speaking():
        answer: HttpResponse = _client().authorize_redirect(request, back)
    return answer


def read_claims(request: HttpRequest) -> dict[str, Any]:
    """Return what the provider says of who comes back from it. Raises Busy and Forbidden.

    The ID token must be signed with its key, be for us, name the issuer and our nonce, and be of now. What only the
    page of user information says is added: that, too, must be of the same person.
    """
    with _speaking():
        client = _client()
        must = {
            "iss": {"essential": True, "value": settings.OIDC_ISSUER},
            "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
        }
        token = client.authorize_access_token(request, claims_options=must, leeway=_CLOCK_SKEW)
        claims = dict(token.get("userinfo") or {})
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise ValueError("The answer has no ID token that names somebody.")
        if client.load_server_metadata().get("userinfo_endpoint"):
            more = dict(client.userinfo(token=token))
            if more.get("sub") != claims["sub"]:
                raise ValueError("The user information is of somebody else.")
            claims = more | claims
    return claims


@contextmanager
def _speaking() -> Iterator[None]:
    if not _SPEAKING.acquire(blocking=False):
        raise _away()
    try:
        with stepping_aside():
            yield
    except requests.RequestException as error:
        log.warning("identity_provider_away", error=type(error).__name__)
        raise _away() from error
    except (AuthlibBaseError, JoseError, ValueError, RuntimeError) as error:
        log.warning("identity_provider_not_believed", error=type(error).__name__, said=str(error)[:300])
        message = _("The answer of {provider} was not accepted. Start again from the sign-in page.")
        raise Forbidden(message.format(provider=settings.OIDC_NAME)) from error
    finally:
        _SPEAKING.release()


def _away() -> Busy:
    message = _(
        "{provider} does not answer at the moment. Try again later, or sign in with a password if you have one."
    )
    return Busy(message.format(provider=settings.OIDC_NAME))


def _client() -> Any:
    hour = int(time.time() // 3600)
    client = _client_of(settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET, hour)
    named = client.load_server_metadata().get("issuer")
    if named != settings.OIDC_ISSUER:
        raise ValueError(f"OIDC_ISSUER is {settings.OIDC_ISSUER}, and the provider there calls itself {named}.")
    return client


@lru_cache(maxsize=1)
def _client_of(issuer: str, client_id: str, client_secret: str, _hour: int) -> Any:
    """Return a client; it keeps the provider's addresses and keys, and a new one each hour looks them up again."""
    return OAuth().register(
        "easel",
        client_id=client_id,
        client_secret=client_secret,
        server_metadata_url=f"{issuer.rstrip('/')}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid profile email",
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_basic" if client_secret else "none",
            "default_timeout": _PATIENCE,
        },
    )
