"""A real browser decodes a padded rendition like the unpadded file."""

import base64

import pytest
from playwright.sync_api import Browser

from arena.fake_provider.server import make_png
from arena.generation.ingest.renditions import length_class, make_renditions, pad_rendition
from arena.pictures.decoding import inspect_image

DECODE = """async encoded => {
    const image = new Image();
    image.src = "data:image/webp;base64," + encoded;
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
    let sum = 0;
    for (const value of data) sum = (sum * 31 + value) % 4294967296;
    return [canvas.width, canvas.height, sum];
}"""


@pytest.mark.browser
def test_padded_rendition_decodes_in_chromium(chromium: Browser) -> None:
    renditions = make_renditions(inspect_image(make_png("x", width=640, height=400)).picture)
    page = chromium.new_page()
    for width, webp in renditions.items():
        plain, padded = (
            page.evaluate(DECODE, base64.b64encode(file).decode())
            for file in (webp, pad_rendition(webp, length_class(width, len(webp))))
        )
        assert padded == plain
        assert padded[:2] == [width, width]
    page.close()
