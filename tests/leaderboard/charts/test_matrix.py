"""The matrix: the text and colour of each cell."""

import pytest

from leaderboard.charts.matrix import STEPS, Duel, colour_step, lay_matrix


@pytest.mark.parametrize(("share", "step"), [(0, 0), (0.04, 0), (0.5, 5), (0.56, 6), (1, STEPS - 1), (1.0001, 10)])
def test_colour_follows_the_share(share: float, step: int) -> None:
    assert colour_step(share) == step


def test_cells_stand_in_the_order_of_the_labels() -> None:
    duels = {("a", "b"): Duel(0.75, 7, 1, 2), ("b", "a"): Duel(0.25, 2, 1, 7), ("a", "c"): Duel(1.0, 1, 0, 0)}
    first, second, third = lay_matrix("abc", duels, least=3)
    assert [(cell.number, cell.small, cell.step, cell.is_self) for cell in first] == [
        ("", "", None, True),
        ("75", "7·1·2", 8, False),
        ("100", "1·0·0", None, False),
    ]
    assert (second[0].number, second[0].step) == ("25", 2)
    assert [cell.number for cell in third] == ["", "", ""]


def test_chances_are_written_in_percent_and_coloured_by_the_share() -> None:
    cell = lay_matrix("ab", {("a", "b"): Duel(0.6, 0.5, 0.2, 0.3)}, written="wins")[0][1]
    assert (cell.number, cell.small, cell.step) == ("50", "20·30", 6)
