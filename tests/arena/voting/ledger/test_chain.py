"""The bytes of the chain never change: everyone with an export relies on them."""

import hashlib
from datetime import date

import pytest

from arena.voting.ledger.chain import GENESIS, Entry, Sealed, canonical_bytes, chain_hash, leaf_hash, walk_chain

ENTRY = Entry(
    position=1,
    left="linden",
    right="pebble",
    outcome="left",
    prompt="märchenwald",
    category="fantasy",
    language="de",
    modality="text-to-image",
    propensity=1 / 3,
    voter="0f" * 16,
    cast_on=date(2026, 11, 21),
)
SALT = "a1" * 16


def test_canonical_bytes_are_these() -> None:
    assert canonical_bytes(ENTRY).decode() == (
        '{"position":1,"left":"linden","right":"pebble","outcome":"left","prompt":"märchenwald","category":"fantasy",'
        '"language":"de","modality":"text-to-image","propensity":"0.3333333333333333",'
        '"voter":"0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f","cast_on":"2026-11-21"}'
    )


def test_canonical_bytes_of_a_whole_propensity_are_those_of_the_double() -> None:
    assert canonical_bytes(ENTRY._replace(propensity=1)) == canonical_bytes(ENTRY._replace(propensity=1.0))


def test_hashes_are_over_the_bytes_that_the_text_stands_for() -> None:
    leaf = hashlib.sha256(b"\xa1" * 16 + canonical_bytes(ENTRY)).hexdigest()
    assert leaf_hash(salt=SALT, entry=ENTRY) == leaf
    chain = hashlib.sha256(bytes(32) + bytes.fromhex(leaf)).hexdigest()
    assert chain_hash(previous=GENESIS, leaf=leaf) == chain


def sealed(count: int) -> list[Sealed]:
    rows: list[Sealed] = []
    head = GENESIS
    for position in range(1, count + 1):
        entry = ENTRY._replace(position=position)
        leaf = leaf_hash(salt=SALT, entry=entry)
        head = chain_hash(previous=head, leaf=leaf)
        rows.append(Sealed(entry, SALT, leaf, head))
    return rows


def test_walk_chain_to_the_end_tells_length_and_head() -> None:
    rows = sealed(4)
    walk = walk_chain(rows)
    assert (walk.length, walk.head, walk.bad_position) == (4, rows[-1].chain, None)
    assert walk_chain([]).head == GENESIS


@pytest.mark.parametrize("position", [1, 2, 4])
@pytest.mark.parametrize("column", Entry._fields)
def test_walk_chain_with_any_changed_column_stops_there(position: int, column: str) -> None:
    rows = sealed(4)
    old = getattr(ENTRY, column)
    new = old + "x" if isinstance(old, str) else date(2020, 1, 1) if isinstance(old, date) else old + 7
    changed = rows[position - 1]
    entry = Entry(**(changed.entry._asdict() | {column: new}))
    rows[position - 1] = changed._replace(entry=entry)
    walk = walk_chain(rows)
    assert (walk.bad_position, walk.length) == (position, position - 1)


def test_walk_chain_with_resealed_entry_stops_there() -> None:
    rows = sealed(4)
    entry = rows[2].entry._replace(outcome="right")
    rows[2] = rows[2]._replace(entry=entry, leaf=leaf_hash(salt=SALT, entry=entry))
    assert walk_chain(rows).bad_position == 3
