"""Workflow files that a contender's settings name: read with the catalogue and stored whole, so they are pinned."""

import json
from typing import Any

from arena.catalog.loading.tables import Table
from arena.catalog.workflows import WORKFLOWS, check_workflow

# A workflow of some hundred nodes has a tenth of this.
MAX_BYTES = 2**20


def read_settings(table: Table) -> dict[str, Any]:
    """Return a contender's settings, with the content of the workflow files in place of their names.

    A name is relative to the file that holds it, and stays in its folder. Raises BadCatalogue.
    """
    settings = table.mapping("settings")
    found = {name: _workflow(table, name, settings[name]) for name in WORKFLOWS if name in settings}
    return settings | found


def _workflow(table: Table, name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        value = _read(table, name, value)
    try:
        return check_workflow(value)
    except ValueError as error:
        raise table.fail(f"settings.{name}", str(error)) from error


def _read(table: Table, name: str, path: str) -> Any:
    folder = table.folder.resolve()
    try:
        file = (folder / path).resolve(strict=True)
        if not file.is_relative_to(folder):
            raise table.fail(f"settings.{name}", f"{path!r} leads out of the folder {folder.name}/")
        if file.stat().st_size > MAX_BYTES:
            raise table.fail(f"settings.{name}", f"{path!r} has more than {MAX_BYTES:,} bytes")
        text = file.read_text("utf-8")
    except (OSError, ValueError) as error:
        raise table.fail(f"settings.{name}", f"{path!r} cannot be read in {folder.name}/") from error
    if "\x00" in text or "\\u0000" in text:
        raise table.fail(f"settings.{name}", f"{path!r} holds a NUL character")
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError as error:
        raise table.fail(
            f"settings.{name}", f"{path!r} has too many levels of tables and lists in each other"
        ) from error
    except ValueError as error:
        raise table.fail(f"settings.{name}", f"{path!r} is not JSON") from error


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number in JSON")
