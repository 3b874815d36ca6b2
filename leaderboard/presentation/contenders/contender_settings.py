"""What tells contenders of one model apart: the settings that differ, with template and negative prompt in words."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from arena.catalog.models import Contender
from arena.catalog.pinned_settings import OWN_SETTINGS
from arena.catalog.workflows import brief_settings


@dataclass(frozen=True)
class Setting:
    """One setting as people read it; `in_words` says that it is Easel's own, and its value a text."""

    name: str
    value: str
    in_words: bool


@dataclass(frozen=True)
class SettledContender:
    """A contender with its settings: those that differ within its model, and where there is nothing to compare all."""

    contender: Contender
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class ModelSettings:
    """A model's contenders by name or step, and the settings that all of them share (empty for fewer than two)."""

    shared: tuple[Setting, ...]
    contenders: tuple[SettledContender, ...]


@dataclass(frozen=True)
class Difference:
    """A setting that two contenders of one model have different values of; empty where one has none."""

    setting: str
    one: str
    two: str


def compare_settings(contenders: Sequence[Contender]) -> ModelSettings:
    """Return the contenders of one model with what differs between them; those of a series by its steps."""
    ordered = sorted(contenders, key=lambda one: (one.series, one.step or 0.0, one.name.casefold()))
    brief = [brief_settings(contender.settings) for contender in ordered]
    shared = _shared(brief)
    return ModelSettings(
        shared=tuple(_setting(name, value) for name, value in shared.items()),
        contenders=tuple(
            SettledContender(
                contender,
                tuple(_setting(name, value) for name, value in _sorted(settings) if name not in shared),
            )
            for contender, settings in zip(ordered, brief, strict=True)
        ),
    )


def tell_difference(one: Contender, two: Contender) -> tuple[Difference, ...]:
    """Return the settings in which two contenders differ; nothing if they are of two models."""
    if one.image_model_id != two.image_model_id:
        return ()
    first, second = brief_settings(one.settings), brief_settings(two.settings)
    return tuple(
        Difference(_setting(name, "").name, _text(first.get(name)), _text(second.get(name)))
        for name, _value in _sorted({**first, **second})
        if first.get(name) != second.get(name)
    )


def _shared(settings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if len(settings) < 2:
        return {}
    first, *others = settings
    return {name: value for name, value in _sorted(first) if all(name in one and one[name] == value for one in others)}


def _sorted(settings: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Easel's own settings last: their values are sentences."""
    return sorted(settings.items(), key=lambda item: (item[0] in OWN_SETTINGS, item[0]))


def _setting(name: str, value: Any) -> Setting:
    labels = {"template": _("Prompt template"), "negative_prompt": _("Negative prompt")}
    return Setting(labels.get(name, name), _text(value), name in OWN_SETTINGS)


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
