"""The matrix: the text and colour of each cell."""

import pytest

from leaderboard.charts.matrix import SQUARE, STEPS, Duel, Find, colour_step, draw_map, lay_matrix


@pytest.mark.parametrize(("share", "step"), [(0, 0), (0.04, 0), (0.5, 5), (0.56, 6), (1, STEPS - 1), (1.0001, 10)])
def test_colour_follows_the_share(share: float, step: int) -> None:
    assert colour_step(share) == step


def duels_of(known: dict[tuple[int, int], Duel]) -> Find:
    return lambda row, column: known.get((row, column), Duel(None, 0, 0, 0))


def test_cells_stand_in_the_order_of_the_rows() -> None:
    known = {(0, 1): Duel(0.75, 7, 1, 2), (1, 0): Duel(0.25, 2, 1, 7), (0, 2): Duel(1.0, 1, 0, 0)}
    first, second, third = lay_matrix(3, duels_of(known), least=3)
    assert [(cell.number, cell.small, cell.step, cell.is_self) for cell in first] == [
        ("", "", None, True),
        ("75", "7·1·2", 8, False),
        ("100", "1·0·0", None, False),
    ]
    assert (second[0].number, second[0].step) == ("25", 2)
    assert [cell.number for cell in third] == ["", "", ""]


def test_chances_are_written_in_percent_and_coloured_by_the_share() -> None:
    cell = lay_matrix(2, duels_of({(0, 1): Duel(0.6, 0.5, 0.2, 0.3)}), written="wins")[0][1]
    assert (cell.number, cell.small, cell.step) == ("50", "20·30", 6)


def test_map_has_one_path_for_each_colour() -> None:
    known = {(0, 1): Duel(0.75, 7, 1, 2), (1, 0): Duel(0.25, 2, 1, 7), (0, 2): Duel(0.75, 9, 0, 3, faint=True)}
    drawn = draw_map(3, duels_of(known), least=3)
    assert [(layer.step, layer.faint) for layer in drawn.layers] == [(2, False), (8, False), (8, True)]
    assert drawn.layers[1].path == f"M{SQUARE} 0h{SQUARE}v{SQUARE}h-{SQUARE}"
    assert drawn.shares == (",75,75", "25,,", ",,")
    assert drawn.side == 3 * SQUARE
