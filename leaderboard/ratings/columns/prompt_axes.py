"""Which prompts test which axes: the map by which votes become boards by axis, and its hash."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self


@dataclass(frozen=True)
class PromptAxes:
    """The axes of each prompt, in alphabetical order; a prompt without axes is left out."""

    by_prompt: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Make the map of pairs of a prompt and one of its axes, in any order."""
        found: dict[str, set[str]] = defaultdict(set)
        for prompt, axis in pairs:
            found[prompt].add(axis)
        return cls({prompt: tuple(sorted(found[prompt])) for prompt in sorted(found)})

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of the map's canonical JSON: sorted, without spaces, ASCII. Equal maps have equal hashes."""
        text = json.dumps({prompt: list(axes) for prompt, axes in self.by_prompt.items()}, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def axes(self) -> tuple[str, ...]:
        """Every axis that a prompt tests, in alphabetical order."""
        return tuple(sorted({axis for axes in self.by_prompt.values() for axis in axes}))

    def prompts_on(self, axis: str) -> set[str]:
        """The prompts that test an axis."""
        return {prompt for prompt, axes in self.by_prompt.items() if axis in axes}
