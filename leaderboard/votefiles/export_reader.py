"""Reads exported ledgers into vote logs, one per modality; no database needed."""

from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from arena.voting.ledger.exports import BadExport, read_lines
from leaderboard.ratings.columns.votelog import OUTCOMES, VoteLog, VoteRow

# Stands for a propensity where the file has no such column.
_NO_COLUMN = object()
_TEXTS = ("left", "right", "voter", "prompt", "category", "language")
# Columns that exports have since tiers are sealed.
_EVIDENCE = ("tier", "network")


@dataclass(frozen=True)
class Export:
    """The rows of an export that count, as a VoteLog per modality, and the positions that are `excluded`.

    A log has days if all of its rows have the column `cast_on`. `dealt`: an arena dealt the votes, so that some row has
    a propensity, or no row could have one.
    """

    votes: dict[str, VoteLog]
    excluded: list[int]
    dealt: bool


def read_export(path: Path) -> Export:
    """Read an export; unknown columns are ignored.

    A modality whose rows are all excluded has an empty log. Raises BadExport naming the line at fault.
    """
    columns: dict[str, dict[str, Any]] = {}
    days: dict[str, list[int]] = {}
    excluded: list[int] = []
    last = -1
    propensities = set[bool]()
    for number, entry in read_lines(path):
        position = entry["position"]
        if position <= last:
            raise BadExport(f"line {number}: position {position} does not follow {last}")
        last = position
        _refuse_bad_values(entry, number)
        propensities.add(entry.get("propensity", _NO_COLUMN) not in ("", None))
        own = columns.setdefault(entry["modality"], {name: [] for name in (*VoteRow._fields, *_EVIDENCE)})
        if entry.get("excluded"):
            excluded.append(position)
            continue
        for name, values in own.items():
            values.append(entry.get(name, "") if name in _EVIDENCE else entry[name])
        if "cast_on" in entry:
            days.setdefault(entry["modality"], []).append(_read_day(entry["cast_on"], number))
    for known in columns.values():
        known |= {name: None for name in _EVIDENCE if not any(known[name])}
    votes = {modality: VoteLog.from_columns(**columns[modality]) for modality in sorted(columns)}
    dated = {name: _with_days(log, days.get(name, [])) for name, log in votes.items()}
    return Export(dated, excluded, dealt=propensities != {False})


def _read_day(value: Any, number: int) -> int:
    """The day as `date.toordinal` counts, 0 for none."""
    try:
        return date.fromisoformat(value).toordinal() if value else 0
    except (TypeError, ValueError) as error:
        raise BadExport(f"line {number}: cast_on {value!r} is not a day") from error


def _with_days(votes: VoteLog, days: list[int]) -> VoteLog:
    return replace(votes, day=np.array(days, dtype=np.int32)) if len(days) == len(votes) else votes


def _refuse_bad_values(entry: dict[str, Any], number: int) -> None:
    for name in ("modality", *_TEXTS, *(each for each in _EVIDENCE if each in entry)):
        if not isinstance(entry[name], str):
            raise BadExport(f"line {number}: {name} {entry[name]!r} is not text")
    if entry.get("control"):
        raise BadExport(f"line {number}: a vote on a control, which tests its voter and is never ranked")
    if entry["outcome"] not in OUTCOMES:
        raise BadExport(f"line {number}: outcome {entry['outcome']!r} is none of {', '.join(OUTCOMES)}")
    if not entry["left"] or not entry["right"]:
        raise BadExport(f"line {number}: a contender has no name")
    if entry["left"] == entry["right"]:
        raise BadExport(f"line {number}: a contender cannot meet itself")
