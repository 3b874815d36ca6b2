"""From columns by role to the rows of a vote log: labels, answers, numbers, days; what is refused, with its row."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import isnan, nan
from typing import Any

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.numbering import Ids, Labels
from leaderboard.ratings.columns.votelog import Mask, VoteLog
from leaderboard.votefiles.answer_hints import as_option, explain_double, explain_nested, explain_unknown
from leaderboard.votefiles.answer_labels import SKIP, UNKNOWN, Meanings, code_answers, read_truth
from leaderboard.votefiles.coded_columns import Coded, Nested
from leaderboard.votefiles.column_roles import ONE_HOT
from leaderboard.votefiles.opening.bad_files import BadVoteFile
from leaderboard.votefiles.row_rules import Answers, RowRules, leave_out
from leaderboard.votefiles.vote_times import Days, read_day

_OF_PEOPLE = ("voter", "prompt")
# How much an arena may know of a voter, the least first; "" where nobody knows.
TIERS = ("", "open", "settled", "verified", "named")
# The columns of `VoteRows` beside its log.
_BY_ROW = ("modality", "counted", "day", "propensity", "neutral")
# Beyond this, whole numbers cannot be told apart.
_LAST_WHOLE = 2**53
# The table of pairs grows with the square: this many contenders need about a gigabyte. Without a table, memory grows
# with the votes.
MOST_CONTENDERS = 2_000
MOST_WITHOUT_TABLE = 100_000
# More votes than this do not fit into the memory of a small machine.
_MOST_VOTES = 50_000_000


@dataclass(frozen=True, eq=False)
class VoteRows:
    """All rows of a file of votes. `columns` has the file's name of each role that it has a column for.

    `modality` has ids of `modalities` ("" if the file names none). `counted` is false for rows that the file marks as
    excluded. Where the file says nothing, `day` (datetime64[D]) is not-a-time and `propensity` is not-a-number.
    `nameless` counts votes whose voter or prompt is empty although the file names others; they all count as one voter,
    or one prompt. `left_out` counts the rows that a rule left out. `neutral`: no side is favoured. `unused` has the
    file's other columns.
    """

    log: VoteLog
    modalities: Labels
    modality: Ids
    counted: Mask
    day: Days
    propensity: NDArray[np.float64]
    columns: dict[str, str]
    nameless: dict[str, int]
    left_out: dict[str, int]
    neutral: Mask
    unused: tuple[str, ...] = ()
    layout: str = ""

    def count(self, times: NDArray[np.int64]) -> "VoteRows":
        """Let each row stand for so many equal votes; rows that stand for none are dropped."""
        stays = times > 0
        log, kept = self.log.select(stays), times[stays]
        log = replace(log, position=np.cumsum(kept) - kept + 1, times=kept)
        columns: dict[str, Any] = {name: getattr(self, name)[stays] for name in _BY_ROW}
        return replace(self, log=log, **columns)

    def expand(self) -> "VoteRows":
        """The same with a row for each vote."""
        times = self.log.times
        if times is None:
            return self
        columns: dict[str, Any] = {name: np.repeat(getattr(self, name), times) for name in _BY_ROW}
        return replace(self, log=self.log.expand(), **columns)


@dataclass(frozen=True, eq=False)
class RowReader:
    """Reads the columns of a file by role. `columns` has their names there; `origin` each row's number in the file."""

    columns: Mapping[str, str]
    coded: Mapping[str, Coded]
    origin: NDArray[np.int64]
    meanings: Meanings
    rules: RowRules
    left_out: dict[str, int] = field(default_factory=dict)
    most: int = MOST_CONTENDERS

    def read(self) -> VoteRows:
        """All rows but those that a rule leaves out, each for as many votes as its count says. Raises BadVoteFile."""
        if "control" in self.coded:
            tests = np.array(list(map(bool, self._texts("control"))), dtype=bool)
            self._refuse("control", tests, "a vote on a control, which tests its voter and is never ranked")
        return self._leave_out()._read_rows()

    def _leave_out(self) -> "RowReader":
        rules = self.rules
        if not (rules.skip_self or rules.skip_missing or SKIP in self.meanings.values()):
            return self
        names = [list(map(self._texts(role).__getitem__, self.coded[role].ids)) for role in ("left", "right")]
        winner = self.coded.get("winner")
        answers = None if winner is None else Answers(winner.values, winner.ids)
        stays, counts = leave_out(rules, self.meanings, answers, *names)
        if stays.all():
            return replace(self, left_out=self.left_out | counts)
        kept = {role: _keep(coded, stays) for role, coded in self.coded.items()}
        return replace(self, coded=kept, origin=self.origin[stays], left_out=self.left_out | counts)

    def _read_rows(self) -> VoteRows:
        rows = len(self.coded["left"].ids)
        contenders, sides = self._contenders()
        tables = {role: self._labels(role, rows) for role in ("voter", "prompt", "category", "language")}
        times = self._counts()
        log = VoteLog.from_codes(
            contenders=contenders,
            voters=tables["voter"][0],
            prompts=tables["prompt"][0],
            categories=tables["category"][0],
            languages=tables["language"][0],
            position=self._positions(rows) if times is None else np.arange(1, rows + 1),
            left=sides[:rows],
            right=sides[rows:],
            outcome=self._outcomes(contenders, sides[:rows], sides[rows:]),
            weight=self._weights(rows),
            **dict[str, Any]((role, ids) for role, (_, ids) in tables.items()),
            **self._evidence(rows),
        )
        silent = [role for role in _OF_PEOPLE if role in self.columns and not any(tables[role][0])]
        propensity = self._propensities(rows)
        if np.isnan(propensity).all():
            silent.append("propensity")
        modalities, modality = self._labels("modality", rows)
        read = VoteRows(
            log=log,
            modalities=tuple(modalities),
            modality=modality,
            counted=self._counted(rows),
            day=self._days(rows),
            propensity=propensity,
            columns={role: name for role, name in self.columns.items() if role not in silent},
            nameless=self._nameless(tables, silent, times),
            left_out=self.left_out,
            neutral=self._neutral(rows),
        )
        return read if times is None else read.count(times)

    def _evidence(self, rows: int) -> dict[str, Any]:
        """The columns `tier` and `network` of the log, as far as the file says anything of them."""
        found: dict[str, Any] = {}
        for role in ("tier", "network"):
            labels, ids = self._labels(role, rows)
            if any(labels):
                found |= {f"{role}s": labels, role: ids}
        for label in found.get("tiers", ()):
            bad = np.array([text == label for text in self._texts("tier")], dtype=bool)
            hint = f"{label!r} is no tier: {', '.join(TIERS[1:])}, or empty. {as_option('tier', '')} leaves them unread"
            self._refuse("tier", bad & (label not in TIERS), hint)
        return found

    def _nameless(
        self,
        tables: Mapping[str, tuple[list[str], NDArray[np.int32]]],
        silent: list[str],
        times: NDArray[np.int64] | None,
    ) -> dict[str, int]:
        asked = [role for role in _OF_PEOPLE if role in self.columns and role not in silent and "" in tables[role][0]]
        empty = {role: tables[role][1] == tables[role][0].index("") for role in asked}
        every = 1 if times is None else times
        return {role: int(np.sum(rows * every)) for role, rows in empty.items() if rows.any()}

    def _contenders(self) -> tuple[list[str], NDArray[np.int32]]:
        """The names, and their ids in the left column followed by those in the right one."""
        left, right = self.coded["left"], self.coded["right"]
        labels = []
        for role in ("left", "right"):
            own = self._texts(role)
            hint = f"a contender has no name. {as_option('skip-missing')} leaves such rows out"
            self._refuse(role, np.array([not label for label in own], dtype=bool), hint)
            labels += own
        names, ids = _merge(labels, np.concatenate([left.ids, right.ids + np.int32(len(left.values))]))
        if len(names) > self.most:
            raise BadVoteFile(
                f"{len(names):,} contenders, more than the {self.most:,} that can be rated together. "
                f"Are {self.columns['left']} and {self.columns['right']} the columns that name them?"
            )
        for row in np.flatnonzero(ids[: len(left.ids)] == ids[len(left.ids) :])[:1].tolist():
            hint = f"{names[ids[row]]!r} cannot meet itself. {as_option('skip-self')} leaves such rows out"
            raise BadVoteFile(hint, row=int(self.origin[row]), column=self.columns["right"])
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
        if isinstance(value, Nested):
            own = np.array([each is value for each in self.coded[role].values], dtype=bool)
            self._refuse(role, own, explain_nested(value, value.kind, role, self.columns[role]))
        if not isinstance(value, str | int | float | Decimal) or _is_torn(text):
            own = np.array([each is value for each in self.coded[role].values], dtype=bool)
            what = "holds a NUL; `tr -d '\\000' < FILE > COPY` takes it out" if "\0" in text else "is not text"
            self._refuse(role, own, f"{value!r} {what}")
        return text

    def _outcomes(self, contenders: list[str], left: Ids, right: Ids) -> NDArray[np.int8]:
        if "winner" not in self.coded:
            return self._one_hot()
        coded = self.coded["winner"]
        self._texts("winner")
        outcomes, double = code_answers(coded.values, coded.ids, (left, right), contenders, self.meanings)
        for row in np.flatnonzero(double)[:1].tolist():
            self._refuse_row("winner", row, explain_double(coded.values[coded.ids[row]]))
        unknown = np.flatnonzero(outcomes == UNKNOWN)
        for row in unknown[:1].tolist():
            every = [coded.values[index] for index in dict.fromkeys(coded.ids[unknown].tolist())]
            self._refuse_row("winner", row, explain_unknown(coded.values[coded.ids[row]], every))
        return outcomes

    def _one_hot(self) -> NDArray[np.int8]:
        answers = np.stack([self._numbers(name) for name in ONE_HOT])
        for row in np.flatnonzero((np.sort(answers, axis=0) != [[0.0], [0.0], [1.0]]).any(axis=0))[:1].tolist():
            column = ", ".join(self.columns[name] for name in ONE_HOT)
            hint = "exactly one of them must be 1, the others 0"
            raise BadVoteFile(hint, row=int(self.origin[row]), column=column)
        return np.asarray(np.array(list(ONE_HOT.values()), dtype=np.int8)[answers.argmax(axis=0)])

    def _weights(self, rows: int) -> NDArray[np.float64]:
        if "weight" not in self.coded:
            return np.ones(rows)
        weights = self._numbers("weight")
        if weights.sum() > _LAST_WHOLE:
            raise BadVoteFile(f"the weights add up to more than {_LAST_WHOLE:,}", column=self.columns["weight"])
        return weights

    def _counts(self) -> NDArray[np.int64] | None:
        """How many votes each row stands for, None without such a column. Zero is no vote."""
        if "count" not in self.coded:
            return None
        counts = self._numbers("count")
        hint = f"no whole number of votes. {as_option('weight', self.columns['count'])} reads it as weights"
        self._refuse_rows("count", counts != np.floor(counts), hint)
        if counts.sum() > _MOST_VOTES:
            raise BadVoteFile(f"the counts add up to more than {_MOST_VOTES:,} votes", column=self.columns["count"])
        return counts.astype(np.int64)

    def _numbers(self, role: str) -> NDArray[np.float64]:
        """A column of finite numbers, none negative; with one column per answer, also of true and false."""
        read = read_truth if role in ONE_HOT else _number
        values = np.array([_number(read(value)) for value in self.coded[role].values])
        bad = ~(np.isfinite(values) & (values >= 0))
        for number in np.flatnonzero(bad)[:1].tolist():
            self._refuse(role, bad, f"{self.coded[role].values[number]!r} is not a finite number of 0 or more")
        return np.asarray(values[self.coded[role].ids], dtype=np.float64)

    def _positions(self, rows: int) -> NDArray[np.int64]:
        if "position" not in self.coded:
            return np.arange(1, rows + 1)
        positions = self._numbers("position")
        self._refuse_rows("position", positions > _LAST_WHOLE, "no position is so large")
        self._refuse_rows("position", np.diff(positions, prepend=-1) <= 0, "positions must rise from row to row")
        return positions.astype(np.int64)

    def _counted(self, rows: int) -> Mask:
        if "excluded" not in self.coded:
            return np.ones(rows, dtype=bool)
        counted = np.array([not reason for reason in self.coded["excluded"].values], dtype=bool)
        return np.asarray(counted[self.coded["excluded"].ids])

    def _neutral(self, rows: int) -> Mask:
        if "neutral" not in self.coded:
            return np.zeros(rows, dtype=bool)
        coded = self.coded["neutral"]
        values = np.array([_number(read_truth(value)) if value not in ("", None) else 0.0 for value in coded.values])
        self._refuse("neutral", ~np.isin(values, (0.0, 1.0)), "neither true nor false")
        return np.asarray(values[coded.ids] == 1.0)

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
            self._refuse_row(role, row, message)

    def _refuse_row(self, role: str, row: int, message: str) -> None:
        raise BadVoteFile(message, row=int(self.origin[row]), column=self.columns[role])


def _keep(coded: Coded, stays: Mask) -> Coded:
    """The rows that stay, without values that no row has."""
    ids = coded.ids[stays]
    used, moved = np.unique(ids, return_inverse=True)
    return Coded([coded.values[index] for index in used.tolist()], moved.astype(np.int32))


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
    """Whether the text holds a NUL, or half of a surrogate pair, which JSON can write and UTF-8 cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return "\0" in text
