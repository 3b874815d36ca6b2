from dataclasses import replace

import numpy as np
import pytest

from leaderboard.ratings.boards import (
    OVERALL,
    BoardKey,
    board_keys,
    compute_board,
    compute_boards,
    slice_votes,
)
from leaderboard.ratings.columns.votelog import BadVoteLog, VoteRow
from leaderboard.ratings.methods import fit
from tests.leaderboard.ratings.logs import from_rows, simulate, write_log


def test_board_keys_name_what_is_present() -> None:
    rows = [
        (1, "a", "b", "left", "u", "p", "photo", "en"),
        (2, "a", "b", "left", "u", "q", "anime", "ja"),
        (3, "a", "b", "left", "u", "q", "anime", "ja"),
    ]
    log = from_rows(VoteRow(*row) for row in rows)
    slices = (BoardKey("category", "anime"), BoardKey("category", "photo"))
    languages = (BoardKey("language", "en"), BoardKey("language", "ja"))
    assert board_keys(log) == (OVERALL, *slices, *languages)
    assert board_keys(log.select(log.position == 1)) == (OVERALL, slices[1], languages[0])
    assert board_keys(write_log([])) == (OVERALL,)


def test_each_board_reads_exactly_its_votes() -> None:
    log = simulate(np.linspace(0, 1, 5), votes=1500, voters=600, seed=4)
    boards = compute_boards(log)
    assert boards[OVERALL] == fit(log)
    assert boards[OVERALL].method.equal_category_weights
    for slug in log.categories:
        board = boards[BoardKey("category", slug)]
        assert board.votes == np.count_nonzero(log.category == log.categories.index(slug))
        assert board.input_hash == log.for_category(slug).input_hash()
        assert not board.method.equal_category_weights
    assert sum(board.votes for key, board in boards.items() if key.slice == "category") == len(log)


def test_category_in_a_language_reads_the_votes_of_both() -> None:
    rows = [
        VoteRow(place, "a", "b", "left", "u", f"p{place}", category, language)
        for place, (category, language) in enumerate([("x/y", "en"), ("x/y", "de"), ("z", "en"), ("x/y", "en")])
    ]
    log = from_rows(rows)
    assert slice_votes(log, BoardKey("category_language", "x/y/en")).position.tolist() == [0, 3]
    assert len(slice_votes(log, BoardKey("category_language", "z/de"))) == 0


def test_window_ends_with_the_newest_day_and_leaves_out_unknown_ones() -> None:
    log = simulate(np.linspace(0, 1, 3), votes=8, voters=3, seed=1)
    days = replace(log, day=np.array([971, 970, 0, 1000, 910, 911, 5, 930], dtype=np.int32))
    assert slice_votes(days, BoardKey("overall", days=30)).position.tolist() == [0, 3]
    assert slice_votes(days, BoardKey("overall", days=90)).position.tolist() == [0, 1, 3, 5, 7]
    # A category's window ends with the newest vote of all categories, so all boards of a window cover the same days.
    one = slice_votes(days, BoardKey("category", "k1", days=90))
    kept = slice_votes(days, BoardKey("overall", days=90)).for_category("k1")
    assert one.input_hash() == kept.input_hash()
    early = replace(log, day=np.arange(8, dtype=np.int32))
    assert len(slice_votes(early, BoardKey("overall", days=90))) == 7
    with pytest.raises(BadVoteLog, match="no days"):
        slice_votes(log, BoardKey("overall", days=90))


def test_days_are_in_no_hash_and_follow_their_votes() -> None:
    log = simulate(np.linspace(0, 1, 3), votes=30, voters=3, seed=1)
    days = replace(log, day=np.arange(100, 130, dtype=np.int32))
    assert days.input_hash() == log.input_hash()
    assert compute_board(days, BoardKey("overall", days=90)) == compute_board(log, OVERALL)
    odd, even = days.select(log.position % 2 == 1), days.select(log.position % 2 == 0)
    whole = odd.insert(even).day
    assert whole is not None
    assert whole.tolist() == list(range(100, 130))
