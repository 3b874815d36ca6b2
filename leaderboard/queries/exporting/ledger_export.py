"""A ledger as a file: its columns with their meaning, and its entries in ledger order, a batch at a time."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.db import connection
from django.db.models import Count, Max
from django.utils.translation import gettext_noop as _

from arena.database.copying import open_copy
from arena.voting.models import Exclusion, Ledger, LedgerEntry
from leaderboard.votefiles.spreadsheet_cells import BYTE_ORDER_MARK, FORMULA_START


@dataclass(frozen=True)
class Column:
    """One exported column, present if the ledger has entries of format version `since` or later."""

    name: str
    type: str
    meaning: str
    since: int = 1


COLUMNS = (
    Column("position", "integer", _("Place in the ledger, from 1, without gaps.")),
    Column("left", "text", _("Slug of the contender whose image stood on the left. Imported: its name in the file.")),
    Column("right", "text", _("Slug of the contender whose image stood on the right. Imported: its name in the file.")),
    Column("outcome", "text", _("left, right, tie or both_bad. Skips and reports are not votes and not in a ledger.")),
    Column("prompt", "text", _("Slug of the prompt. Imported: as in the file, a long one shortened; or empty.")),
    Column("category", "text", _("Slug of the prompt's category when the vote was sealed. Imported: label, or empty.")),
    Column("language", "text", _("Code of the prompt's language. Imported: as in the file, or empty.")),
    Column("modality", "text", _("text-to-image or image-editing.")),
    Column("propensity", "number", _("Probability, when dealt, of this pair; in (0, 1]. Imported: may be unknown.")),
    Column(
        "voter",
        "text",
        _("Pseudonym: the same in all entries of a person, linked to nothing else. Imported: or empty."),
    ),
    Column("cast_on", "date", _("UTC day of the vote, ISO 8601; never a time. Imported: may be unknown.")),
    Column(
        "reasons",
        "text",
        _("Codes of the reasons that the voter gave, in alphabetical order, separated by spaces; or empty."),
        since=2,
    ),
    Column(
        "tier",
        "text",
        _("How much was known of the voter: open, settled, verified or named. Imported, or before format 3: empty."),
        since=3,
    ),
    Column(
        "network",
        "text",
        _("Of an open or settled voter: a label that the votes of a network have in common on one UTC day; or empty."),
        since=3,
    ),
    Column(
        "control",
        "text",
        _("What the vote tests of its voter: gold_left or gold_right (the right side of a gold pair), or repeat."),
        since=4,
    ),
    Column("version", "integer", _("Format of the hashed columns; 1 in every ledger without this column."), since=2),
    Column(
        "excluded", "boolean", _("True where a later, reasoned decision took it out of the rankings (CSV: or empty).")
    ),
    Column("salt", "text", _("Random bytes, hexadecimal, of which the leaf is made first.")),
    Column(
        "leaf", "text", _("SHA-256, hexadecimal, of the salt's bytes and the canonical JSON of position to cast_on.")
    ),
    Column("chain", "text", _("SHA-256, hexadecimal, of the previous link's bytes (32 zeros first) and the leaf's.")),
)
_CANONICAL_JSON = (
    "One object with position to cast_on in the order of this dictionary, UTF-8, without spaces; cast_on is a string; "
    "propensity is a string too: the shortest decimal that gives the same double, as Python's repr writes it. "
    "Either is an empty string where an imported file did not say it (JSONL: null; CSV: empty). In a CSV, an "
    "apostrophe stands before text that begins with any number of apostrophes and then =, +, -, @, a tab or a carriage "
    "return: take one away before hashing."
)
_VERSION_2 = " In an entry of version 2, the version comes first, as a number, and reasons come after cast_on."
_VERSION_3 = " In one of version 3, tier and network come after reasons."
_VERSION_4 = " In one of version 4, control comes after network."

# This many entries are read and held in memory at once: 1.5 MB as CSV, 2.4 MB as JSONL.
BATCH = 5_000

_FROM = """
    FROM voting_ledgerentry entry
    LEFT JOIN voting_exclusion exclusion ON exclusion.entry_id = entry.id AND %s::bigint[] IS NULL
    LEFT JOIN unnest(%s::bigint[]) AS marked (position) ON marked.position = entry.position
    WHERE entry.ledger_id = %s AND entry.position > %s AND entry.position <= %s
    ORDER BY entry.position
