"""Reads a provider's `options` of the catalogue into a family's own table, and says what is wrong with them."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from arena.errors import DomainError

MODELS = "models"
# Switches of every family, read by the registry: the host charges nothing; it charges once for one idempotency key.
SWITCHES = ("free", "idempotent")
T = TypeVar("T")
_KINDS: dict[type[Any], dict[str, Any]] = {}


class BadOptions(DomainError):
    """A provider's options do not fit its family; the message names the option."""

    code = "bad_options"


def read_options(table: type[T], options: Mapping[str, Any], *, model: str = "") -> T:
    """Return a family's options, a dataclass with a default for each, as the catalogue sets them.

    Under `models` the catalogue may set some differently for single models of the host, by the model's name there.
    SWITCHES are options of every family, and in no table.
    Raises BadOptions for an unknown name, or a value of another kind than the default's.
    """
    by_model = options.get(MODELS, {})
    if not isinstance(by_model, dict):
        raise BadOptions("The option models must be a table of tables, by the model's name.")
    for switch in SWITCHES:
        if not isinstance(options.get(switch, False), bool):
            raise BadOptions(f"The option {switch} must be true or false.")
    shared = {name: value for name, value in options.items() if name not in {MODELS, *SWITCHES}}
    for name, changes in by_model.items():
        if not isinstance(changes, dict):
            raise BadOptions(f"The option models.{name} must be a table.")
        _check(table, changes, where=f"models.{name}.")
    _check(table, shared, where="")
    merged = shared | by_model.get(model, {})
    kinds = _kinds(table)
    return table(
        **{name: tuple(value) if get_origin(kinds[name]) is tuple else value for name, value in merged.items()}
    )


def _kinds(table: type[Any]) -> dict[str, Any]:
    """Return the type of each option, found out once: that takes longer than all else that a claim computes."""
    if table not in _KINDS:
        _KINDS[table] = get_type_hints(table)
    return _KINDS[table]


def _check(table: type[Any], options: Mapping[str, Any], *, where: str) -> None:
    known = {each.name for each in fields(table)}
    kinds = _kinds(table)
    for name, value in options.items():
        if name not in known:
            raise BadOptions(f"There is no option {where}{name}; the family knows {', '.join(sorted(known))}.")
        if not _fits(value, kinds[name]):
            raise BadOptions(f"The option {where}{name} cannot be {value!r}: it must be {_name(kinds[name])}.")


def _fits(value: Any, kind: Any) -> bool:
    origin = get_origin(kind)
    if origin is tuple:
        return isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
    if origin is Mapping:
        _, kind_of_values = get_args(kind)
        return isinstance(value, dict) and (
            kind_of_values is Any or all(isinstance(each, str) for each in value.values())
        )
    if not isinstance(kind, type):
        # A Literal: one of the words that it lists.
        return value in get_args(kind)
    return type(value) is kind


def _name(kind: Any) -> str:
    if get_origin(kind) is tuple:
        return "a list of texts"
    if get_origin(kind) is Mapping:
        return "a table"
    if not isinstance(kind, type):
        return " or ".join(repr(word) for word in get_args(kind))
    return {str: "a text", bool: "true or false", int: "a whole number"}.get(kind, kind.__name__)
