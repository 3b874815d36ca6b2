"""A team's first hour: a folder as people have it becomes an arena, is voted on, and a wrong import is taken back."""

import io
import random
import re
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image as PillowImage
from playwright.sync_api import Page, expect

from arena.catalog.models import Contender, Prompt
from arena.generation.models import Generation, Run
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import LedgerEntry, Report, Vote
from leaderboard.computing.refresh import refresh_ledger
from tests.browser.conftest import UNTIL_NEXT, OpenPage, has_votes, wait_held, wait_ready, wait_until

pytestmark = pytest.mark.browser

SUBJECTS = (
    "red fox", "blue bus", "old harbour", "tea cups", "glass cube", "wet street", "mountain hut", "paper crane",
    "green door", "night train", "yellow bird", "twin lakes",
)  # fmt: skip
CONTENDERS = ("通义万相", "FLUX 1.1 [pro]", "SDXL", "my lora, epoch 10")
KEYS = ("ArrowLeft", "2", "3", "4", "1", "ArrowRight", "3", "1", "2", "ArrowLeft", "1")


def draw(seed: str, kind: str = "PNG") -> bytes:
    """Return a small picture that depends on the seed; `MPO` holds two, as phones with two lenses write them."""
    rng = random.Random(seed)
    pictures = [PillowImage.new("RGB", (96, 72), tuple(rng.randrange(256) for _ in range(3))) for _ in range(2)]
    for picture in pictures:
        picture.paste(tuple(rng.randrange(256) for _ in range(3)), (20, 10, 60, 50))
    file = io.BytesIO()
    more = {"save_all": True, "append_images": pictures[1:]} if kind == "MPO" else {}
    pictures[0].save(file, kind, **more)
    return file.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Four contenders × 12 prompts, with all that lies about in such folders."""
    top = tmp_path / "our pictures"
    for contender in CONTENDERS:
        (top / contender).mkdir(parents=True)
        for subject in SUBJECTS:
            name = subject if contender == "通义万相" else subject.title().replace(" ", "-")
            (top / contender / f"{name}.png").write_bytes(draw(contender + subject))
    flux, sdxl, lora = (top / contender for contender in CONTENDERS[1:])
    # One picture was saved under another spelling of the contender's name, one is from a phone, one is cut off.
    (top / "sdxl").mkdir()
    (sdxl / "Red-Fox.png").rename(top / "sdxl" / "Red-Fox.png")
    (flux / "Old-Harbour.png").unlink()
    (flux / "Old-Harbour.jpg").write_bytes(draw("phone", "MPO"))
    (lora / "Night-Train.png").write_bytes(draw("long")[:-60])
    # Two contenders have the same picture, in different files.
    twin = draw("twins")
    (flux / "Twin-Lakes.png").write_bytes(twin)
    with PillowImage.open(io.BytesIO(twin)) as opened:
        opened.save(sdxl / "Twin-Lakes.png", compress_level=1)
    (flux / "Red-Fox.txt").write_text("A red fox asleep in fresh snow, seen from above.\n")
    for stray in ("Thumbs.db", ".DS_Store", "README.md", "FLUX 1.1 [pro]/log.html"):
        (top / stray).write_bytes(b"stray")
    return top


def run(command: str, *words: object) -> str:
    """Return what a command prints, or what it refuses with."""
    out = io.StringIO()
    try:
        call_command(command, *map(str, words), stdout=out)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


def import_folder(folder: Path) -> None:
    """Read the plan, decide what it asks, and import."""
    plan = run("import_images", folder, "--dry-run")
    assert '--merge "SDXL=sdxl"' in plan
    assert Run.objects.count() == 0
    decided = (folder, "--merge", "sdxl=SDXL", "--skip-bad")
    plan = run("import_images", *decided, "--dry-run")
    told = (
        "A red fox asleep in fresh snow", "a text file", "README.md: It is not a picture", "The file ends early",
        "The same picture under several contenders", "47 pictures, 47 new. 4 contenders, 4 new. 12 prompts",
    )  # fmt: skip
    for words in told:
        assert words in plan
    assert "47 images imported" in run("import_images", *decided, "--yes")
    assert set(Contender.objects.values_list("name", flat=True)) == set(CONTENDERS)
    assert Prompt.objects.get(slug="red-fox").text == "A red fox asleep in fresh snow, seen from above."


def vote_twelve_times(page: Page) -> None:
    """Vote by keys: one vote is taken back first, one pair is reported, one vote has reasons."""
    wait_ready(page)
    page.keyboard.press("1")
    wait_held(page)
    page.keyboard.press("u")
    wait_ready(page)
    page.keyboard.press("r")
    page.get_by_label("A name or watermark shows").check()
    page.get_by_label("A, the left image").check()
    page.get_by_role("button", name="Send the report").click()
    wait_until(page, lambda: Report.objects.count() == 1)
    wait_ready(page)
    page.keyboard.press("2")
    wait_held(page)
    page.keyboard.press("p")
    page.keyboard.press("l")
    page.keyboard.press("Space")
    for number, key in enumerate(KEYS, start=2):
        wait_ready(page)
        page.keyboard.press(key)
        wait_held(page)
        page.keyboard.press("Space")
        wait_until(page, partial(has_votes, number))


@pytest.mark.long
def test_team_brings_a_folder_votes_on_it_and_takes_a_wrong_import_back(
    open_page: OpenPage, folder: Path, tmp_path: Path
) -> None:
    import_folder(folder)
    vote_twelve_times(open_page("/vote/", init_script=UNTIL_NEXT))
    assert seal_votes() == 12
    assert sorted(LedgerEntry.objects.exclude(reasons="").values_list("reasons", flat=True)) == ["looks prompt"]
    refresh_ledger(ledger=open_ledger("native"))
    board = open_page("/leaderboard/text-to-image/")
    for contender in CONTENDERS:
        expect(board.get_by_role("table").first).to_contain_text(contender)
    expect(board.locator(".board-notes")).to_contain_text("1 pair of contenders has the same picture")

    # Folders that are prompts, read as contenders by mistake.
    wrong = tmp_path / "by prompt"
    for prompt in ("a small boat", "a large boat"):
        (wrong / prompt).mkdir(parents=True)
        for model in ("alpha-xl", "beta-v2"):
            (wrong / prompt / f"{model}.png").write_bytes(draw(prompt + model))
    said = run("import_images", wrong, "--as", "contender/prompt", "--yes")
    number = re.search(r"run (\d+)", said)
    assert number is not None
    assert Contender.objects.count() == len(CONTENDERS) + 2
    assert "Taken back: 4" in run("undo_import", number[1], "--yes")
    assert set(Contender.objects.values_list("name", flat=True)) == set(CONTENDERS)
    assert (Generation.objects.count(), Prompt.objects.count(), Vote.objects.count()) == (47, 12, 12)