"""
_EXCLUDED = {
    "csv": "CASE WHEN exclusion.id IS NOT NULL OR marked.position IS NOT NULL THEN 'true' END",
    "jsonl": "exclusion.id IS NOT NULL OR marked.position IS NOT NULL",
}
_PROOFS = ("salt", "leaf", "chain")
# Which columns an export has: all; those that say how people voted; or what never changes at a position, so not
# whether an entry was excluded later.
Selection = Literal["all", "votes", "sealed"]
SELECTIONS: tuple[Selection, ...] = get_args(Selection)

_STATEMENTS = {
    "csv": "COPY (SELECT {columns} " + _FROM + ") TO STDOUT (FORMAT csv)",
    # JSON never contains this quote or this delimiter unescaped, so each line is the unchanged object.
    "jsonl": "COPY (SELECT row_to_json(exported) FROM (SELECT {columns} "  # noqa: S608  # it is made of constants
    + _FROM
    + ") exported) TO STDOUT (FORMAT csv, QUOTE E'\\x01', DELIMITER E'\\x02')",
}


def shown_columns(ledger: Ledger, selection: Selection = "all", *, last: int | None = None) -> list[Column]:
    """Return the columns of an export of the ledger up to `last`: those of the latest format among its entries.

    What never changes has the columns of every format, whatever entries follow.
    """
    if selection == "sealed":
        return [column for column in COLUMNS if column.name != "excluded"]
    # Entries are sealed with the latest format at the time, so the last entry has the latest format of all.
    place = ledger.length if last is None else last
    known = LedgerEntry.objects.filter(ledger=ledger.pk, position=place).values_list("version", flat=True)
    latest = known.first() or 1
    left_out = _PROOFS if selection == "votes" else ()
    return [column for column in COLUMNS if column.since <= latest and column.name not in left_out]


def describe_hashing(columns: Sequence[Column]) -> str:
    """Return what is hashed of an entry, for a ledger with these columns."""
    latest = max((column.since for column in columns), default=1)
    return _CANONICAL_JSON + _VERSION_2 * (latest > 1) + _VERSION_3 * (latest > 2) + _VERSION_4 * (latest > 3)


def mark_exclusions(ledger: Ledger) -> str:
    """Return a text that differs whenever other entries of the ledger are excluded."""
    found = Exclusion.objects.filter(entry__ledger=ledger.pk).aggregate(count=Count("pk"), newest=Max("pk"))
    return f"{found['count']}.{found['newest'] or 0}"


def read_batches(
    ledger: Ledger,
    *,
    sends: Literal["csv", "jsonl"],
    columns: Sequence[Column],
    after: int,
    last: int,
    excluded: Collection[int] | None = None,
    excel: bool = False,
) -> Iterator[bytes]:
    """Yield the entries after position `after` up to `last` as bytes of the file, BATCH entries at a time.

    If `excluded` is given, exactly these positions are marked as excluded: those of an earlier moment. In a CSV, texts
    are escaped as FORMULA_START says; for Excel it has a byte order mark.

    Entries never change, so each batch is its own query: while a slow reader takes a batch, the database holds no
    resources for it.
    """
    if sends == "csv":
        header = ",".join(column.name for column in columns) + "\n"
        yield (f"{BYTE_ORDER_MARK}{header}" if excel else header).encode()
    statement = _STATEMENTS[sends].format(columns=", ".join(_read(column, sends) for column in columns))
    for asked in _spans(ledger, after, last, excluded):
        with open_copy(statement, asked) as copy:
            batch = b"".join(copy)
        yield batch


def read_rows(
    ledger: Ledger,
    *,
    columns: Sequence[Column],
    after: int,
    last: int,
    excluded: Collection[int] | None = None,
) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the same entries as rows of values, BATCH entries at a time."""
    named = ", ".join(_read(column, "jsonl") for column in columns)
    statement = f"SELECT {named} {_FROM}"
    for asked in _spans(ledger, after, last, excluded):
        with connection.cursor() as cursor:
            cursor.execute(statement, asked)
            rows = cursor.fetchall()
        yield rows


def _spans(ledger: Ledger, after: int, last: int, excluded: Collection[int] | None) -> Iterator[list[Any]]:
    """What _FROM is asked, for each batch."""
    for start in range(after, last, BATCH):
        marked = None if excluded is None else [position for position in excluded if start < position <= start + BATCH]
        yield [marked, marked, ledger.pk, start, min(start + BATCH, last)]


def _read(column: Column, sends: Literal["csv", "jsonl"]) -> str:
    if column.name == "excluded":
        return f"{_EXCLUDED[sends]} AS excluded"
    stored = f'entry."{column.name}"'
    if sends == "jsonl" or column.type != "text" or column.name in _PROOFS:
        return stored
    start = FORMULA_START.replace("'", "''")
    return f"CASE WHEN {stored} ~ '^{start}' THEN E'\\'' ELSE '' END || {stored}"
