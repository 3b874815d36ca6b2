from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings

from leaderboard.presentation.audit_report import describe_audit
from leaderboard.ratings.boards import OVERALL, board_method
from leaderboard.ratings.diagnostics.audit import OverlapRank, audit_board
from leaderboard.ratings.methods import METHOD, fit
from tests.leaderboard.ratings.logs import Duel, duels, repeat_duel, simulate, write_log


def test_audit_follows_the_board() -> None:
    log = simulate([0.0, 0.3, 1.0], votes=600, voters=60, seed=3)
    board, audit = fit(log), audit_board(log)
    order = [line.contender for line in board.contenders]
    assert [(pair.decision.leader, pair.decision.other) for pair in audit.pairs] == list(pairwise(order))
    for pair in audit.pairs:
        assert pair.win + pair.tie + pair.loss == pytest.approx(1)
        assert pair.win > pair.loss
        assert [flip.unit for flip in pair.flips] == ["vote", "voter", "prompt"]
    assert audit.first == audit.pairs[0].flips
    assert audit.tie_rate == pytest.approx((log.outcome == 2).mean())
    assert audit.floor_rate == pytest.approx((log.outcome == 3).mean())
    assert [line.contender for line in audit.overlap_ranks] == order
    assert audit.overlap_ranks[0] == OverlapRank(order[0], 1)


def test_chances_of_places_add_up_and_begin_with_the_boards_own() -> None:
    log = simulate([0.0, 0.1, 0.3, 0.2, 0.6], votes=600, voters=60, seed=4)
    board, places = fit(log), audit_board(log).places
    assert [line.contender for line in places] == [line.contender for line in board.contenders]
    assert [line.within[0] for line in places] == pytest.approx([line.p_first for line in board.contenders])
    for count in range(1, 6):
        assert sum(line.within[count - 1] for line in places) == pytest.approx(count)
    assert any(0.05 < line.within[1] < 0.95 for line in places)


def test_pooled_errors_stand_beside_those_from_own_clusters() -> None:
    log = simulate([0.0, 0.3, 1.0], votes=600, voters=10, seed=3, prompts=20)
    older = {line.contender: line for line in fit(log, replace(METHOD, version="2")).contenders}
    found = audit_board(log).variance
    assert found is not None
    assert 0.5 < found.dispersion < 1.1
    assert found.between_voters is not None
    assert found.between_prompts is not None
    for line in found.lines:
        published = next(each for each in fit(log).contenders if each.contender == line.contender)
        for width, known in ((line.pooled, published), (line.clustered, older[line.contender])):
            assert known.elo_high is not None
            assert known.elo is not None
            assert width == pytest.approx(known.elo_high - known.elo)
    assert audit_board(log, replace(METHOD, version="2")).variance is None
    by_voter = audit_board(log, replace(METHOD, clusters=("voter",)))
    assert by_voter.variance is not None
    assert by_voter.variance.between_prompts is None
    assert "from prompt to prompt" not in "\n".join(describe_audit(by_voter))


def test_places_are_left_open_where_an_interval_is_missing() -> None:
    rows = [*repeat_duel("a", "b", wins=40, losses=20), *repeat_duel("c", "d", wins=40, losses=20)]
    assert audit_board(write_log(rows)).places == ()


@settings(max_examples=60)
@given(duels())
def test_any_board_can_be_audited_and_described(rows: list[Duel]) -> None:
    audit = audit_board(write_log(rows), board_method(OVERALL))
    text = "\n".join(describe_audit(audit))
    assert "nan" not in text
    assert "inf" not in text
    assert f"of {audit.exposure.pairs} pairs" in text


def test_neighbours_that_are_all_but_equal_stand_as_their_flips_do() -> None:
    rows = [*repeat_duel("a", "c", wins=6, losses=3), *repeat_duel("b", "c", wins=6, losses=3)]
    audit = audit_board(write_log(rows, weight=[1.0] * 9 + [1.00002] + [1.0] * 8))
    assert [(pair.decision.leader, pair.decision.other) for pair in audit.pairs] == [("b", "a"), ("a", "c")]
    assert all(pair.flips for pair in audit.pairs)


def test_empty_board_has_nothing_to_say() -> None:
    empty = write_log(repeat_duel("a", "b", wins=1)).select(slice(0, 0))
    audit = audit_board(empty)
    assert (audit.votes, audit.first, audit.pairs, audit.tie_rate) == (0, (), (), None)
    assert list(describe_audit(audit)) == []


def test_report_says_what_is_decided_and_what_would_turn_it() -> None:
    rows = [*repeat_duel("a", "b", wins=400, losses=40, ties=60), *repeat_duel("b", "c", wins=30, losses=28)]
    text = "\n".join(describe_audit(audit_board(write_log(rows), replace(METHOD, clusters=("voter",)))))
    assert "a over b" in text
    assert "decided (±" in text
    assert "undecided, about" in text
    assert (
        "first place of a is lost without\n    26 votes: then c stands above it\n"
        "    26 voters (26 votes): then c" in text
    )


def test_flips_count_no_voters_or_prompts_that_nobody_named() -> None:
    log = simulate([0.0, 0.3, 1.0], votes=300, voters=60, seed=3)
    for method, units in (
        (replace(METHOD, clusters=()), ["vote"]),
        (replace(METHOD, clusters=("prompt",)), ["vote", "prompt"]),
    ):
        assert [flip.unit for flip in audit_board(log, method).first] == units
