"""Reads TOML files of the catalogue strictly: a bad file is refused as a whole, naming file, key and reason."""

import datetime
import json
import math
import tomllib
from collections.abc import Collection, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug, validate_unicode_slug
from django.db import models

from arena.errors import DomainError


class BadCatalogue(DomainError):
    """A file of the catalogue cannot be loaded; the message names file, key and reason."""

    code = "bad_catalogue"


class Table:
    """One TOML table and its place. Each method reads a key; `finish` refuses the keys that none has read."""

    def __init__(self, raw: object, where: str, folder: Path = Path()) -> None:
        if not isinstance(raw, Mapping):
            raise BadCatalogue(f"{where}: expected a table")
        self._raw = raw
        self._where = where
        self._folder = folder
        self._taken: set[str] = set()

    @property
    def where(self) -> str:
        """File and place of this table, as error messages name it."""
        return self._where

    @property
    def folder(self) -> Path:
        """The folder of this table's file, where the files lie that it names."""
        return self._folder

    def __contains__(self, key: str) -> bool:
        """Tell whether the table has this key."""
        return key in self._raw

    def fail(self, key: str, reason: str) -> BadCatalogue:
        """Return the error that says what is wrong with `key`."""
        return BadCatalogue(f"{self._where}: {key}: {reason}")

    def value(self, key: str, default: Any = None) -> Any:
        """Return the bare value of `key`."""
        self._taken.add(key)
        return self._raw.get(key, default)

    def text(self, key: str, *, default: str | None = None, longest: int | None = None) -> str:
        """Return a string; required unless `default` is given. `longest` is for text without a column's limit."""
        value = self.value(key, default)
        if value is None:
            raise self.fail(key, "is missing")
        if not isinstance(value, str):
            raise self.fail(key, f"expected text, found {value!r}")
        if default is None and not value.strip():
            raise self.fail(key, "is empty")
        if "\x00" in value:
            raise self.fail(key, "holds a NUL character")
        if longest is not None and len(value) > longest:
            raise self.fail(key, f"is longer than {longest} characters")
        return value.strip()

    def slug(self, key: str, *, unicode: bool = False) -> str:
        """Return a slug: letters, digits, hyphens and underscores."""
        value = self.text(key)
        try:
            (validate_unicode_slug if unicode else validate_slug)(value)
        except ValidationError as error:
            raise self.fail(key, f"{value!r} is not a slug") from error
        return value

    def one_of(self, key: str, allowed: Collection[str], *, default: str | None = None) -> str:
        """Return one of the allowed strings."""
        value = self.text(key, default=default)
        if value not in allowed:
            raise self.fail(key, f"{value!r} is not one of {', '.join(sorted(allowed))}")
        return value

    def url(self, key: str, *, default: str | None = None) -> str:
        """Return an http(s) address."""
        value = self.text(key, default=default, longest=500)
        try:
            parts = urlsplit(value)
        except ValueError as error:
            raise self.fail(key, f"{value!r} is not a web address") from error
        if value and (parts.scheme not in {"http", "https"} or not parts.netloc):
            raise self.fail(key, f"{value!r} is not a web address")
        return value

    def date(self, key: str) -> datetime.date:
        """Return a date, written as TOML's own type or as ISO text."""
        value = self.value(key)
        if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
            return value
        try:
            return datetime.date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise self.fail(key, f"expected a date such as 2026-11-21, found {value!r}") from error

    def amount(self, key: str) -> Decimal:
        """Return an exact amount, written as text to avoid binary rounding."""
        value = self.text(key, longest=20)
        try:
            amount = Decimal(value)
        except InvalidOperation as error:
            raise self.fail(key, f"expected an amount such as '0.011', found {value!r}") from error
        # Rounding comes last: it fails on numbers with very many digits.
        if not amount.is_finite() or not 0 <= amount < 10**6 or amount != round(amount, 6):
            raise self.fail(key, f"{value} is not an amount from 0 to 1,000,000 with at most 6 decimals")
        return amount

    def whole(self, key: str, *, default: int, least: int = 0) -> int:
        """Return a whole number from `least` to 32,767."""
        value = self.value(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= 32_767:
            raise self.fail(key, f"expected a whole number from {least} to 32767, found {value!r}")
        return value

    def truth(self, key: str) -> bool:
        """Return true or false."""
        value = self.value(key)
        if not isinstance(value, bool):
            raise self.fail(key, "must be true or false")
        return value

    def number(self, key: str) -> float | None:
        """Return a finite number; None when the key is absent."""
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
            raise self.fail(key, f"expected a number, found {value!r}")
        return float(value)

    def texts(self, key: str) -> list[str]:
        """Return a list of strings; empty when the key is absent."""
        value = self.value(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and "\x00" not in item for item in value):
            raise self.fail(key, "expected a list of texts")
        return value

    def tables(self, key: str) -> list["Table"]:
        """Return the tables of an array; empty when the key is absent."""
        value = self.value(key, [])
        if not isinstance(value, list):
            raise self.fail(key, "expected [[tables]]")
        return [Table(item, f"{self._where}: {key}[{index}]", self._folder) for index, item in enumerate(value)]

    def mapping(self, key: str) -> dict[str, Any]:
        """Return a free-form table of values that JSON can hold; empty when the key is absent."""
        value = self.value(key, {})
        if not isinstance(value, dict):
            raise self.fail(key, "expected a table")
        try:
            text = json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise self.fail(key, f"expected texts, numbers, switches, lists and tables: {error}") from error
        if "\\u0000" in text:
            raise self.fail(key, "holds a NUL character")
        return value

    def fit(self, model: type[models.Model], values: Mapping[str, Any]) -> None:
        """Refuse values that the model's own columns would not take, by Django's validation; other names are ignored.

        Addresses are left to `url`, since Django refuses hosts without a dot, which containers have. Relations and
        constraints are left to the load, since they need the database.
        """
        columns = {each.name: each for each in model._meta.concrete_fields}
        own = {name for name in columns.keys() & values.keys() if not columns[name].is_relation}
        checked = {name for name in own if not isinstance(columns[name], models.URLField)}
        row = model(**{name: values[name] for name in own})
        try:
            row.full_clean(exclude=columns.keys() - checked, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            key, reasons = next(iter(error.message_dict.items()))
            raise self.fail(key, " ".join(reasons)) from error

    def finish(self) -> None:
        """Refuse keys that nothing reads: most are typing errors."""
        if unknown := sorted(set(self._raw) - self._taken):
            raise self.fail(unknown[0], f"unknown key; known are {', '.join(sorted(self._taken))}")


def read_table(file: Path) -> Table:
    """Read one TOML file. Raises BadCatalogue."""
    try:
        return Table(tomllib.loads(file.read_text("utf-8")), file.name, file.parent)
    except OSError as error:
        raise BadCatalogue(f"{file.name}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadCatalogue(f"{file.name}: not TOML in UTF-8: {error}") from error
