"""Production by environment: safe by default, and a wrong setting gives one line, never a traceback."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from tests.arena.production import HOST, ROOT, check_deploy, read_settings, run_python

SAFETY = [
    "ALLOWED_HOSTS", "DEBUG", "SECURE_SSL_REDIRECT", "SECURE_REDIRECT_EXEMPT", "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_PROXY_SSL_HEADER", "SESSION_COOKIE_SECURE",
    "SESSION_COOKIE_NAME", "CSRF_COOKIE_SECURE", "CSRF_COOKIE_NAME", "VOTER_COOKIE_NAME", "BROWSER_COOKIE_NAME",
    "LANGUAGE_COOKIE_NAME", "LANGUAGES_COOKIE_NAME", "HTTPS",
]  # fmt: skip
POLICY = {
    "default-src": "'self'", "img-src": "'self' data:", "object-src": "'none'", "base-uri": "'none'",
    "form-action": "'self'", "frame-ancestors": "'none'",
}  # fmt: skip
PROXIED = {"x-forwarded-proto": "https", "host": HOST}


def safety_settings(**environment: str | None) -> dict[str, Any]:
    """Return the safety settings as they are in production."""
    found = read_settings(**environment)
    return {name: found[name] for name in SAFETY if name in found}


@pytest.fixture(scope="module")
def safety() -> dict[str, Any]:
    return safety_settings()


@pytest.fixture
def production(settings: Settings, safety: dict[str, Any], plain_static_files: None) -> Client:
    """A browser that speaks plain HTTP to a server with production's settings."""
    for name, value in safety.items():
        setattr(settings, name, value)
    return Client(enforce_csrf_checks=True)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("SECRET_KEY", None, "SECRET_KEY is not set."),
        ("SECRET_KEY", "", "SECRET_KEY is not set."),
        ("HSTS_SECONDS", "a year", "HSTS_SECONDS cannot be read"),
        ("HTTPS", "ture", "HTTPS is 'ture'. Set it to 1 or 0."),
        ("DATABASE_URL", "postgresql://easel:pa/ssword@db/easel", "DATABASE_URL cannot be read."),
        ("EMAIL_URL", "smtp://easel:pa/ssword@mail.example.org", "EMAIL_URL cannot be read."),
        ("EMAIL_URL", "pop3://easel:pssword@mail.example.org", "EMAIL_URL cannot be read."),
        ("STAFF_SECOND_FACTOR", "sometimes", "STAFF_SECOND_FACTOR is 'sometimes'."),
        ("DATABASE_URL", "mysql://easel:pssword@db/easel", "DATABASE_URL is not PostgreSQL's."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL is 'LOUD'. Set it to DEBUG, INFO, WARNING, ERROR or CRITICAL."),
    ],
)
def test_unreadable_setting_is_named_in_one_line(variable: str, value: str | None, words: str) -> None:
    with pytest.raises(ImproperlyConfigured) as refused:
        read_settings(**{variable: value})
    assert str(refused.value).startswith(words)
    assert "\n" not in str(refused.value)
    assert "ssword" not in str(refused.value)


def test_start_with_unreadable_setting_ends_with_one_line() -> None:
    found = check_deploy(SECRET_KEY=None)
    assert (found.returncode, found.stdout) == (1, "")
    assert found.stderr.startswith("easel: SECRET_KEY is not set.")
    assert found.stderr.count("\n") == 1


def test_web_server_with_unsafe_settings_does_not_start() -> None:
    found = run_python("-c", "import arena.wsgi", DEBUG="1", SEAL_SECONDS="0")
    assert found.returncode == 1
    last = found.stderr.splitlines()[-1]
    assert "DEBUG is on." in last
    assert "SEAL_SECONDS is 0." in last


def test_empty_variable_is_an_unset_one() -> None:
    names = ("CELERY_BROKER_URL", "HTTPS", "LOG_LEVEL", "REFRESH_SECONDS", "EASEL_DATA_DIR", "ALLOWED_HOSTS")
    found = read_settings(**dict.fromkeys(names, ""))
    wanted = ("CELERY_BROKER_URL", "HTTPS", "LOG_LEVEL", "REFRESH_SECONDS", "DATA_DIR")
    assert [found[name] for name in wanted] == ["pgmq://localhost", True, "INFO", 30, ROOT / "var"]


def test_command_without_reachable_database_ends_with_one_line() -> None:
    found = run_python("manage.py", "migrate", DATABASE_URL="postgresql://easel:secret@127.0.0.1:1/easel")
    assert found.returncode == 1
    assert found.stderr.startswith("easel: the database does not answer")
    assert found.stderr.count("\n") == 1
    assert "secret" not in found.stderr


def test_cookies_in_production_are_bound_to_the_host(safety: dict[str, Any]) -> None:
    assert {name for name in safety if name.endswith("COOKIE_NAME") and not safety[name].startswith("__Host-")} == set()
    assert sum(name.endswith("COOKIE_NAME") for name in safety) == 6
    assert (safety["SESSION_COOKIE_SECURE"], safety["CSRF_COOKIE_SECURE"], safety["DEBUG"]) == (True, True, False)


