"""What `check` and `check --deploy` find: settings that are unsafe, contradict each other, or can work nowhere."""

from pathlib import Path
from typing import Any

import pytest
from PIL import features
from pytest_django import Settings

from arena.checks.deploy_checks import check_deployment
from arena.checks.settings_checks import TIERS, check_settings
from arena.voting.models import Tier
from tests.arena.production import HOST, check_deploy, read_settings


def test_check_deploy_with_production_environment_finds_nothing() -> None:
    found = check_deploy()
    assert (found.returncode, found.stdout.strip()) == (0, "System check identified no issues (0 silenced).")


# One setting that is unsafe or contradicts the others, and the error that names it.
UNSAFE: list[tuple[str, object, str]] = [
    ("ALLOWED_HOSTS", ["*"], "easel.E010"),
    ("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], "easel.E011"),
    ("TRUSTED_PROXY_COUNT", 0, "easel.E012"),
    ("CSRF_TRUSTED_ORIGINS", [], "easel.E013"),
    ("CSRF_TRUSTED_ORIGINS", ["http://arena.example.org"], "easel.E014"),
    ("CSRF_TRUSTED_ORIGINS", ["https://arena.example.com"], "easel.E015"),
    ("PUBLIC_URL", "https://example.com", "easel.E016"),
    ("CELERY_BROKER_URL", "redis://redis.example.org:6379/0", "easel.E018"),
    ("CELERY_BROKER_URL", "amqp://guest:guest@rabbit.example.org//", "easel.E018"),
    ("CELERY_BROKER_URL", "redis://:long-and-random@redis.example.org:6379/0", "easel.W021"),
    ("ACCESS", "login", "easel.E050"),
    ("MAIL", True, "easel.E051"),
]


@pytest.fixture
def on_a_server(settings: Settings, tmp_path: Path) -> Settings:
    """Settings of a server with which nothing is wrong."""
    settings.EMBEDDED, settings.HTTPS, settings.TRUSTED_PROXY_COUNT = False, True, 1
    settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = [HOST], [f"https://{HOST}"]
    settings.PUBLIC_URL, settings.CELERY_BROKER_URL = f"https://{HOST}", "redis://:long-and-random@redis:6379/0"
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir(mode=0o700)
    settings.MAIL, settings.ACCESS, settings.DEFAULT_FROM_EMAIL = False, "public", "easel@localhost"
    return settings


def found_errors() -> list[str | None]:
    return [each.id for each in check_deployment()]


@pytest.mark.parametrize(("name", "value", "code"), UNSAFE)
def test_check_deploy_names_what_is_unsafe(name: str, value: object, code: str, on_a_server: Settings) -> None:
    assert found_errors() == []
    setattr(on_a_server, name, value)
    assert code in found_errors()


@pytest.mark.parametrize(
    "settled",
    [{"MAIL": True, "DEFAULT_FROM_EMAIL": "Arena <arena@example.org>"}, {"OIDC_ISSUER": "https://id.example.org"}],
)
def test_closed_arena_needs_mail_or_an_identity_provider(settled: dict[str, Any], on_a_server: Settings) -> None:
    on_a_server.ACCESS = "login"
    for name, value in settled.items():
        setattr(on_a_server, name, value)
    assert found_errors() == []


def test_operator_may_say_that_there_is_no_mail() -> None:
    assert "easel.E050" in check_deploy(ACCESS="login").stderr
    assert check_deploy(ACCESS="login", EMAIL_URL="dummymail://").returncode == 0


def test_mail_server_is_read_from_its_address() -> None:
    found = read_settings(EMAIL_URL="smtp+tls://easel:p%40ss@mail.example.org:587", EMAIL_FROM="arena@example.org")
    read = [found[f"EMAIL_{name}"] for name in ("HOST", "PORT", "HOST_USER", "HOST_PASSWORD", "USE_TLS")]
    assert read == ["mail.example.org", 587, "easel", "p@ss", True]
    assert (found["MAIL"], found["DEFAULT_FROM_EMAIL"]) == (True, "arena@example.org")
    assert not read_settings()["MAIL"]


def test_second_factor_of_staff_is_off_on_or_always() -> None:
    names = ("STAFF_SECOND_FACTOR", "STAFF_SECOND_FACTOR_ALWAYS")
    read = [[read_settings(STAFF_SECOND_FACTOR=value)[name] for name in names] for value in (None, "0", "1", "always")]
    assert read == [[False, False], [False, False], [True, False], [True, True]]


def test_check_deploy_names_a_data_folder_that_everybody_may_enter(on_a_server: Settings) -> None:
    on_a_server.DATA_DIR.chmod(0o755)
    assert found_errors() == ["easel.E019"]


def test_check_deploy_names_a_password_that_everybody_tries() -> None:
    found = check_deploy(DATABASE_URL="postgresql://easel:password@db.example.org/easel")
    assert (found.returncode, "easel.E017" in found.stderr) == (1, True)


@pytest.mark.parametrize(
    ("host", "mode", "codes"),
    [
        ("db.example.org", "", ["easel.W020"]), ("10.0.0.7", "prefer", ["easel.W020"]), ("db", "", []),
        ("db.example.org", "require", []), ("db.example.org", "verify-full", []), ("127.0.0.1", "", []),
        ("/run/my.socket", "", []),
    ],
)  # fmt: skip
def test_check_deploy_warns_of_a_plain_way_to_the_database(
    host: str, mode: str, codes: list[str], on_a_server: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = {"sslmode": mode} if mode else {}
    for name, value in {"HOST": host, "PASSWORD": "long-and-random", "OPTIONS": options}.items():
        monkeypatch.setitem(on_a_server.DATABASES["default"], name, value)
    assert found_errors() == codes


def test_check_deploy_takes_a_domain_and_a_broker_on_this_machine(on_a_server: Settings) -> None:
    on_a_server.ALLOWED_HOSTS = [".example.org", "localhost"]
    on_a_server.CELERY_BROKER_URL = "redis://localhost:6379/0"
    assert found_errors() == []


def test_check_deploy_names_every_unsafe_setting() -> None:
    found = check_deploy(DEBUG="1", ACCESS="private", TRUSTED_PROXY_COUNT="-1", SECRET_KEY="short")
    assert found.returncode == 1
    assert [
        code for code in ("easel.E004", "easel.E002", "easel.E003", "security.W009") if code not in found.stderr
    ] == []
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("WORKER_CONCURRENCY", 0, "easel.E006"),
        ("SEAL_SECONDS", -1, "easel.E006"),
        ("CELERY_BROKER_URL", "nonsense", "easel.E005"),
        ("CELERY_BROKER_URL", "foo://host", "easel.E005"),
        ("CELERY_BROKER_URL", "redis://[", "easel.E005"),
        ("CELERY_BROKER_URL", "redis://host:port", "easel.E005"),
        ("PUBLIC_URL", "arena.example.org", "easel.E007"),
        ("PUBLIC_URL", "http://arena.example.org", "easel.E007"),
        ("PUBLIC_URL", "https://arena.example.org/?a=b", "easel.E007"),
        ("OFFICIAL_TIERS", ["settled", "trusted"], "easel.E030"),
        ("OFFICIAL_TIERS", [], "easel.E030"),
        ("ALARM_WEBHOOK", "hooks.example.org/easel", "easel.E031"),
        ("ALARM_WEBHOOK", "ftp://hooks.example.org", "easel.E031"),
        ("ALARM_WEBHOOK", "https://hooks.example.org:port/", "easel.E031"),
        ("METRICS_TOKEN", "schlüssel-schlüssel", "easel.E032"),
        ("METRICS_TOKEN", "two\nlines", "easel.E032"),
    ],
)
def test_check_names_a_setting_that_nothing_could_run_with(
    variable: str, value: object, code: str, settings: Settings
) -> None:
    settings.EMBEDDED = True
    setattr(settings, variable, value)
    assert [(each.id, each.msg.partition(" ")[0]) for each in check_settings()] == [(code, variable)]


