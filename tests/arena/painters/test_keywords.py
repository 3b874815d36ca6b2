"""Reading English keywords from prompts."""

import pytest

from arena.painters.keywords import read_scene
from arena.painters.scenes import KINDS, Scene, SceneObject


@pytest.mark.parametrize(
    ("prompt", "wanted"),
    [
        ("three red apples", SceneObject("apple", 3, "red")),
        ("a blue bicycle", SceneObject("bicycle", 1, "blue")),
        ("12 penguins", SceneObject("penguin", 12)),
        ("wolves", SceneObject("wolf", 3)),
        ("a pair of strawberries", SceneObject("strawberry", 2)),
        ("a kitten", SceneObject("cat")),
        ("an orange cat", SceneObject("cat", 1, "orange")),
        ("an orange", SceneObject("orange")),
        ("a dozen gray boxes", SceneObject("box", 12, "grey")),
    ],
)
def test_read_scene_thing_with_count_and_colour(prompt: str, wanted: SceneObject) -> None:
    assert read_scene(prompt).objects == (wanted,)


def test_read_scene_several_things_each_with_its_own() -> None:
    scene = read_scene("Two white rabbits and a yellow balloon in a forest at sunset")
    assert set(scene.objects) == {SceneObject("rabbit", 2, "white"), SceneObject("balloon", 1, "yellow")}
    assert (scene.setting, scene.light) == ("forest", "golden")


@pytest.mark.parametrize(
    "prompt", ['A sign that says "OPEN LATE"', "A sign that says “OPEN LATE”", "A sign: 'OPEN LATE'"]
)
def test_read_scene_quoted_lettering(prompt: str) -> None:
    assert read_scene(prompt).lettering == "OPEN LATE"


def test_read_scene_quoted_words_are_not_things() -> None:
    assert [each.kind for each in read_scene('A sign that reads "two cats"').objects] == ["sign"]


def test_read_scene_apostrophe_is_not_a_quote() -> None:
    assert read_scene("A dog's bowl and a cat's hat").lettering == ""


@pytest.mark.parametrize(
    "prompt", ["", "雨の京都、赤い傘の行列", "قطة تحت المطر", "sheer melancholy", "\x00" * 9, "x" * 5000]
)
def test_read_scene_without_known_words_is_pleasant_and_stable(prompt: str) -> None:
    scene = read_scene(prompt)
    assert scene == read_scene(prompt)
    assert isinstance(scene, Scene)
    assert {each.kind for each in scene.objects} <= KINDS


def test_read_scene_at_most_five_kinds() -> None:
    assert len(read_scene(" and ".join(sorted(KINDS))).objects) == 5


def test_read_scene_table_with_things_is_the_setting() -> None:
    scene = read_scene("five yellow pencils on a table")
    assert (scene.objects, scene.setting) == ((SceneObject("pencil", 5, "yellow"),), "table")


def test_read_scene_portrait_is_one_face() -> None:
    assert [each.kind for each in read_scene("portrait of an old woman").objects] == ["face"]
