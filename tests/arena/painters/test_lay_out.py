"""The positions of things, and the slips that each painter makes."""

from collections import Counter
from itertools import pairwise

import pytest

from arena.painters.layout import Box, arrange
from arena.painters.paint import PAINTERS, lay_out
from arena.painters.scenes import PLACES, Scene, SceneObject
from arena.painters.slips import garble

CAREFUL = ["linden", "harbour"]
SEEDS = range(6)


def boxes_of(painter: str, scene: Scene, seed: int = 1) -> tuple[Box, ...]:
    """The boxes alone."""
    return lay_out(painter, prompt="x", scene=scene, seed=seed)[1]


@pytest.mark.parametrize("painter", CAREFUL)
@pytest.mark.parametrize("place", sorted(PLACES))
def test_lay_out_careful_painter_counts_right(painter: str, place: str) -> None:
    for count in range(1, 13):
        scene = Scene((SceneObject("apple", count, "red", place), SceneObject("balloon", 2)), "meadow")
        counts = Counter(box.kind for box in boxes_of(painter, scene))
        assert counts == {"apple": count, "balloon": 2}


@pytest.mark.parametrize("count", range(2, 13))
def test_lay_out_sketchbook_always_miscounts(count: int) -> None:
    scene = Scene((SceneObject("apple", count, "red"),))
    drawn = {len(boxes_of("rainy-day", scene, seed)) for seed in SEEDS}
    assert count not in drawn
    assert drawn <= set(range(1, 13))


@pytest.mark.parametrize("seed", SEEDS)
def test_lay_out_crayon_never_right_colour(seed: int) -> None:
    scene = Scene((SceneObject("apple", 2, "red"), SceneObject("pear", 1, "green")))
    colours = {box.kind: box.colour for box in boxes_of("wax-moon", scene, seed)}
    assert colours["apple"] != "red"
    assert colours["pear"] != "green"


@pytest.mark.parametrize("painter", [painter.slug for painter in PAINTERS if painter.slug != "wax-moon"])
def test_lay_out_others_keep_colours(painter: str) -> None:
    scene = Scene((SceneObject("apple", 2, "red"),))
    assert {box.colour for box in boxes_of(painter, scene)} == {"red"}


@pytest.mark.parametrize("text", ["OPEN", "Fresh bread daily", "É", "24 7", "WWW", "!!"])
@pytest.mark.parametrize("seed", SEEDS)
def test_garble_never_equals_text(text: str, seed: int) -> None:
    assert garble(text, seed).casefold() != text.casefold()


def test_lay_out_only_mosaic_garbles_lettering() -> None:
    scene = Scene((SceneObject("sign"),), lettering="OPEN ALL NIGHT")
    letterings = {
        painter.slug: lay_out(painter.slug, prompt="x", scene=scene, seed=1)[0].lettering for painter in PAINTERS
    }
    assert {slug for slug, lettering in letterings.items() if lettering != "OPEN ALL NIGHT"} == {"pebble"}


def test_arrange_left_and_right_stand_apart() -> None:
    scene = Scene((SceneObject("fox", 2, place="left"), SceneObject("cat", 2, place="right")), "meadow")
    foxes = [box.x for box in arrange(scene, 1) if box.kind == "fox"]
    cats = [box.x for box in arrange(scene, 1) if box.kind == "cat"]
    assert max(foxes) < 0.5 < min(cats)


def test_arrange_top_rests_upon_what_stands_there() -> None:
    cube, book = arrange(Scene((SceneObject("cube", size="large"), SceneObject("book", place="top")), "table"), 1)
    assert book.foot < cube.foot - cube.height * 0.6
    assert abs(book.x - cube.x) < cube.width / 2


def test_arrange_inside_lies_within() -> None:
    cube, ball = arrange(Scene((SceneObject("cube", size="large"), SceneObject("sphere", place="inside")), "table"), 1)
    assert cube.top < ball.top
    assert ball.foot < cube.foot
    assert abs(ball.x - cube.x) + ball.width / 2 < cube.width / 2


@pytest.mark.parametrize("count", range(1, 8))
def test_arrange_row_does_not_overlap(count: int) -> None:
    boxes = arrange(Scene((SceneObject("apple", count, place="row"),)), 1)
    assert all(one.x + one.width / 2 < other.x - other.width / 2 for one, other in pairwise(boxes))


@pytest.mark.parametrize("kind", ["apple", "house", "train", "balloon", "fish"])
@pytest.mark.parametrize("place", ["centre", "left", "row", "grid", "front", "scattered"])
def test_arrange_stays_in_the_picture(kind: str, place: str) -> None:
    scenes = [Scene((SceneObject(kind, count, place=place, size="large"),), "meadow") for count in (1, 3, 6, 12)]
    for box in (box for scene in scenes for box in arrange(scene, 1)):
        assert box.x - box.width / 2 > -0.03
        assert box.x + box.width / 2 < 1.03
        assert box.top > -0.03
        assert box.foot < 1.03


def test_arrange_table_carries_what_belongs_on_it() -> None:
    scene = Scene(
        (SceneObject("table", place="bottom"), SceneObject("cup", 3), SceneObject("person", place="left")), "room"
    )
    table, *cups, person = arrange(scene, 1)
    assert all(table.top < cup.foot < table.top + table.height / 2 for cup in cups)
    assert person.foot > table.top + table.height / 2


def test_arrange_group_of_people_dresses_each_differently() -> None:
    people = arrange(Scene((SceneObject("person", 3),), "street"), 1)
    assert len({person.colour for person in people}) == 3


def test_arrange_same_seed_same_boxes() -> None:
    scene = Scene((SceneObject("fish", 9, place="scattered"),), "underwater")
    assert arrange(scene, 5) == arrange(scene, 5) != arrange(scene, 6)
