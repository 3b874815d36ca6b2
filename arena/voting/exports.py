"""Reading an exported ledger (CSV or JSONL, as the API sends it) back as sealed entries; pure."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from arena.errors import DomainError
from arena.voting.chain import Entry, Sealed


def read_export(path: Path) -> Iterator[Sealed]:
    """Yield the entries of an export in the file's order; `.csv` is read as CSV, anything else as JSON lines.

    Raises DomainError naming the line that cannot be read; whether the entries fit together is not judged here.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = csv.DictReader(file) if path.suffix == ".csv" else _json_rows(file)
            for number, row in enumerate(rows, start=1):
                yield _sealed(row, number)
    except OSError as error:
        raise DomainError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise DomainError(f"{path} is not UTF-8 text.") from error


def _json_rows(file: TextIO) -> Iterator[Mapping[str, Any]]:
    for number, line in enumerate(file, start=1):
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise DomainError(f"Entry {number} of the export is not a JSON object.") from error
        yield row if isinstance(row, dict) else {}


def _sealed(row: Mapping[str, Any], number: int) -> Sealed:
    try:
        columns = {name: row[name] for name in Entry._fields}
        columns |= {
            "position": int(columns["position"]),
            "propensity": float(columns["propensity"]),
            "cast_on": date.fromisoformat(columns["cast_on"]),
        }
        return Sealed(Entry(**columns), salt=str(row["salt"]), leaf=str(row["leaf"]), chain=str(row["chain"]))
    except KeyError as error:
        raise DomainError(f"Entry {number} of the export has no column {error}.") from error
    except (TypeError, ValueError) as error:
        raise DomainError(f"Entry {number} of the export cannot be read: {error}.") from error
