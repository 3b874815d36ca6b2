import numpy as np

from leaderboard.ratings.boards import OVERALL, BoardKey, HeadToHead, board_keys, compute_boards, head_to_head
from leaderboard.ratings.methods import fit
from leaderboard.ratings.votelog import VoteRow
from tests.leaderboard.ratings.logs import from_rows, repeat_duel, simulate, write_log


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
    log = simulate(np.linspace(0, 1, 5), votes=1500, voters=60, seed=4)
    boards = compute_boards(log)
    assert boards[OVERALL] == fit(log)
    assert boards[OVERALL].method.equal_category_weights
    for slug in log.categories:
        board = boards[BoardKey("category", slug)]
        assert board.votes == np.count_nonzero(log.category == log.categories.index(slug))
        assert board.input_hash == log.for_category(slug).input_hash()
        assert not board.method.equal_category_weights
    assert sum(board.votes for key, board in boards.items() if key.slice == "category") == len(log)


def test_head_to_head_counts_both_orders() -> None:
    rows = [
        *repeat_duel("a", "b", wins=3, losses=1, ties=2, bad=1),
        ("b", "a", "left", "x"),
        ("c", "a", "both_bad", "x"),
    ]
    records = head_to_head(write_log(rows))
    assert records == {
        ("a", "b"): HeadToHead(wins=3, ties=2, losses=2, both_bad=1),
        ("b", "a"): HeadToHead(wins=2, ties=2, losses=3, both_bad=1),
        ("a", "c"): HeadToHead(0, 0, 0, 1),
        ("c", "a"): HeadToHead(0, 0, 0, 1),
    }
