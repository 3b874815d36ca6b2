"""Exported ledgers into vote logs, one per modality; no database needed."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arena.voting.exports import BadExport, read_lines
from leaderboard.ratings.votelog import OUTCOMES, VoteLog, VoteRow

_TEXTS = ("left", "right", "voter", "prompt", "category", "language")


@dataclass(frozen=True)
class Export:
    """What counts of an export, as a VoteLog per modality, and the positions that are `excluded`."""

    votes: dict[str, VoteLog]
    excluded: list[int]


def read_export(path: Path) -> Export:
    """Read an export; columns that are not known are ignored.

    A modality all of whose rows are excluded is there with an empty log. Raises BadExport naming the line at fault.
    """
    columns: dict[str, dict[str, list[Any]]] = {}
    excluded: list[int] = []
    last = -1
    for number, entry in read_lines(path):
        position = entry["position"]
        if position <= last:
            raise BadExport(f"line {number}: position {position} does not follow {last}")
        last = position
        _refuse_bad_values(entry, number)
        own = columns.setdefault(entry["modality"], {name: [] for name in VoteRow._fields})
        if entry.get("excluded"):
            excluded.append(position)
            continue
        for name, values in own.items():
            values.append(entry[name])
    return Export({modality: VoteLog.from_columns(**columns[modality]) for modality in sorted(columns)}, excluded)


def _refuse_bad_values(entry: dict[str, Any], number: int) -> None:
    for name in ("modality", *_TEXTS):
        if not isinstance(entry[name], str):
            raise BadExport(f"line {number}: {name} {entry[name]!r} is not text")
    if entry["outcome"] not in OUTCOMES:
        raise BadExport(f"line {number}: outcome {entry['outcome']!r} is none of {', '.join(OUTCOMES)}")
    if not entry["left"] or not entry["right"]:
        raise BadExport(f"line {number}: a contender has no name")
    if entry["left"] == entry["right"]:
        raise BadExport(f"line {number}: a contender cannot meet itself")
