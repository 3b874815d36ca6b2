"""The hash chain over a ledger's entries: pure, so that anybody can check an exported file without a database.

    leaf(n)  = SHA-256(salt(n) || canonical JSON of the columns of entry n's format version)
    chain(n) = SHA-256(chain(n-1) || leaf(n)),  chain(0) = 32 zero bytes

Salt, leaf and chain are written in hexadecimal and hashed as the bytes they stand for.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

# The chain link before the first entry.
GENESIS = "0" * 64


class Entry(NamedTuple):
    """The exported columns of a sealed vote. None is what an imported file does not say.

    `reasons` are codes in alphabetical order, separated by spaces. `tier` says how much was known of the voter, and
    `network` is a label that the votes of one network have in common on one day; both may be empty. `control` says what
    the entry tests of its voter: only entries of the ledger of controls have it.
    A column that a later format adds goes before `version`, with the value of earlier entries as its default.
    """

    position: int
    left: str
    right: str
    outcome: str
    prompt: str
    category: str
    language: str
    modality: str
    propensity: float | None
    voter: str
    cast_on: date | None
    reasons: str = ""
    tier: str = ""
    network: str = ""
    control: str = ""
    version: int = 1


# The columns that are hashed, in their canonical order, by format version. An existing version never changes: a new
# column makes a new version, and entries keep the version with which they were sealed.
FORMATS: dict[int, tuple[str, ...]] = {
    1: (
        "position", "left", "right", "outcome", "prompt", "category", "language", "modality", "propensity", "voter",
        "cast_on",
    ),
    2: (
        "position", "left", "right", "outcome", "prompt", "category", "language", "modality", "propensity", "voter",
        "cast_on", "reasons",
    ),
    3: (
        "position", "left", "right", "outcome", "prompt", "category", "language", "modality", "propensity", "voter",
        "cast_on", "reasons", "tier", "network",
    ),
    4: (
        "position", "left", "right", "outcome", "prompt", "category", "language", "modality", "propensity", "voter",
        "cast_on", "reasons", "tier", "network", "control",
    ),
}  # fmt: skip
# Entries are sealed with this one, and those of controls with theirs.
LATEST, OF_CONTROLS = 3, 4


class Sealed(NamedTuple):
    """An entry with its salt, leaf and chain link, as a database or an export states them."""

    entry: Entry
    salt: str
    leaf: str
    chain: str


@dataclass(frozen=True)
class Walk:
    """What a walk along a chain found: how far it holds, the link there, and the first position where it does not."""

    length: int
    head: str
    bad_position: int | None = None
    reason: str = ""


def canonical_bytes(entry: Entry) -> bytes:
    """Return the UTF-8 JSON object of the format's columns: in its order, no spaces, propensity as its double's text.

    An unknown propensity or day is an empty text. From version 2 on, the version comes first.
    """
    columns: dict[str, Any] = {} if entry.version == 1 else {"version": entry.version}
    columns |= {name: getattr(entry, name) for name in FORMATS[entry.version]}
    columns["propensity"] = "" if entry.propensity is None else repr(float(entry.propensity))
    columns["cast_on"] = "" if entry.cast_on is None else entry.cast_on.isoformat()
    return json.dumps(columns, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_hash(*, salt: str, entry: Entry) -> str:
    """Return the entry's leaf (hex)."""
    return hashlib.sha256(bytes.fromhex(salt) + canonical_bytes(entry)).hexdigest()


def chain_hash(*, previous: str, leaf: str) -> str:
    """Return the chain link (hex) of a leaf after the previous link."""
    return hashlib.sha256(bytes.fromhex(previous) + bytes.fromhex(leaf)).hexdigest()


def walk_chain(sealed: Iterable[Sealed]) -> Walk:
    """Follow entries in the order given, from position 1, up to the first that does not fit."""
    length, head = 0, GENESIS
    for row in sealed:
        reason = _misfit(row, position=length + 1, previous=head)
        if reason:
            return Walk(length=length, head=head, bad_position=length + 1, reason=reason)
        length, head = length + 1, row.chain
    return Walk(length=length, head=head)


def _unhashed(entry: Entry) -> list[str]:
    """The columns of later formats that have a value of their own although nothing vouches for it."""
    known = {*FORMATS[entry.version], "version"}
    return [
        name for name, default in Entry._field_defaults.items() if name not in known and getattr(entry, name) != default
    ]


def _misfit(row: Sealed, *, position: int, previous: str) -> str:
    if row.entry.position != position:
        return f"position {row.entry.position} stands where {position} belongs"
    if row.entry.version not in FORMATS:
        return f"its format version {row.entry.version} is not known to this release"
    if later := _unhashed(row.entry):
        return f"{later[0]} has a value, which format version {row.entry.version} does not hash"
    try:
        leaf = leaf_hash(salt=row.salt, entry=row.entry)
    except UnicodeEncodeError:
        return "its columns are not valid text"
    except ValueError:
        return "the salt is not hexadecimal"
    if leaf != row.leaf:
        return "the columns do not fit the leaf"
    if chain_hash(previous=previous, leaf=leaf) != row.chain:
        return "the leaf does not fit the chain"
    return ""
