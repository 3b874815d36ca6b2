"""Reads anybody's votes into vote logs: which column is which, what its labels mean, and what is refused."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from math import isnan, nan
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.numbering import Ids, Labels
from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE, Mask, VoteLog
from leaderboard.ratings.parameters import Cluster, Method
from leaderboard.votefiles.answer_labels import Meanings, code_answers, explain_unknown, read_truth
from leaderboard.votefiles.coded_columns import BadVoteFile, Coded, read_coded
from leaderboard.votefiles.vote_times import Days, read_day

# The roles of columns and the names that each is known by: the first that a file has is used; case does not matter.
KNOWN_NAMES = {
    "left": ("model_a", "left", "left_model"),
    "right": ("model_b", "right", "right_model"),
    "winner": ("winner", "outcome", "vote_type"),
    "voter": ("voter", "judge", "user", "judge_hash", "worker", "user_id"),
    "prompt": ("prompt", "question_id"),
    "category": ("category",),
    "language": ("language",),
    "weight": ("weight",),
}
# More roles that can be read, for ledgers only.
ALSO_KNOWN = {
    "cast_on": ("cast_on", "tstamp", "timestamp", "cast_at", "created_at"),
    "propensity": ("propensity",),
}
# One column per answer with a 1 in exactly one of them, as in LMArena's set of 55,000 votes; read without a winner.
_ONE_HOT = {"winner_model_a": LEFT, "winner_model_b": RIGHT, "winner_tie": TIE}
_OF_PEOPLE = ("voter", "prompt")
# Columns that an export of Easel has as well; only there they have this meaning.
_OF_EXPORTS = ("position", "modality", "excluded")

# An export of Easel, and a file that `write_votes` wrote, are recognized by these columns.
_MARKS_OF_EXPORTS = {"position", "modality", "left", "right", "outcome"}

# Beyond this, whole numbers cannot be told apart.
_LAST_POSITION = 2**53

# The table of pairs grows with the square: this many contenders need about a gigabyte.
MOST_CONTENDERS = 2_000

# An error that asks for a column's name lists this many columns, each with this many characters of its name.
_SHOWN = 12
_LONGEST_SHOWN = 40


@dataclass(frozen=True, eq=False)
class VoteRows:
    """All rows of a file of votes. `columns` has the file's name of each role that it has a column for.

    `modality` has ids of `modalities` ("" if the file names none). `counted` is false for rows that the file marks as
    excluded. Where the file says nothing, `day` (datetime64[D]) is not-a-time and `propensity` is not-a-number.
    `nameless` counts votes whose voter or prompt is empty although the file names others; they all count as one voter,
    or one prompt.
    """

    log: VoteLog
    modalities: Labels
    modality: Ids
    counted: Mask
    day: Days
    propensity: NDArray[np.float64]
    columns: dict[str, str]
    nameless: dict[str, int]


@dataclass(frozen=True, eq=False)
class VoteFile:
    """Votes by modality ("" where the file names none), with `columns` and `nameless` as `VoteRows` has them."""

    votes: dict[str, VoteLog]
    columns: dict[str, str]
    nameless: dict[str, int]


def read_votes(path: Path, names: Mapping[str, str] | None = None, meanings: Meanings | None = None) -> VoteFile:
    """Read a file of votes. `names` says which column a role has, "" for none, where `KNOWN_NAMES` are not right.

    `meanings` has an outcome for each unknown answer of the file; the label of an empty answer is "". A missing column
    means one voter, one prompt, one category "" and weights of 1; so does a column of voters or prompts that is always
    empty. Positions are row numbers, except in an export of Easel, whose excluded votes are left out. Raises
    BadVoteFile or BadExport.
    """
    rows = _read(path, names or {}, meanings or {}, KNOWN_NAMES)
    order = sorted(range(len(rows.modalities)), key=rows.modalities.__getitem__)
    votes = {rows.modalities[own]: rows.log.select(rows.counted & (rows.modality == own)) for own in order}
    return VoteFile(votes, rows.columns, rows.nameless)


def read_rows(path: Path, names: Mapping[str, str] | None = None, meanings: Meanings | None = None) -> VoteRows:
    """Read all rows of a file as `read_votes` does, and `ALSO_KNOWN`. Raises BadVoteFile or BadExport."""
    return _read(path, names or {}, meanings or {}, KNOWN_NAMES | ALSO_KNOWN)


def _read(path: Path, names: Mapping[str, str], meanings: Meanings, wanted: Mapping[str, tuple[str, ...]]) -> VoteRows:
    columns: dict[str, str] = {}

    def choose(found: Sequence[str]) -> list[str]:
        columns.update(_find_columns(found, names, wanted))
        for name in columns.values():
            if found.count(name) > 1:
                raise BadVoteFile("two columns have this name", column=name)
        return list(dict.fromkeys(columns.values()))

    coded = read_coded(path, choose)
    return _VoteReader(columns, {role: coded[name] for role, name in columns.items()}, meanings).read()


def join_files(files: Sequence[VoteFile]) -> VoteFile:
    """Join the votes of several files into one; a role has a column if it has one in all of them.

    The positions of a file must follow those of the files before, in every modality: if they do they stay, else they
    are shifted.
    """
    votes: dict[str, VoteLog] = {}
    last = 0
    for file in files:
        ends = [log.position[[0, -1]] for log in file.votes.values() if len(log)]
        first = min((int(end[0]) for end in ends), default=last + 1)
        shift = max(0, last + 1 - first)
        last = max((int(end[1]) + shift for end in ends), default=last)
        for modality, log in file.votes.items():
            moved = replace(log, position=log.position + shift) if shift else log
            votes[modality] = votes[modality].append(moved) if modality in votes else moved
    columns = {role: name for role, name in files[0].columns.items() if all(role in file.columns for file in files)}
    nameless = {role: sum(file.nameless.get(role, 0) for file in files) for role in columns}
    return VoteFile(dict(sorted(votes.items())), columns, {role: count for role, count in nameless.items() if count})


def named_clusters(logs: Iterable[VoteLog]) -> list[Cluster]:
    """Which of voters and prompts some vote of the logs has a label for; without any vote, both."""
    voters, prompts = set[str](), set[str]()
    for log in logs:
        voters.update(log.voters)
        prompts.update(log.prompts)
    by_role: dict[Cluster, set[str]] = {"voter": voters, "prompt": prompts}
    return [role for role, labels in by_role.items() if labels != {""}]


def suit_method(method: Method, columns: Collection[str]) -> Method:
    """The method for votes with only these columns: clustered by those there are; without voters, none are required."""
    thresholds = method.thresholds if "voter" in columns else replace(method.thresholds, established_voters=1)
    return replace(method, clusters=tuple(name for name in method.clusters if name in columns), thresholds=thresholds)


def _find_columns(
    found: Sequence[str], names: Mapping[str, str], wanted: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """The file's name for each role that it has a column for."""
    spelled = {name.strip().casefold(): name for name in reversed(found)}
    columns = {}
    for role, known in wanted.items():
        if role in names:
            if names[role] and names[role] not in found:
                raise BadVoteFile(f"there is no such column for the {role}", column=names[role])
            columns[role] = names[role]
        else:
            columns[role] = next((spelled[name] for name in known if name in spelled), "")
    if not columns["winner"] and spelled.keys() >= _ONE_HOT.keys():
        columns |= {name: spelled[name] for name in _ONE_HOT}
        del columns["winner"]
    if spelled.keys() >= _MARKS_OF_EXPORTS:
        columns |= {name: spelled[name] for name in _OF_EXPORTS if name in spelled}
    for role in ("left", "right", "winner"):
        if columns.get(role) == "":
            *others, last = KNOWN_NAMES[role]
            called = f"{', '.join(others)} or {last}"
            raise BadVoteFile(
                f"no column names the {role}: none is called {called}. Name it with --{role}. {_list_columns(found)}"
            )
    return {role: name for role, name in columns.items() if name}


