"""An order's fields by the rules of its host: sizes, seeds, names, pictures, and what the host has no place for."""

import base64
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from arena.generation.providers.base import ErrorKind, ProviderError, Request, SourcePicture
from arena.pictures.mask_forms import inverted_mask, plain_mask, transparent_mask

SizeForm = Literal["size", "width_height", "aspect_ratio", "image_size", "none"]
MaskForm = Literal["white", "black", "alpha"]
PictureForm = Literal["data_url", "base64", "url_object", "image_url_object"]
MASKS: dict[str, Callable[[bytes], bytes]] = {"white": plain_mask, "black": inverted_mask, "alpha": transparent_mask}
# Seeds are kept below this, which every host takes.
SEED_LIMIT = 2**31


@dataclass(frozen=True)
class FieldRules:
    """How one host names and shapes the fields of an order; every family's options begin with these.

    `extra` is sent with each order, below the contender's settings; `drop` is never sent; `rename` comes last. `size`
    says what becomes of a setting `size` such as "1536x1024". `image_field` takes one picture and `images_field`
    several, or one where `image_field` is empty; with `numbered` the second goes into `image_field` + "_2", and so on.
    `mask_form` says where the picture may change: where the mask is white, black, or transparent ("alpha"). An empty
    name means that the host has no such field. `free` is for an operator's own server, which charges nothing.
    `patience` is the seconds of one call, where the server is slower than CALL_SECONDS allows.
    """

    prompt_field: str = "prompt"
    negative_prompt_field: str = ""
    seed_field: str = ""
    size: SizeForm = "size"
    drop: tuple[str, ...] = ()
    rename: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    image_field: str = "image"
    images_field: str = "images"
    numbered: bool = False
    most_sources: int = 1
    picture_form: PictureForm = "data_url"
    mask_field: str = ""
    mask_form: MaskForm = "white"
    free: bool = False
    patience: int = 0


@dataclass(frozen=True)
class OrderFields:
    """The fields without prompt and pictures, and what was asked for but has no place at the host."""

    plain: dict[str, Any]
    dropped: tuple[str, ...]

    @property
    def applied(self) -> dict[str, Any]:
        """What goes into the record of applied parameters."""
        return self.plain | ({"dropped": list(self.dropped)} if self.dropped else {})


def plain_fields(request: Request, rules: FieldRules) -> OrderFields:
    """Return an order's fields in the host's own words. Raises ProviderError for pictures that the host cannot take."""
    _check_pictures(request, rules)
    given: dict[str, Any] = {**rules.extra, **request.settings}
    missing = [name for name in rules.drop if name in given]
    fields = {name: value for name, value in given.items() if name not in rules.drop}
    if "size" in fields:
        fields |= _size_fields(str(fields.pop("size")), rules.size)
        missing += ["size"] if rules.size == "none" else []
    if rules.negative_prompt_field and request.negative_prompt:
        fields[rules.negative_prompt_field] = request.negative_prompt
    elif request.negative_prompt:
        missing.append("negative_prompt")
    if rules.seed_field:
        fields.setdefault(rules.seed_field, request.seed % SEED_LIMIT)
    if request.mask is not None and not rules.mask_field:
        missing.append("mask")
    return OrderFields({rules.rename.get(name, name): value for name, value in fields.items()}, tuple(missing))


def picture_fields(request: Request, rules: FieldRules) -> dict[str, Any]:
    """Return the sources and the mask as fields of a JSON body."""
    shown = [_shape(source, rules.picture_form) for source in request.sources]
    fields: dict[str, Any] = {}
    if rules.numbered:
        fields = {
            f"{rules.image_field}_{place}" if place > 1 else rules.image_field: each
            for place, each in enumerate(shown, 1)
        }
    elif shown and rules.image_field and (len(shown) == 1 or not rules.images_field):
        fields[rules.image_field] = shown[0]
    elif shown:
        fields[rules.images_field] = shown
    if (mask := mask_picture(request, rules)) is not None:
        fields[rules.mask_field] = _shape(mask, rules.picture_form)
    return fields


def mask_picture(request: Request, rules: FieldRules) -> SourcePicture | None:
    """Return the mask in the host's form; None if there is none or the host has no place for it."""
    if request.mask is None or not rules.mask_field:
        return None
    first = request.sources[0]
    return SourcePicture(MASKS[rules.mask_form](request.mask), "image/png", first.width, first.height)


def _check_pictures(request: Request, rules: FieldRules) -> None:
    if len(request.sources) > rules.most_sources:
        what = f"{rules.most_sources} pictures" if rules.most_sources else "no pictures"
        message = f"The host takes {what} with a prompt, and this one has {len(request.sources)}."
        raise ProviderError(ErrorKind.INVALID, message, billed="no")


def _size_fields(size: str, form: SizeForm) -> dict[str, Any]:
    width, _, height = size.partition("x")
    if form == "none":
        return {}
    if form == "size" or not (width.isdecimal() and height.isdecimal()):
        # "auto" and the like are the host's own words.
        return {"size": size}
    wide, high = int(width), int(height)
    if form == "width_height":
        return {"width": wide, "height": high}
    if form == "image_size":
        return {"image_size": {"width": wide, "height": high}}
    divisor = math.gcd(wide, high) or 1
    return {"aspect_ratio": f"{wide // divisor}:{high // divisor}"}


def _shape(picture: SourcePicture, form: PictureForm) -> Any:
    if form == "base64":
        return base64.b64encode(picture.data).decode()
    if form == "url_object":
        return {"type": "image_url", "url": picture.data_url}
    if form == "image_url_object":
        return {"type": "image_url", "image_url": {"url": picture.data_url}}
    return picture.data_url
