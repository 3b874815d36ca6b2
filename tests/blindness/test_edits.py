"""Edits: hosts that return other sizes than asked for are not told apart, and a source's address names nobody."""

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image as PillowImage

from arena.catalog.models import Contender, Prompt
from arena.generation.ingest.images import attach_image, keep_files
from arena.generation.ingest.public_sources import gather_sources
from arena.generation.ingest.renditions import WIDTHS, box_size, read_frame
from arena.voting.models import Matchup
from tests.arena.voting.pages import VotePage, open_vote, send_answer
from tests.blindness.conftest import Browser
from tests.blindness.crawling import Answer, ask
from tests.blindness.planting import MAKERS, Maker, found_words
from tests.factories import (
    make_contender,
    make_editing_prompt,
    make_generation,
    make_image_model,
    make_organization,
    make_run,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]

SOURCE = (192, 128)
# What each maker's host returns for it: the size asked for, a square, a tall one, a larger one, one a few pixels off.
RETURNED = dict(zip(MAKERS, [SOURCE, (128, 128), (128, 192), (288, 192), (190, 128)], strict=True))


def plant_edits(prompt: Prompt) -> None:
    """Store an edit of every maker, in its own size and kind of file, with its names inside."""
    run = make_run()
    for number, (maker, size) in enumerate(RETURNED.items()):
        picture = PillowImage.effect_noise(size, 8.0 + 30.0 * number).convert("RGB")
        generation = make_generation(contender=plant_contender(maker), prompt=prompt, run=run, pixels=False)
        with keep_files(maker.encode(picture, " ".join(maker.words)), frame=read_frame(prompt.pk)) as files:
            attach_image(generation=generation, files=files, provenance={"model_id": maker.model})


def plant_contender(maker: Maker) -> Contender:
    """Return the maker's contender, with its names as slugs."""
    organization = make_organization(slug=maker.organization, name=maker.organization.title())
    model = make_image_model(slug=maker.model, name=maker.model.title(), organization=organization)
    return make_contender(slug=maker.contender, name=maker.contender.title(), image_model=model)


def visit(browser: Browser) -> Iterator[tuple[VotePage, list[list[Answer]]]]:
    """Yield every matchup that new voters get, with the answers for both sides at each width."""
    for _ in range(6):
        client = browser()
        while "data-matchup" in (page := open_vote(client)).html:
            sides = [[ask(client, f"/vote/image/{handle}/{width}.webp") for width in WIDTHS] for handle in page.handles]
            yield page, sides
            send_answer(client, page, "tie")


def test_size_that_a_host_returned_shows_in_nothing_but_pixels(browser: Browser) -> None:
    prompt = make_editing_prompt(size=SOURCE, mask=True)
    plant_edits(prompt)
    shapes = set()
    for page, (left, right) in visit(browser):
        for one, other, width in zip(left, right, WIDTHS, strict=True):
            assert (one.status, one.headers, len(one.body)) == (200, other.headers, len(other.body))
            for answer in (one, other):
                with PillowImage.open(io.BytesIO(answer.body)) as opened:
                    assert opened.size == box_size(width, SOURCE)
                assert found_words(answer.everything) == set()
        text = re.sub(r"/vote/image/[\w-]{22}/", "/vote/image/HANDLE/", page.html)
        shapes.add(re.sub(r'(data-matchup|value|action|data-answer|href)="[^"]*"', "", text))
        assert found_words(page.html.encode()) == set()
    # Every pair of makers was shown, and the pages differ in their tokens only.
    assert Matchup.objects.count() >= 10
    assert len({frozenset([row.left_id, row.right_id]) for row in Matchup.objects.all()}) >= 5
    assert len(shapes) == 1


def test_box_is_filled_so_no_mat_tells_a_size(browser: Browser) -> None:
    prompt = make_editing_prompt(size=SOURCE)
    plant_edits(prompt)
    corners = [(0, 0), (511, 0), (0, 340), (511, 340), (256, 0), (0, 170)]
    seen = set()
    for _, sides in visit(browser):
        for answer in (side[0] for side in sides):
            with PillowImage.open(io.BytesIO(answer.body)) as opened:
                picture = opened.convert("RGB")
            mat = [picture.getpixel(corner) == (128, 128, 128) for corner in corners]
            seen.add(all(mat))
    assert seen == {False}


def test_source_says_nothing_of_the_pair(browser: Browser) -> None:
    prompt = make_editing_prompt(size=SOURCE, sources=2, mask=True)
    plant_edits(prompt)
    sources = gather_sources(prompt.source_images.all())
    named = set()
    for page, _ in visit(browser):
        named.add(frozenset(re.findall(r'/sources/[^"\s]+', page.html)))
    (addresses,) = named
    widths = {f"/sources/{source.sha256}/{width}.webp" for source in sources.pictures for width in (*WIDTHS, 2048)}
    assert addresses == widths | {sources.outline}
