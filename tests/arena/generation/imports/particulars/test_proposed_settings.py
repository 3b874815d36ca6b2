"""Settings are proposed where all pictures of a contender agree; where they differ, that is said."""

from arena.generation.imports.particulars.proposed_settings import Made, propose_settings


def test_what_all_pictures_say_is_taken_and_seeds_are_no_settings() -> None:
    made = [Made("a", {"steps": 20, "sampler": "Euler a", "seed": str(number)}) for number in range(3)]
    assert propose_settings(made) == ({"a": {"steps": 20, "sampler": "Euler a"}}, [])


def test_what_differs_is_said_and_left_open() -> None:
    settings, remarks = propose_settings([Made("a", {"steps": steps, "guidance": 7}) for steps in (20, 20, 30)])
    assert settings == {"a": {"guidance": 7}}
    assert [remark.why for remark in remarks] == ["steps differs, so it is left open: 20 (2), 30 (1)."]


def test_what_only_some_say_is_taken_and_said() -> None:
    settings, remarks = propose_settings([Made("a", {"steps": 20}), Made("a", {})])
    assert settings == {"a": {"steps": 20}}
    assert [remark.why for remark in remarks] == ["steps is named by 1 of 2 pictures."]


def test_words_around_every_prompt_are_the_template() -> None:
    made = [Made("a", {}, f"{text}, studio photo", text) for text in ("a red fox", "a cup")]
    assert propose_settings(made)[0] == {"a": {"template": "{prompt}, studio photo"}}
    assert propose_settings([*made, Made("a", {}, "a dog", "a dog")])[0] == {}
    assert propose_settings([Made("a", {}, "a dog", "a dog")])[0] == {}
    assert propose_settings([Made("a", {}, "a dog and a dog", "a dog")])[0] == {}
    assert propose_settings([*made, Made("b", {}, "", "a cup")])[0] == {"a": {"template": "{prompt}, studio photo"}}
