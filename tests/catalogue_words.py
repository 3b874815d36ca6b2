"""The words of the built-in catalogue as messages; `python -m tests.catalogue_words` writes them to their module.

The tool that gathers messages for translation reads Python, and does not read TOML.
"""

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "arena" / "catalog" / "data"
MODULE = ROOT / "arena" / "catalog" / "catalogue_words.py"
# What is translated of each table; names of models, claims, and prompts stay as they are.
FIELDS = {"categories": ("name", "criterion", "description"), "axes": ("name",)}
# The maker of the painters, since all other makers have proper names, and the ledgers that Easel opens itself.
BUILT_IN = ("Built-in", "Votes of this arena", "Demonstration", "Controls")
HEAD = '''"""What people read of the built-in catalogue, for translation.

`python -m tests.catalogue_words` writes this file.
"""

from django.utils.translation import pgettext_lazy

WORDS = (
'''


def write_module() -> str:
    """Return the module's text."""
    return f"{HEAD}{''.join(map(_write_message, dict.fromkeys(_read_words())))})\n"


def _read_words() -> Iterator[str]:
    for table, fields in FIELDS.items():
        with (DATA / f"{table}.toml").open("rb") as file:
            (rows,) = tomllib.load(file).values()
        yield from (row[field] for field in fields for row in rows if row.get(field))
    yield from BUILT_IN


def _write_message(message: str) -> str:
    """Write one message as the formatter of the code would."""
    line = f'    pgettext_lazy("catalogue", {json.dumps(message, ensure_ascii=False)}),\n'
    if len(line) <= 121:
        return line
    inner = f'        "catalogue", {json.dumps(message, ensure_ascii=False)}\n'
    if len(inner) <= 121:
        return f"    pgettext_lazy(\n{inner}    ),\n"
    at = len(message) if len(json.dumps(message, ensure_ascii=False)) <= 111 else message.rindex(" ", 0, 100) + 1
    quoted = (json.dumps(part, ensure_ascii=False) for part in (message[:at], message[at:]) if part)
    parts = "\n".join(f"        {part}" for part in quoted)
    return f'    pgettext_lazy(\n        "catalogue",\n{parts},\n    ),\n'


if __name__ == "__main__":
    MODULE.write_text(write_module())
