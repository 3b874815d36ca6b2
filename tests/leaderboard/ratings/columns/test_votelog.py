from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaderboard.ratings.columns.votelog import BOTH_BAD, LEFT, BadVoteLog, VoteLog, VoteRow
from tests.leaderboard.ratings.logs import Duel, duels, from_rows, simulate, write_log

ROW = VoteRow(7, "a", "b", "left", "ann", "p1", "photo", "en")


def test_votelog_sorts_labels_and_keeps_order() -> None:
    log = from_rows([ROW, VoteRow(9, "c", "a", "both_bad", "bob", "p0", "anime", "de")])
    assert (log.contenders, log.voters, log.prompts) == (("a", "b", "c"), ("ann", "bob"), ("p0", "p1"))
    assert (log.categories, log.languages) == (("anime", "photo"), ("de", "en"))
    assert log.position.tolist() == [7, 9]
    assert log.left.tolist() == [0, 2]
    assert log.outcome.tolist() == [LEFT, BOTH_BAD]
    assert [column.dtype for column in (log.left, log.outcome, log.position, log.weight)] == [
        np.int32,
        np.int8,
        np.int64,
        np.float64,
    ]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"right": "a"}, "position 9: a contender cannot meet itself"),
        ({"outcome": "skip"}, "position 9: outcome 'skip' is none of left, right, tie, both_bad"),
        ({"position": 7}, "position 7: positions must strictly increase"),
        ({"position": 9.5}, "positions must be whole numbers"),
        ({"left": 3}, "labels must be text"),
    ],
)
def test_votelog_with_a_bad_row_names_it(change: dict[str, Any], message: str) -> None:
    with pytest.raises(BadVoteLog, match=message):
        from_rows([ROW, ROW._replace(position=9)._replace(**change)])


def test_votelog_with_an_unknown_contender_names_its_row() -> None:
    columns = {name: [getattr(ROW, name)] for name in VoteRow._fields}
    with pytest.raises(BadVoteLog, match="position 7: unknown contender") as caught:
        VoteLog.from_columns(**columns, contenders=["a", "c"])
    assert caught.value.position == 7


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -1.0])
def test_votelog_with_an_unusable_weight_names_its_row(weight: float) -> None:
    with pytest.raises(BadVoteLog, match="position 2: the weight"):
        write_log([("a", "b", "tie", "u"), ("a", "b", "tie", "u")], weight=[1.0, weight])


def test_votelog_with_uneven_columns_is_refused() -> None:
    with pytest.raises(BadVoteLog, match="same length"):
        write_log([("a", "b", "tie", "u")], weight=[1.0, 1.0])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"left": np.array([0, 2])}, "position 2: unknown contender"),
        ({"right": np.array([-1, 1])}, "position 1: unknown contender"),
        ({"voter": np.array([0.0, 1.0])}, "voter numbers must be whole numbers"),
        ({"outcome": np.array([0, 4])}, "position 2: outcome 4 is none of 0 to 3"),
        ({"outcome": np.array([0.5, 1.0])}, "outcome numbers must be whole numbers"),
    ],
)
def test_votelog_with_bad_numbers_is_refused(change: dict[str, Any], message: str) -> None:
    both = np.array([0, 0])
    columns: dict[str, Any] = {
        "contenders": ["a", "b"], "voters": ["u", "v"], "prompts": ["p"], "categories": ["k"], "languages": ["l"],
        "position": np.array([1, 2]), "left": both, "right": both + 1, "outcome": both, "voter": both, "prompt": both,
        "category": both, "language": both,
    }  # fmt: skip
    with pytest.raises(BadVoteLog, match=message):
        VoteLog.from_codes(**columns | change)


def test_votelog_without_a_column_has_its_empty_label() -> None:
    log = VoteLog.from_columns(position=[1, 2], left=["a", "b"], right=["b", "a"], outcome=["tie", "left"])
    rows = [("a", "b", "tie"), ("b", "a", "left")]
    written = from_rows([VoteRow(at, *row, "", "", "", "") for at, row in enumerate(rows, start=1)])
    assert (log.voters, log.languages) == (("",), ("",))
    assert log.input_hash() == written.input_hash()


def test_votelog_slice_copies_nothing() -> None:
    log = write_log([("a", "b", "tie", "u")] * 5)
    assert np.shares_memory(log.select(slice(1, 4)).left, log.left)
    assert len(log.select(slice(1, 4))) == 3


def test_votelog_for_an_absent_slice_is_empty() -> None:
    log = write_log([("a", "b", "tie", "u")])
    assert (len(log.for_category("photo")), len(log.for_category("anime")), len(log.for_language("de"))) == (1, 0, 0)


@given(duels(), st.permutations("abcdefgh"))
def test_input_hash_is_independent_of_numbering(rows: list[Duel], table: list[str]) -> None:
    log = write_log(rows)
    move = np.array([table.index(label) for label in log.contenders])
    renumbered = VoteLog.from_codes(
        contenders=table,
        voters=log.voters,
        prompts=log.prompts,
        categories=log.categories,
        languages=log.languages,
        position=log.position,
        left=move[log.left],
        right=move[log.right],
        outcome=log.outcome,
        voter=log.voter,
        prompt=log.prompt,
        category=log.category,
        language=log.language,
    )
    assert renumbered.input_hash() == log.input_hash()


def test_input_hash_changes_with_any_column() -> None:
    rows = [("a", "b", "left", "u"), ("b", "c", "tie", "v")]
    logs = [
        write_log(rows),
        write_log(rows[:1]),
        write_log([("b", "a", "left", "u"), rows[1]]),
        write_log([("a", "b", "right", "u"), rows[1]]),
        write_log([("a", "b", "left", "v"), rows[1]]),
        write_log(rows, category="anime"),
        write_log(rows, weight=[1.0, 0.5]),
    ]
    assert len({log.input_hash() for log in logs}) == len(logs)


def test_input_hash_is_the_one_written_down() -> None:
    assert from_rows([ROW]).input_hash() == "2b6ec79d9b80824451ef8e7dc289c6b2031d70638e2ebe5e1a463f3e861e7ad9"


def test_appended_votes_are_those_read_at_once() -> None:
    rng = np.random.default_rng(4)
    log = simulate(rng.normal(size=6), votes=300, voters=20, seed=8)
    first, second = log.select(slice(120)).compact(), log.select(slice(120, None)).compact()
    assert first.append(second).input_hash() == log.input_hash()
    assert log.select(slice(0)).compact().append(log).input_hash() == log.input_hash()
    with pytest.raises(BadVoteLog, match="positions must strictly increase"):
        second.append(first)