@pytest.mark.parametrize(
    ("given", "counted"),
    [
        ({}, ["settled", "verified", "named"]),
        ({"ACCESS": "login"}, Tier.values),
        ({"EASEL_EMBEDDED": "1"}, Tier.values),
        ({"OFFICIAL_TIERS": "verified, named"}, ["verified", "named"]),
    ],
)
def test_cookies_without_history_are_official_where_only_known_people_vote(
    given: dict[str, str], counted: list[str]
) -> None:
    assert read_settings(**given)["OFFICIAL_TIERS"] == counted


def test_tiers_that_the_check_knows_are_all_tiers() -> None:
    assert list(TIERS) == Tier.values


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"OIDC_ISSUER": "http://id.example.org"}, "easel.E052"),
        ({"OIDC_CLIENT_ID": ""}, "easel.E053"),
        ({"OIDC_STAFF": "groups"}, "easel.E055"),
        ({"OIDC_STAFF": ":staff"}, "easel.E055"),
    ],
)
def test_check_names_what_no_identity_provider_can_work_with(
    wrong: dict[str, str], code: str, settings: Settings
) -> None:
    settings.EMBEDDED, settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = True, "https://id.example.org", "easel"
    assert check_settings() == []
    for name, value in wrong.items():
        setattr(settings, name, value)
    assert [each.id for each in check_settings()] == [code]


def test_check_names_avif_that_pillow_cannot_write(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.EMBEDDED = settings.AVIF = True
    assert check_settings() == []
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    assert [each.id for each in check_settings()] == ["easel.E008"]
