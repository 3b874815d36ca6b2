"""Source images are public under the hash of their file; those of drafts are for staff."""

import io
from pathlib import Path

import pytest
from django.test import Client
from PIL import Image

from arena.catalog.models import Category, SourceImage
from arena.generation.ingest.public_sources import PromptSources, gather_sources
from arena.generation.ingest.renditions import WIDTHS
from tests.factories import make_editing_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def sources_of(**fields: object) -> PromptSources:
    """Return the sources of a new editing prompt."""
    return gather_sources(make_editing_prompt(**fields).source_images.all())  # type: ignore[arg-type]


def test_source_is_served_for_ever_in_its_own_shape_without_metadata(client: Client, storage: Path) -> None:
    (source,) = sources_of(size=(96, 64)).pictures
    for width in WIDTHS:
        answer = client.get(source.url(width))
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Vary" not in answer.headers
        with Image.open(io.BytesIO(answer.content)) as opened:
            assert (opened.format, opened.size) == ("WEBP", (width, round(width * 2 / 3)))
            assert not {"exif", "icc_profile", "xmp"} & set(opened.info)
        assert client.get(source.url(width)).content == answer.content
    assert f"{source.url(512)} 512w, " in source.srcset
    assert source.box == (1024, 683)


def test_tall_source_names_its_true_widths() -> None:
    (source,) = sources_of(size=(64, 96)).pictures
    assert [part.split()[1] for part in source.srcset.split(", ")] == ["341w", "512w", "683w"]


def test_outline_is_an_svg_of_the_mask_alone(client: Client, storage: Path) -> None:
    sources = sources_of(size=(96, 64), mask=True)
    answer = client.get(sources.outline)
    assert (answer.headers["Content-Type"], answer.content[:4]) == ("image/svg+xml", b"<svg")
    assert client.get(f"/sources/{sources.pictures[0].sha256}/outline.svg").status_code == 404
    assert client.get(f"/sources/{sources.mask}/512.webp").status_code == 404


@pytest.mark.parametrize("draft", ["prompt", "category"])
def test_source_of_a_draft_is_for_staff_only(client: Client, admin_client: Client, storage: Path, draft: str) -> None:
    sources = sources_of(state="draft" if draft == "prompt" else "play", mask=True)
    if draft == "category":
        Category.objects.update(state="draft")
    for address in (sources.pictures[0].src, sources.outline):
        assert client.get(address).status_code == 404
        seen = admin_client.get(address)
        assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "private, no-store")


def test_source_at_another_width_or_hash_is_not_found(client: Client, storage: Path) -> None:
    (source,) = sources_of().pictures
    assert client.get(source.src).status_code == 200
    for address in (source.url(640), f"/sources/{'0' * 64}/512.webp", f"/sources/{source.sha256[:-1]}/512.webp"):
        assert client.get(address).status_code == 404


def test_rendition_that_was_cut_short_is_made_again(client: Client, storage: Path) -> None:
    (source,) = sources_of().pictures
    whole = client.get(source.small).content
    (kept,) = storage.glob("sources/*/*.webp")
    kept.write_bytes(whole[:100])
    assert client.get(source.small).content == whole
    assert kept.read_bytes() == whole


def test_source_whose_file_is_missing_is_not_found(client: Client, storage: Path) -> None:
    (source,) = sources_of().pictures
    (storage / SourceImage.objects.get().storage_key).unlink()
    assert client.get(source.src).status_code == 404
