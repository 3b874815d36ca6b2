"""A server's environment, and programs and settings in it."""

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest import mock

import structlog

from tests.patience import HANGING

ROOT = Path(__file__).resolve().parents[2]
HOST = "arena.example.org"
PRODUCTION = {
    "SECRET_KEY": "dVq7-a key as long and as mixed as an operator would make it, 0123456789",
    "ALLOWED_HOSTS": HOST,
    "CSRF_TRUSTED_ORIGINS": f"https://{HOST}",
    "TRUSTED_PROXY_COUNT": "1",
}


def run_python(*arguments: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run Python in a production environment on the tests' database; None unsets a variable."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "DATABASE_URL", "EASEL_DATA_DIR") if key in os.environ}
    wanted = kept | PRODUCTION | environment
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False, timeout=HANGING,
        env={key: value for key, value in wanted.items() if value is not None},
    )  # fmt: skip


def check_deploy(**environment: str | None) -> subprocess.CompletedProcess[str]:
    """Run `check --deploy` in such an environment."""
    return run_python("manage.py", "check", "--deploy", "--fail-level", "WARNING", **environment)


def read_settings(**environment: str | None) -> dict[str, Any]:
    """Read the settings as a new process in production would, and return them; None unsets a variable."""
    kept = {key: os.environ[key] for key in ("PATH", "HOME", "DATABASE_URL", "EASEL_DATA_DIR") if key in os.environ}
    wanted = {key: value for key, value in (kept | PRODUCTION | environment).items() if value is not None}
    own = structlog.get_config()
    try:
        with mock.patch.dict(os.environ, wanted, clear=True):
            return runpy.run_path(str(ROOT / "arena" / "settings.py"))
    finally:
        # The settings configure it, too; loggers that were used before would not know.
        structlog.configure(**own)
