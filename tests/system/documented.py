"""What docs/operating.md says about running on a server, taken from its text: settings and commands."""

import re
import secrets
import shlex
import sys

from tests.system.easel import ROOT


def documented_settings(database_url: str) -> dict[str, str]:
    """Return the least settings as the document has them, but for the database and the secret."""
    found = re.search(r"At least these must be set:\n\n```sh\n(.*?)```", _read(), re.DOTALL)
    assert found is not None
    named = dict(line.partition("#")[0].strip().split("=", 1) for line in found[1].splitlines())
    assert set(named) > {"DATABASE_URL", "SECRET_KEY"}
    return named | {"DATABASE_URL": database_url, "SECRET_KEY": secrets.token_urlsafe(50)}


def documented_command(start: str, *, port: int | None = None) -> list[str]:
    """Return the command that begins so as the document has it; with a port, on another one."""
    found = re.search(rf"^uv run ({re.escape(start)} (?:.*\\\n)*.*)", _read(), re.MULTILINE)
    assert found is not None
    command = found[1].replace("\\\n", " ")
    if port is not None:
        assert "--port 8000" in command
        command = command.replace("--port 8000", f"--port {port}")
    return [sys.executable, "-m", *shlex.split(command)]


def _read() -> str:
    return (ROOT / "docs" / "operating.md").read_text()
