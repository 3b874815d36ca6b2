"""A real OpenID Connect provider on this machine, which demands PKCE and spoils its answers on request."""

import base64
import hashlib
import json
import os
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

import flask
import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

with warnings.catch_warnings():
    # It uses parts of Authlib that Authlib will drop, and says so each time; Authlib's module sets a filter of its own.
    from authlib.deprecate import AuthlibDeprecationWarning

    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    import oidc_provider_mock
    from oidc_provider_mock._app import AuthorizationCodeGrant

# It also knows sites that have no secret, whom PKCE protects.
AuthorizationCodeGrant.TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "none"]
QUIET = pytest.mark.filterwarnings(
    "ignore:get_jwt_config:DeprecationWarning", "ignore::authlib.deprecate.AuthlibDeprecationWarning"
)
Claims = dict[str, Any]
PEOPLE = {
    "1001": {
        "email": "ada@example.org", "email_verified": True, "preferred_username": "ada",
        "groups": ["arena-staff", "lab"],
    },
    "1002": {"email": "grace@example.org", "email_verified": True, "preferred_username": "grace hopper"},
    "1003": {"email": "reader@example.org", "email_verified": False, "preferred_username": "mallory"},
}  # fmt: skip


class IdentityServer:
    """What a test sees of the provider, and how it spoils the provider's answers."""

    def __init__(self) -> None:
        self.issuer = ""
        self.be_honest()
        self._challenges: dict[str, str] = {}
        users = [oidc_provider_mock.User(sub=number, claims=claims) for number, claims in PEOPLE.items()]
        self.app = oidc_provider_mock.app(user_claims=users, require_nonce=True)
        self.app.before_request(self._check_secret)
        self.app.after_request(self._spoil)

    def be_honest(self) -> None:
        """Spoil nothing."""
        self.spoil_claims: Callable[[Claims], Claims] = dict
        self.spoil_user: Callable[[Claims], Claims] = dict
        # Signs instead of the provider's own key, or with another algorithm.
        self.key: Any = None
        self.algorithm = "RS256"

    def _check_secret(self) -> Any:
        """Refuse a code that is exchanged by somebody who did not ask for it (PKCE)."""
        request = flask.request
        if request.path == "/oauth2/authorize" and request.args.get("code_challenge_method") != "S256":
            return "PKCE is required.", 400
        if request.path == "/oauth2/token":
            verifier = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(verifier).rstrip(b"=").decode()
            if self._challenges.get(request.form["code"]) != challenge:
                return flask.jsonify(error="invalid_grant"), 400
        return None

    def _spoil(self, response: flask.Response) -> flask.Response:
        request = flask.request
        if request.path == "/oauth2/authorize" and response.location:
            code = parse_qs(urlsplit(response.location).query).get("code", [""])[0]
            self._challenges[code] = request.args["code_challenge"]
        elif request.path == "/oauth2/token" and response.status_code == 200:
            answer = json.loads(response.get_data())
            answer["id_token"] = self._sign(self.spoil_claims(_read(answer["id_token"])))
            response.set_data(json.dumps(answer))
        elif request.path == "/userinfo":
            response.set_data(json.dumps(self.spoil_user(json.loads(response.get_data()))))
        return response

    def _sign(self, claims: Claims) -> str:
        if self.algorithm == "none":
            return ".".join([_pack({"alg": "none"}), _pack(claims), ""])
        own = flask.g.oidc_provider_mock_storage.jwk.as_dict(is_private=True)
        key = self.key or RSAKey.import_key(own)
        return jwt.encode({"alg": self.algorithm, "kid": own.get("kid")}, claims, key, algorithms=[self.algorithm])

    def let_in(self, address: str, person: str) -> str:
        """Sign somebody in at the page to which they were led; return the address to which they are led back."""
        answer = httpx2.post(address, data={"sub": person}, follow_redirects=False)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]


@contextmanager
def running() -> Iterator[IdentityServer]:
    """Start a provider, and stop it."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # It speaks plain HTTP on this machine.
    server = IdentityServer()
    listening = make_server("127.0.0.1", 0, server.app, threaded=True)
    server.issuer = f"http://127.0.0.1:{listening.server_port}"
    thread = threading.Thread(target=listening.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def _pack(part: Claims) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def _read(token: str) -> Claims:
    body = token.split(".")[1]
    claims: Claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    return claims
