"""Settings of a contender that are Easel's own: the prompt template, and what the image must not show."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

# Stands in a template for the prompt's text.
PLACE = "{prompt}"
# All other settings are the provider's.
OWN_SETTINGS = frozenset({"template", "negative_prompt"})
LONGEST = 4000
_PLACES = re.compile(r"\{\s*(\w+)\s*\}")


def find_fault(settings: Mapping[str, Any]) -> str:
    """Return what is wrong with Easel's own settings, in a sentence for people; empty if nothing is.

    A template has `{prompt}` at least once, and no other name in braces.
    """
    for name in sorted(OWN_SETTINGS & settings.keys()):
        value = settings[name]
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
            return f"{name}: give a text of at most {LONGEST} characters, or leave the setting out."
    template = settings.get("template", PLACE)
    unknown = [found for found in _PLACES.findall(template) if f"{{{found}}}" != PLACE]
    if unknown:
        return f"template: {{{unknown[0]}}} is no place that Easel fills; the only one is {PLACE}."
    if PLACE not in template:
        return f"template: {PLACE} is missing, so every prompt would give the same image; put it where the text goes."
    return ""


def fill_template(settings: Mapping[str, Any], text: str) -> str:
    """Return the text in each place that the settings' template has for it; as it is without a template."""
    return str(settings.get("template") or PLACE).replace(PLACE, text)


def hash_settings(settings: dict[str, Any]) -> str:
    """Return the SHA-256 (hex) of settings in canonical JSON."""
    text = json.dumps(settings, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
