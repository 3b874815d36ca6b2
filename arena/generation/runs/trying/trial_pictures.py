"""The pictures of trial calls: one to edit, its mask, and what the answer looks like beside them."""

import io
from collections.abc import Mapping
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from arena.catalog.list_prices import size_of
from arena.generation.providers.base import SourcePicture
from arena.pictures.decoding import Decoded

SIDE = 512
# The ball of the source, and around it the part of the mask that may change.
BALL = (300, 180, 460, 340)
HOLE = (270, 150, 490, 370)
# Mean differences of pixels, of 255: less is the noise of a codec, more is a change.
NOISE = 6.0
# Ratios of width and height are the same if they differ by less.
RATIO = 0.02
FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
Findings = tuple[list[str], list[str]]


def draw_source() -> SourcePicture:
    """Return a picture of a blue ball and a yellow box."""
    return SourcePicture(_save(_scene()), "image/png", SIDE, SIDE)


def draw_mask() -> bytes:
    """Return a mask in Easel's form that is white around the ball."""
    picture = Image.new("L", (SIDE, SIDE), 0)
    picture.paste(255, HOLE)
    return _save(picture)


def tell_picture(found: Decoded, settings: Mapping[str, Any], *, edited: bool) -> Findings:
    """Return what a picture is like, and where its size or format is not what the settings ask for."""
    width, height = found.picture.size
    facts, differs = [f"{found.format}, {width} × {height}."], []
    asked = _asked_size(settings)
    if asked and not edited and asked != (width, height):
        differs.append(f"{asked[0]} × {asked[1]} was asked for, {width} × {height} came.")
    ratio = _asked_ratio(settings)
    if ratio and not edited and abs(width / height / ratio - 1) > RATIO:
        differs.append(f"The aspect ratio {settings['aspect_ratio']} was asked for, {width} × {height} came.")
    if edited and abs(width / height - 1) > RATIO:
        differs.append(f"The source is square, the edit is {width} × {height}.")
    wanted = FORMATS.get(str(settings.get("output_format", "")).lower())
    if wanted and wanted != found.format:
        differs.append(f"{wanted} was asked for, {found.format} came.")
    return facts, differs


def tell_edit(picture: Image.Image, *, masked: bool) -> Findings:
    """Return how much of the source an edit changed, and whether that is where the mask allows it."""
    change = np.abs(np.asarray(picture.resize((SIDE, SIDE)), float) - np.asarray(_scene(), float)).mean(axis=2)
    left, top, right, bottom = HOLE
    inside = change[top:bottom, left:right].mean()
    rest = np.ones(change.shape, bool)
    rest[top:bottom, left:right] = False
    outside = change[rest].mean()
    facts = [f"Mean change of pixels: {inside:.1f} of 255 at the ball, {outside:.1f} elsewhere."]
    if max(inside, outside) < NOISE:
        return facts, ["The edit is the source unchanged."]
    if masked and outside > inside:
        return facts, ["More changed where the mask forbids it: its polarity may be wrong."]
    return facts, []


def _scene() -> Image.Image:
    picture = Image.new("RGB", (SIDE, SIDE), "#d9d4c8")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 340, SIDE, SIDE), fill="#8a6a4a")
    pen.rectangle((70, 200, 220, 340), fill="#e6c229")
    pen.ellipse(BALL, fill="#2b5fd0")
    return picture


def _asked_size(settings: Mapping[str, Any]) -> tuple[int, int] | None:
    width, sign, height = size_of(settings).partition("x")
    return (int(width), int(height)) if sign and width.isdecimal() and height.isdecimal() else None


def _asked_ratio(settings: Mapping[str, Any]) -> float | None:
    text = str(settings.get("aspect_ratio", "")).replace("x", ":")
    width, sign, height = text.partition(":")
    return int(width) / int(height) if sign and width.isdecimal() and height.isdecimal() and int(height) else None


def _save(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