def _list_columns(found: Sequence[str]) -> str:
    """List a file's columns, for somebody who must name one; long lists and long names are cut."""
    if not found:
        return "The file is empty."
    names = ", ".join(name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…" for name in found[:_SHOWN])
    return f"The file has: {names}{', …' if len(found) > _SHOWN else ''}."


@dataclass(frozen=True, eq=False)
class _VoteReader:
    columns: dict[str, str]
    coded: dict[str, Coded]
    meanings: Meanings

    def read(self) -> VoteRows:
        rows = len(self.coded["left"].ids)
        contenders, sides = self._contenders()
        tables = {role: self._labels(role, rows) for role in ("voter", "prompt", "category", "language")}
        log = VoteLog.from_codes(
            contenders=contenders,
            voters=tables["voter"][0],
            prompts=tables["prompt"][0],
            categories=tables["category"][0],
            languages=tables["language"][0],
            position=self._positions(rows),
            left=sides[:rows],
            right=sides[rows:],
            outcome=self._outcomes(contenders, sides[:rows], sides[rows:]),
            weight=self._weights(rows),
            **{role: ids for role, (_, ids) in tables.items()},
        )
        silent = [role for role in _OF_PEOPLE if role in self.columns and not any(tables[role][0])]
        nameless = {
            role: int(np.count_nonzero(tables[role][1] == tables[role][0].index("")))
            for role in _OF_PEOPLE
            if role in self.columns and role not in silent and "" in tables[role][0]
        }
        modalities, modality = self._labels("modality", rows)
        return VoteRows(
            log=log,
            modalities=tuple(modalities),
            modality=modality,
            counted=self._counted(rows),
            day=self._days(rows),
            propensity=self._propensities(rows),
            columns={role: name for role, name in self.columns.items() if role not in silent},
            nameless=nameless,
        )

    def _contenders(self) -> tuple[list[str], NDArray[np.int32]]:
        """The names, and their ids in the left column followed by those in the right one."""
        left, right = self.coded["left"], self.coded["right"]
        labels = []
        for role in ("left", "right"):
            own = self._texts(role)
            self._refuse(role, np.array([not label for label in own], dtype=bool), "a contender has no name")
            labels += own
        names, ids = _merge(labels, np.concatenate([left.ids, right.ids + np.int32(len(left.values))]))
        if len(names) > MOST_CONTENDERS:
            raise BadVoteFile(
                f"{len(names):,} contenders, more than the {MOST_CONTENDERS:,} that can be rated together. "
                f"Are {self.columns['left']} and {self.columns['right']} the columns that name them?"
            )
        for row in np.flatnonzero(ids[: len(left.ids)] == ids[len(left.ids) :])[:1].tolist():
            raise BadVoteFile(f"{names[ids[row]]!r} cannot meet itself", row=row + 1, column=self.columns["right"])
        return names, ids

    def _labels(self, role: str, rows: int) -> tuple[list[str], NDArray[np.int32]]:
        if role not in self.coded:
            return [""], np.zeros(rows, dtype=np.int32)
        return _merge(self._texts(role), self.coded[role].ids)

    def _texts(self, role: str) -> list[str]:
        """A column's values as text without space around it; None and not-a-number become empty."""
        values = self.coded[role].values
        if set(map(type, values)) <= {str}:
            texts = list(map(str.strip, values))
            if not _is_torn("".join(texts)):
                return texts
        return [self._label(role, value) for value in values]

    def _label(self, role: str, value: Any) -> str:
        if value is None or (isinstance(value, float) and isnan(value)):
            return ""
        text = str(value).strip()
        if not isinstance(value, str | int | float | Decimal) or _is_torn(text):
            own = np.array([each is value for each in self.coded[role].values], dtype=bool)
            self._refuse(role, own, f"{value!r} is not text")
        return text

    def _outcomes(self, contenders: list[str], left: Ids, right: Ids) -> NDArray[np.int8]:
        if "winner" not in self.coded:
            return self._one_hot()
        coded = self.coded["winner"]
        outcomes = code_answers(coded.values, coded.ids, (left, right), contenders, self.meanings)
        for row in np.flatnonzero(outcomes < 0)[:1].tolist():
            message = explain_unknown(coded.values[coded.ids[row]])
            raise BadVoteFile(message, row=row + 1, column=self.columns["winner"])
        return outcomes

    def _one_hot(self) -> NDArray[np.int8]:
        answers = np.stack([self._numbers(name) for name in _ONE_HOT])
        for row in np.flatnonzero((np.sort(answers, axis=0) != [[0.0], [0.0], [1.0]]).any(axis=0))[:1].tolist():
            column = ", ".join(self.columns[name] for name in _ONE_HOT)
            raise BadVoteFile("exactly one of them must be 1, the others 0", row=row + 1, column=column)
        return np.asarray(np.array(list(_ONE_HOT.values()), dtype=np.int8)[answers.argmax(axis=0)])

    def _weights(self, rows: int) -> NDArray[np.float64]:
        return self._numbers("weight") if "weight" in self.coded else np.ones(rows)

    def _numbers(self, role: str) -> NDArray[np.float64]:
        """A column of finite numbers, none negative; with one column per answer, also of true and false."""
        read = read_truth if role in _ONE_HOT else _number
        values = np.array([_number(read(value)) for value in self.coded[role].values])
        bad = ~(np.isfinite(values) & (values >= 0))
        for number in np.flatnonzero(bad)[:1].tolist():
            self._refuse(role, bad, f"{self.coded[role].values[number]!r} is not a finite number of 0 or more")
        return np.asarray(values[self.coded[role].ids], dtype=np.float64)

    def _positions(self, rows: int) -> NDArray[np.int64]:
        if "position" not in self.coded:
            return np.arange(1, rows + 1)
        positions = self._numbers("position")
        self._refuse_rows("position", positions > _LAST_POSITION, "no position is so large")
        self._refuse_rows("position", np.diff(positions, prepend=-1) <= 0, "positions must rise from row to row")
        return positions.astype(np.int64)

    def _counted(self, rows: int) -> Mask:
        if "excluded" not in self.coded:
            return np.ones(rows, dtype=bool)
        counted = np.array([not reason for reason in self.coded["excluded"].values], dtype=bool)
        return np.asarray(counted[self.coded["excluded"].ids])

    def _days(self, rows: int) -> Days:
        if "cast_on" not in self.coded:
            return np.full(rows, "NaT", dtype="datetime64[D]")
        coded = self.coded["cast_on"]
        days = np.full(len(coded.values), "NaT", dtype="datetime64[D]")
        for number, value in enumerate(coded.values):
            try:
                days[number] = read_day(value)
            except ValueError as error:
                self._refuse_rows("cast_on", coded.ids == number, f"{value!r} is no date and no time: {error}")
        return np.asarray(days[coded.ids])

    def _propensities(self, rows: int) -> NDArray[np.float64]:
        if "propensity" not in self.coded:
            return np.full(rows, nan)
        coded = self.coded["propensity"]
        values = np.array([nan if value in ("", None) else _number(value) for value in coded.values])
        given = np.array([value not in ("", None) for value in coded.values], dtype=bool)
        self._refuse("propensity", given & ~((values > 0) & (values <= 1)), "a propensity lies above 0 and up to 1")
        return np.asarray(values[coded.ids])

    def _refuse(self, role: str, bad: NDArray[np.bool_], message: str) -> None:
        """Raise BadVoteFile for the first row with one of the values marked bad."""
        if bad.any():
            self._refuse_rows(role, bad[self.coded[role].ids], message)

    def _refuse_rows(self, role: str, bad: NDArray[np.bool_], message: str) -> None:
        for row in np.flatnonzero(bad)[:1].tolist():
            raise BadVoteFile(message, row=row + 1, column=self.columns[role])


def _merge(labels: list[str], ids: NDArray[np.int32]) -> tuple[list[str], NDArray[np.int32]]:
    """The different labels and the ids of them, where several values have become the same label."""
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    if len(numbers) == len(labels):
        return labels, ids
    moved = np.fromiter(map(numbers.__getitem__, labels), dtype=np.int32, count=len(labels))
    return list(numbers), moved[ids]


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        return nan


def _is_torn(text: str) -> bool:
    """Whether the text holds half of a surrogate pair, which JSON can write and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
