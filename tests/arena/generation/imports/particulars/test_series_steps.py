"""Steps of a series are read from folders and from the names that trainers give to their files."""

from pathlib import Path

import pytest

from arena.generation.imports.particulars.series_steps import read_series, read_steps
from arena.generation.imports.reading.folder_files import FoundFile


def files(*names: str) -> list[FoundFile]:
    """Return files by name; there are no bytes behind them."""
    return [FoundFile(name, Path(name)) for name in names]


@pytest.mark.parametrize(
    ("names", "steps"),
    [
        (("epoch10", "epoch20", "epoch5"), (10, 20, 5)),
        (("global_step1234", "global_step200"), (1234, 200)),
        (("lora-000010", "lora-000020"), (10, 20)),
        (("my_lora_000000250", "my_lora_000000500"), (250, 500)),
        (("sdxl checkpoint-500", "sdxl checkpoint-1000"), (500, 1000)),
        (("flux1 step 500", "flux1 step 1k", "flux1 step 1.5k"), (500, 1000, 1500)),
        (("style_e000004", "style_e000008"), (4, 8)),
        (("sd3.5 at 0.5", "sd3.5 at 0.75"), (0.5, 0.75)),
        (("500steps", "1000steps"), (500, 1000)),
        (("run2-epoch3-step900", "run2-epoch4-step1200"), (900, 1200)),
        (("strength 0.2", "strength 0.8"), (0.2, 0.8)),
        (("2024-01-02_03-04-05 step 7", "2024-01-03_03-04-05 step 9"), (7, 9)),
        (("1", "2", "10"), (1, 2, 10)),
    ],
)
def test_step_of_a_folder_is_the_number_that_counts(names: tuple[str, ...], steps: tuple[float, ...]) -> None:
    assert read_steps(names) == dict(zip(names, steps, strict=True))


def test_folder_without_a_number_is_no_part_of_the_series() -> None:
    found = files("epoch10/fox.png", "epoch20/fox.png", "base/fox.png")
    read = read_series(found, series="Cats", given={})
    assert read.steps == {"Cats epoch10": 10, "Cats epoch20": 20}
    assert [file.name for file in read.left] == ["base/fox.png"]
    assert any(remark.name == "base" and "--step" in remark.why for remark in read.remarks)
    assert read_series(found, series="Cats", given={"base": 0}).steps["Cats base"] == 0


def test_name_with_the_series_in_it_is_not_said_twice() -> None:
    read = read_series(files("cats-000010/fox.png", "cats-000020/fox.png"), series="Cats", given={})
    assert set(read.steps) == {"cats-000010", "cats-000020"}


@pytest.mark.parametrize(
    ("names", "contenders", "stems"),
    [
        (
            ("sample/cats_e000010_00_20240101123456_42.png", "sample/cats_e000020_01_20240101123459_42.png"),
            ("Cats epoch 10", "Cats epoch 20"), ("00", "01"),
        ),
        (
            ("samples/1718000000000__000000250_0.jpg", "samples/1718000000001__000000500_0.jpg"),
            ("Cats step 250", "Cats step 500"), ("00", "00"),
        ),
        (
            ("step_500_short_0_1024x1024.png", "step_900_short_0_1024x1024.png"),
            ("Cats step 500", "Cats step 900"), ("short", "short"),
        ),
        (
            ("0 - a red fox/2024-01-02_03-04-05-training-sample-500-2-100.png",
             "1 - a cup/2024-01-02_03-04-06-training-sample-500-2-100.png"),
            ("Cats step 500", "Cats step 500"), ("a red fox", "a cup"),
        ),
        (
            ("run-a/1718000000000__000000250_0.jpg", "run-a/1718000000001__000000250_0.jpg"),
            ("Cats run-a step 250", "Cats run-a step 250"), ("00", "00_1"),
        ),
    ],
)  # fmt: skip
def test_trainers_write_the_step_into_the_file(
    names: tuple[str, ...], contenders: tuple[str, ...], stems: tuple[str, ...]
) -> None:
    read = read_series(files(*names), series="Cats", given={})
    assert tuple(each.contender for each in read.stepped) == contenders
    assert tuple(each.stem for each in read.stepped) == stems
    assert not read.left


def test_same_step_twice_is_asked_about() -> None:
    read = read_series(files("a-step5/fox.png", "b-step5/fox.png"), series="Cats", given={})
    assert "one step of the series (5)" in read.questions[0].text
