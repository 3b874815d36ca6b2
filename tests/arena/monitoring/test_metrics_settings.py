"""Start-up refuses a port for metrics that cannot be one; `check --deploy` what would show them to everybody."""

import pytest
from pytest_django import Settings

from arena.checks.deploy_checks import check_deployment
from arena.checks.settings_checks import check_settings

EVERYWHERE = "0.0.0.0"  # noqa: S104 - nothing listens in these tests.


@pytest.mark.parametrize(
    ("host", "port", "token", "refused"),
    [
        ("127.0.0.1", 9464, "", set()),
        ("::1", 9464, "", set()),
        (EVERYWHERE, 0, "", set()),
        (EVERYWHERE, 9464, "", {"easel.E040"}),
        ("10.1.2.3", 9464, "", {"easel.E040"}),
        (EVERYWHERE, 9464, "x" * 16, set()),
        ("127.0.0.1", 0, "x" * 15, {"easel.E041"}),
    ],
)  # fmt: skip
def test_metrics_that_everybody_may_read_are_refused(
    settings: Settings, host: str, port: int, token: str, refused: set[str]
) -> None:
    settings.EMBEDDED = False
    settings.METRICS_HOST, settings.METRICS_PORT, settings.METRICS_TOKEN = host, port, token
    assert {error.id for error in check_deployment()} & {"easel.E040", "easel.E041"} == refused


def test_port_that_is_none_is_refused(settings: Settings) -> None:
    settings.METRICS_PORT = 70_000
    assert [error.msg for error in check_settings()] == ["METRICS_PORT is 70000."]
