"""Reads anybody's votes into vote logs: which column is which, what its labels mean, and what is refused."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.parameters import Anchors, Cluster, Method
from leaderboard.votefiles.answer_hints import as_option
from leaderboard.votefiles.answer_labels import Meanings
from leaderboard.votefiles.coded_columns import Coded, read_coded
from leaderboard.votefiles.column_roles import (
    ALSO_KNOWN,
    FOR_RANKING,
    KNOWN_NAMES,
    MAY_COUNT,
    explain_missing,
    find_columns,
    name_missing,
    spell,
)
from leaderboard.votefiles.layouts.duels import Layout
from leaderboard.votefiles.layouts.kinds.graded_answers import lay_out_grades
from leaderboard.votefiles.layouts.known_layouts import find_layout
from leaderboard.votefiles.layouts.unfolding import look_up, unfold
from leaderboard.votefiles.opening.bad_files import BadVoteFile
from leaderboard.votefiles.row_reader import MOST_CONTENDERS, MOST_WITHOUT_TABLE, RowReader, VoteRows
from leaderboard.votefiles.row_rules import RowRules

Wanted = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class VoteFile:
    """Votes by modality ("" where the file names none); the other fields are those of `VoteRows`.

    `neutral` has the positions of the votes in which no side is favoured, by modality, if the file says so of any.
    """

    votes: dict[str, VoteLog]
    columns: dict[str, str]
    nameless: dict[str, int]
    left_out: dict[str, int] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    layout: str = ""
    neutral: dict[str, NDArray[np.int64]] = field(default_factory=dict)


def read_votes(
    path: Path,
    names: Mapping[str, str] | None = None,
    meanings: Meanings | None = None,
    rules: RowRules = RowRules(),  # noqa: B008  # it is frozen
) -> VoteFile:
    """Read a file of votes. `names` says which column a role has, "" for none, where `KNOWN_NAMES` are not right.

    `meanings` has the meaning of each unknown answer of the file; the label of an empty answer is "". A missing column
    means one voter, one prompt, one category "" and weights of 1; so does a column of voters or prompts that is always
    empty. Positions are row numbers, except in an export of Easel, whose excluded votes are left out. A file without
    columns for the two sides and the answer may have a known layout. Raises BadVoteFile or BadExport.
    """
    rows = _read(path, names or {}, meanings or {}, rules, KNOWN_NAMES | FOR_RANKING, most=MOST_WITHOUT_TABLE)
    order = sorted(range(len(rows.modalities)), key=rows.modalities.__getitem__)
    votes = {rows.modalities[own]: rows.log.select(rows.counted & (rows.modality == own)) for own in order}
    bare = {
        rows.modalities[own]: rows.log.position[rows.neutral & (rows.modality == own)]
        for own in order
        if rows.neutral.any()
    }
    return VoteFile(votes, rows.columns, rows.nameless, rows.left_out, rows.unused, rows.layout, bare)


def read_rows(
    path: Path,
    names: Mapping[str, str] | None = None,
    meanings: Meanings | None = None,
    rules: RowRules = RowRules(),  # noqa: B008  # it is frozen
) -> VoteRows:
    """Read all votes of a file as `read_votes` does, a row each, and `ALSO_KNOWN`; of contenders what a table holds.

    Raises BadVoteFile or BadExport.
    """
    return _read(path, names or {}, meanings or {}, rules, KNOWN_NAMES | ALSO_KNOWN, most=MOST_CONTENDERS).expand()


@dataclass
class _Choice:
    """What is read of a file, chosen when its columns are known."""

    names: Mapping[str, str]
    rules: RowRules
    wanted: Wanted
    found: tuple[str, ...] = ()
    columns: dict[str, str] = field(default_factory=dict)
    layout: Layout | None = None

    def choose(self, found: Sequence[str]) -> list[str]:
        self.found, self.layout = tuple(found), None
        known = find_layout(found, self.names)
        try:
            self.columns = find_columns(found, self.names, self.wanted)
        except BadVoteFile:
            # The names may be those of keys inside a column.
            if known is None:
                raise
        lacks = name_missing(self.columns)
        if lacks:
            self.layout = known
            if known is None:
                raise BadVoteFile(explain_missing(lacks, found))
        elif self.rules.graded:
            self.layout = lay_out_grades(self.columns, self.rules.graded)
        chosen = [name if name in found else name.partition(".")[0] for name in self.columns.values()]
        if self.layout:
            known_too = (name for name in self.layout.may_have if name in found)
            chosen = [*self.layout.needs, *known_too, *(name for name in self.names.values() if name in found)]
        for name in chosen:
            if found.count(name) > 1:
                raise BadVoteFile("two columns have this name", column=name)
        return list(dict.fromkeys(chosen))


def _read(
    path: Path, names: Mapping[str, str], meanings: Meanings, rules: RowRules, wanted: Wanted, *, most: int
) -> VoteRows:
    choice = _Choice(names, rules, wanted)
    coded = read_coded(path, choice.choose, skip_lines=rules.skip_lines)
    unused = tuple(name for name in choice.found if name not in coded)
    if choice.layout is None:
        reader = replace(_plain_reader(choice, coded, meanings), most=most)
        return replace(reader.read(), unused=unused)
    unfolded = unfold(choice.layout, coded, names)
    left_out = {"without a comparison": unfolded.empty} if unfolded.empty else {}
    reader = RowReader(unfolded.columns, unfolded.coded, unfolded.origin, meanings, rules, left_out, most)
    title = f"{choice.layout.title}: {choice.layout.note}" if choice.layout.note else choice.layout.title
    return replace(reader.read(), unused=unused, layout=title)


def _plain_reader(choice: _Choice, coded: Mapping[str, Coded], meanings: Meanings) -> RowReader:
    by_role = {role: look_up(coded, name) for role, name in choice.columns.items()}
    if "count" not in choice.names:
        if "count" in by_role:
            _ask_about_numbers(by_role["count"], choice.columns["count"])
        else:
            _ask_about_counts([name for name in choice.found if spell(name) in MAY_COUNT])
    origin = np.arange(1, len(by_role["left"].ids) + 1)
    return RowReader(choice.columns, by_role, origin, meanings, choice.rules)


def _ask_about_counts(names: Sequence[str]) -> None:
    """Refuse a file with a column that may count votes until the caller says whether it does."""
    for name in names:
        ways = f"if it does, {as_option('count', name)}; if not, {as_option('count', '')}"
        raise BadVoteFile(f"this column may say how many votes a row stands for: {ways}", column=name)


def _ask_about_numbers(counts: Coded, name: str) -> None:
    """Refuse a column of counts that numbers the rows: it may well not count votes."""
    rows = len(counts.ids)
    texts = [str(value).strip() for value in counts.values]
    if rows > 1 and any(texts == [str(start + row) for row in range(rows)] for start in (0, 1)):
        raise BadVoteFile(
            f"its values number the rows one after the other. If they count votes, {as_option('count', name)}; "
            f"if not, {as_option('count', '')}",
            column=name,
        )


def join_files(files: Sequence[VoteFile]) -> VoteFile:
    """Join the votes of several files into one; a role has a column if it has one in all of them.

    The positions of a file must follow those of the files before, in every modality: if they do they stay, else they
    are shifted.
    """
    votes: dict[str, VoteLog] = {}
    neutral: dict[str, NDArray[np.int64]] = {}
    last = 0
    for file in files:
        ends = [(log.position[0], log.last_position) for log in file.votes.values() if len(log)]
        first = min((int(end[0]) for end in ends), default=last + 1)
        shift = max(0, last + 1 - first)
        last = max((int(end[1]) + shift for end in ends), default=last)
        for modality, log in file.votes.items():
            moved = replace(log, position=log.position + shift) if shift else log
            votes[modality] = votes[modality].append(moved) if modality in votes else moved
        for modality, places in file.neutral.items():
            neutral[modality] = np.append(neutral.get(modality, places[:0]), places + shift)
    columns = {role: name for role, name in files[0].columns.items() if all(role in file.columns for file in files)}
    nameless = {role: sum(file.nameless.get(role, 0) for file in files) for role in columns}
    return VoteFile(
        votes=dict(sorted(votes.items())),
        columns=columns,
        nameless={role: count for role, count in nameless.items() if count},
        left_out=dict(sum((Counter(file.left_out) for file in files), Counter[str]())),
        unused=tuple(dict.fromkeys(name for file in files for name in file.unused)),
        layout="; ".join(dict.fromkeys(file.layout for file in files if file.layout)),
        neutral=neutral,
    )


def named_clusters(logs: Iterable[VoteLog]) -> list[Cluster]:
    """Which of voters and prompts some vote of the logs has a label for; without any vote, both."""
    voters, prompts = set[str](), set[str]()
    for log in logs:
        voters.update(log.voters)
        prompts.update(log.prompts)
    by_role: dict[Cluster, set[str]] = {"voter": voters, "prompt": prompts}
    return [role for role, labels in by_role.items() if labels != {""}]


def suit_method(method: Method, columns: Collection[str]) -> Method:
    """The method for votes with only these columns: clustered by those there are; without voters, none are required.

    Only an arena's own votes have propensities, and only their order is one in time. Of others, no order matters.
    """
    thresholds = method.thresholds if "voter" in columns else replace(method.thresholds, established_voters=1)
    clusters = tuple(name for name in method.clusters if name in columns)
    anchors: Anchors = "epoch" if {"propensity", "dealt"} & set(columns) else "votes"
    return replace(method, clusters=clusters, thresholds=thresholds, anchors=anchors)
