"""A declared mix: which share of a board each stratum of its votes shall have, whatever its share of the votes is."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite
from typing import Any, Literal, Self

from arena.errors import DomainError

# By what votes are divided: the prompt's category, its language, or the group that the profile puts their voter into.
Kind = Literal["category", "language", "group"]
KINDS: tuple[Kind, ...] = ("category", "language", "group")
# Shares are whole millionths, so that the same profile has the same weights on any machine.
_PARTS = 1_000_000
_LONGEST_NAME = 80


class BadShares(DomainError):
    """A profile of shares cannot be used, or not on these votes.

    `reason` is `profile` for a bad profile, `nothing` if it divides no votes of the board, `too_few` if `stratum` of
    `kind` has only `votes` rated votes where `least` are needed, `apart` if no weights give all shares at once.
    """

    code = "bad_shares"

    def __init__(
        self,
        message: str,
        *,
        reason: str = "profile",
        kind: str = "",
        stratum: str = "",
        votes: int = 0,
        least: int = 0,
    ) -> None:
        super().__init__(message)
        self.reason, self.kind, self.stratum, self.votes, self.least = reason, kind, stratum, votes, least


@dataclass(frozen=True)
class Shares:
    """A profile: `parts` are each stratum's share in millionths, by kind; `members` the voters of each group.

    A stratum without a share does not count.
    """

    name: str
    parts: Mapping[Kind, Mapping[str, int]]
    members: Mapping[str, tuple[str, ...]]

    @classmethod
    def from_numbers(cls, name: Any, shares: Any, voters: Any) -> Self:
        """Read numbers, which need not add up to 1, by kind and stratum. Raises BadShares, saying what is wrong."""
        if not isinstance(name, str) or not name.strip() or len(name) > _LONGEST_NAME or not name.isprintable():
            raise BadShares(f"`name` must be a text of up to {_LONGEST_NAME} characters")
        if not isinstance(shares, dict) or not shares or set(shares) - set(KINDS):
            raise BadShares(f"`shares` must have tables named {', '.join(KINDS)}, one at least, and no others")
        members = _read_members(voters)
        parts = {kind: _read_parts(kind, shares[kind]) for kind in KINDS if kind in shares}
        if set(parts.get("group", ())) != set(members):
            raise BadShares("`voters` must list the voters of each group in `shares.group`, and of no other")
        return cls(name.strip(), parts, members)

    @cached_property
    def hash(self) -> str:
        """SHA-256 (hex) of shares and members as canonical JSON: sorted, ASCII, without spaces."""
        stated = {"shares": self.parts, "voters": {group: list(named) for group, named in self.members.items()}}
        return hashlib.sha256(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode()).hexdigest()

    def without(self, kinds: Collection[Kind]) -> Self:
        """The profile without the shares of these kinds."""
        return replace(self, parts={kind: own for kind, own in self.parts.items() if kind not in kinds})


def _read_parts(kind: str, numbers: Any) -> dict[str, int]:
    """Millionths by stratum, in label order, without strata that get nothing."""
    if not isinstance(numbers, dict) or not all(_is_share(number) for number in numbers.values()):
        raise BadShares(f"`shares.{kind}` must give each {kind} a number that is not negative")
    total = sum(numbers.values())
    if not total or not isfinite(total):
        raise BadShares(f"`shares.{kind}` gives nothing to any {kind}")
    parts = {stratum: round(_PARTS * (numbers[stratum] / total)) for stratum in sorted(numbers) if numbers[stratum]}
    for stratum, part in parts.items():
        if not part:
            raise BadShares(f"`shares.{kind}` gives {stratum!r} less than a millionth; leave it out")
    return parts


def _is_share(number: Any) -> bool:
    return isinstance(number, int | float) and not isinstance(number, bool) and isfinite(number) and number >= 0


def _read_members(voters: Any) -> dict[str, tuple[str, ...]]:
    if not isinstance(voters, dict) or not all(
        isinstance(named, list) and named and all(isinstance(voter, str) and voter for voter in named)
        for named in voters.values()
    ):
        raise BadShares("`voters` must list the names of each group's voters")
    every = [voter for named in voters.values() for voter in named]
    if len(set(every)) < len(every):
        raise BadShares("`voters` names a voter twice")
    return {group: tuple(sorted(voters[group])) for group in sorted(voters)}