@pytest.mark.parametrize("count", ["0", "1", "3"])
def test_forwarded_scheme_is_trusted_only_behind_a_proxy(count: str) -> None:
    trusted = safety_settings(TRUSTED_PROXY_COUNT=count)["SECURE_PROXY_SSL_HEADER"]
    assert trusted == (None if count == "0" else ("HTTP_X_FORWARDED_PROTO", "https"))


def test_forwarded_scheme_without_proxy_is_ignored(production: Client, settings: Settings) -> None:
    settings.SECURE_PROXY_SSL_HEADER = None
    assert production.get("/accounts/login/", headers=PROXIED).status_code == 301


@pytest.mark.django_db
def test_plain_http_is_sent_to_https_except_the_probes(production: Client) -> None:
    answer = production.get("/accounts/login/?next=/vote/", headers={"host": HOST})
    assert (answer.status_code, answer["Location"]) == (301, "https://arena.example.org/accounts/login/?next=/vote/")
    answer = production.get("/api/v1/boards/", headers={"host": HOST, "authorization": "Bearer easel_key"})
    assert (answer.status_code, answer.json()["code"], answer.headers.get("Location")) == (403, "https_only", None)
    codes = [production.get(path, headers={"host": HOST}).status_code for path in ("/healthz", "/readyz", "/healthz/x")]
    assert codes == [200, 200, 301]


def test_unknown_host_is_refused(production: Client) -> None:
    assert production.get("/vote/", headers={**PROXIED, "host": "evil.example"}).status_code == 400


def read_policy(response: Any) -> dict[str, str]:
    return dict(part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/vote/", "/healthz", "/no-such-page/", "/static/page.css", "/api/v1/boards/"]
)
def test_answer_carries_every_security_header(
    production: Client, settings: Settings, tmp_path: Path, path: str
) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "page.css").write_text("body {}")
    answer = production.get(path, headers=PROXIED)
    assert answer.status_code == (404 if path == "/no-such-page/" else 200)
    assert read_policy(answer) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    answer.close()


def test_answer_that_leads_to_https_has_a_policy_too(production: Client) -> None:
    answer = production.get("/vote/", headers={"host": HOST})
    assert (answer.status_code, read_policy(answer), answer["X-Content-Type-Options"]) == (301, POLICY, "nosniff")


@pytest.mark.django_db
def test_cookies_of_a_signed_in_browser_are_secure(production: Client, django_user_model: Any) -> None:
    django_user_model.objects.create_user("reader", password="long enough to pass")
    page = production.get("/accounts/login/", headers=PROXIED)
    form = {"username": "reader", "password": "long enough to pass", "next": "/healthz"}
    token = page.context["csrf_token"]
    answer = production.post(
        "/accounts/login/",
        form | {"csrfmiddlewaretoken": str(token)},
        headers={**PROXIED, "origin": f"https://{HOST}"},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/healthz")
    assert set(answer.cookies) == {"__Host-easel_session", "__Host-easel_browser", "__Host-easel_csrf"}
    for cookie in answer.cookies.values():
        assert (cookie["secure"], cookie["path"], cookie["domain"]) == (True, "/", "")
        assert cookie["samesite"] == "Lax"
    assert answer.cookies["__Host-easel_session"]["httponly"] is True


@pytest.mark.django_db
def test_cookie_and_token_that_somebody_planted_over_plain_http_are_worth_nothing(production: Client) -> None:
    planted = "p" * 32
    form = {"username": "reader", "password": "guess", "csrfmiddlewaretoken": planted}
    # A browser takes a cookie with __Host- over HTTPS only; one without it is not read.
    production.cookies["easel_csrf"] = planted
    https = {**PROXIED, "origin": f"https://{HOST}"}
    assert production.post("/accounts/login/", form, headers=https).status_code == 403
    # Over plain HTTP nothing is looked at, even if both were right.
    production.cookies["__Host-easel_csrf"] = planted
    assert production.post("/accounts/login/", form, headers={"host": HOST}).status_code == 301
    assert (
        production.post("/accounts/login/", form, headers={"host": HOST, "origin": f"http://{HOST}"}).status_code == 301
    )
    # From another origin, neither.
    https["origin"] = f"http://{HOST}"
    assert production.post("/accounts/login/", form, headers=https).status_code == 403


@pytest.mark.django_db
def test_form_without_token_gets_a_page_or_json(production: Client) -> None:
    page = production.post("/accounts/login/", {"username": "reader"}, headers=PROXIED)
    assert (page.status_code, page["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert "couldn't tell that this came from you" in page.content.decode().replace("&#x27;", "'")
    assert "CSRF" not in page.content.decode()
    program = production.post("/accounts/login/", {}, headers={**PROXIED, "accept": "application/json"})
    assert (program.status_code, program.json()["code"]) == (403, "forbidden")
    assert set(program.json()) == {"code", "message"}
