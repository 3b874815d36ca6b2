"""The drawn card: its size, what of it depends on the ratings, and texts that the fonts lack."""

import io
import re
from dataclasses import replace

import numpy as np
from django.conf import settings
from numpy.typing import NDArray
from PIL import Image

from leaderboard.presentation.sharing.cards import paper_colours
from leaderboard.presentation.sharing.cards.lettering_fonts import covered, cut, fit, measure, wrap
from leaderboard.presentation.sharing.cards.share_card import HEIGHT, WIDTH, CardRow, ShareCard, draw_card

ROW = CardRow("1–2", "A model", "a-model", 1540, 1520, 1560, "1540 ±20")
CARD = ShareCard("Text to image", "Überall – μ", "overall", "The votes do not tell.", (ROW,), "400 votes")


def pixels(card: ShareCard) -> NDArray[np.uint8]:
    with Image.open(io.BytesIO(draw_card(card))) as drawn:
        return np.asarray(drawn.convert("RGB"))


def test_card_has_the_size_that_sites_expect_and_is_small() -> None:
    drawn = draw_card(CARD)
    assert pixels(CARD).shape == (HEIGHT, WIDTH, 3)
    assert len(drawn) < 40_000


def test_card_draws_the_interval_as_wide_as_it_is() -> None:
    def marked(card: ShareCard) -> int:
        row = pixels(card)[290 + 3 * 18 + 18, 600:900].astype(int)
        return int(((row[:, 2] - row[:, 0]) > 80).sum())

    wide = replace(CARD, rows=(replace(ROW, low=1440, high=1640), replace(ROW, low=1440, high=1640)))
    narrow = replace(wide, rows=(replace(ROW, low=1530, high=1550), wide.rows[1]))
    assert marked(wide) > 3 * marked(narrow) > 0


def test_text_that_the_fonts_lack_is_left_out() -> None:
    assert covered("Grüße, Привет, مرحبا – ±8 → μ") == "Grüße, Привет, مرحبا – ±8 → μ"
    assert covered("猫の絵", instead="neko") == "neko"
    assert covered("a\tb\n c") == "a b c"
    lacking = replace(CARD, title="猫", plain_title="", finding="🐈", kicker="猫", foot="猫")
    empty = replace(CARD, title="", plain_title="", finding="", kicker="", foot="")
    assert np.array_equal(pixels(lacking), pixels(empty))


def test_long_texts_are_cut_within_their_width() -> None:
    text, size = fit("A very long name of a model " * 4, 300, (28, 20))
    assert (size, text[-1]) == (20, "…")
    assert measure(text, size) <= 300
    assert cut("short", 300, 20) == "short"
    lines = wrap("word " * 100, 400, 20, most=2)
    assert len(lines) == 2
    assert lines[1].endswith("…")
    assert max(measure(line, 20) for line in lines) <= 400


def test_colours_are_those_of_the_light_theme() -> None:
    tokens = (settings.BASE_DIR / "arena" / "static" / "arena" / "css" / "tokens.css").read_text()
    light = set(re.findall(r"light-dark\((#[0-9a-f]+),", tokens))
    own = {value for name, value in vars(paper_colours).items() if name.isupper()}
    assert len(own) == 6
    assert own <= light


def test_other_content_has_another_digest() -> None:
    assert CARD.digest == replace(CARD).digest
    assert CARD.digest != replace(CARD, foot="401 votes").digest


def test_control_characters_are_never_drawn() -> None:
    every = "".join(map(chr, range(1, 32)))
    strange = replace(CARD, title=f"A{every}B", rows=(replace(ROW, name=f"C{every}D"),))
    plain = replace(CARD, title=CARD.plain_title, rows=(replace(ROW, name=ROW.plain_name),))
    assert np.array_equal(pixels(strange), pixels(plain))
