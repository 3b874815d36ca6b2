"""An arena in which every image carries its maker's name wherever outside bytes could hold one."""

import io
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from django.core.files.storage import default_storage
from PIL import Image as PillowImage
from PIL import ImageCms
from PIL.PngImagePlugin import PngInfo

from arena.catalog.curation import open_prompts
from arena.catalog.models import Contender, Offering, Prompt, Provider
from arena.generation.imports.import_plan import Choices
from arena.generation.imports.planning import plan_import
from arena.generation.imports.reading.folder_files import read_folder
from arena.generation.imports.writing.importing import import_planned
from arena.generation.ingest.images import attach_image, keep_files, prepare_image
from arena.generation.ingest.rendering_again import render_waiting
from arena.generation.ingest.renditions import WIDTHS
from arena.generation.models import Attempt, Generation, Image, Run
from tests.factories import make_category, make_contender, make_image_model, make_organization, make_prompt, make_run


@dataclass(frozen=True)
class Maker:
    """A contender with its own kind of file. The names are words that occur nowhere by chance.

    `size` is that of its picture of the first prompt, which has detail renditions for that; others fit WIDTHS.
    """

    organization: str
    model: str
    contender: str
    encode: Callable[[PillowImage.Image, str], bytes]
    size: tuple[int, int] = (1024, 1024)
    grain: int = 0

    @property
    def words(self) -> tuple[str, str, str]:
        """All three names."""
        return self.organization, self.model, self.contender


@dataclass(frozen=True)
class Plant:
    """What was planted: contenders in the order of MAKERS, prompts in play, and one open prompt."""

    contenders: list[Contender]
    played: list[Prompt]
    opened: Prompt

    def images(self, state: str) -> list[Image]:
        """Return the images of prompts in this state."""
        return list(Image.objects.filter(generation__prompt__state=state).select_related("generation").order_by("pk"))


def _profile(words: str) -> bytes:
    """Return an sRGB profile whose description names the maker."""
    name = "sRGB built-in"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    spelled = words.ljust(len(name))[: len(name)]
    return profile.replace(name.encode("utf-16-be"), spelled.encode("utf-16-be"))


def _metadata(words: str) -> dict[str, object]:
    exif = PillowImage.Exif()
    exif[0x010E], exif[0x0131], exif[0x013B] = words, f"Software of {words}", words
    return {"exif": exif, "xmp": f'<x:xmpmeta xmlns:x="adobe:ns:meta/">{words}</x:xmpmeta>'.encode()}


def _encode(picture: PillowImage.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def jpeg_with_comment(picture: PillowImage.Image, words: str) -> bytes:
    """A JPEG with a COM segment, EXIF, XMP and a named colour profile."""
    return _encode(picture, "JPEG", comment=words.encode(), icc_profile=_profile(words), **_metadata(words))


def png_with_text(picture: PillowImage.Image, words: str) -> bytes:
    """A PNG with tEXt, zTXt and iTXt chunks and XMP."""
    info = PngInfo()
    info.add_text("parameters", words)
    info.add_text("Comment", words, zip=True)
    info.add_itxt("Author", words)
    return _encode(picture, "PNG", pnginfo=info, compress_level=1, **_metadata(words))


def webp_with_alpha(picture: PillowImage.Image, words: str) -> bytes:
    """A translucent WebP with EXIF, XMP and a named colour profile."""
    picture.putalpha(220)
    return _encode(picture, "WEBP", method=0, icc_profile=_profile(words), **_metadata(words))


def avif(picture: PillowImage.Image, words: str) -> bytes:
    """An AVIF with EXIF and XMP."""
    return _encode(picture, "AVIF", speed=10, **_metadata(words))


def png_with_content_credentials(picture: PillowImage.Image, words: str) -> bytes:
    """A translucent PNG with a C2PA chunk, and more C2PA data after the end of the picture."""
    picture.putalpha(255)
    file = _encode(picture, "PNG", compress_level=1, icc_profile=_profile(words))
    data = struct.pack(">I4s", 60 + len(words), b"jumb") + b"\0\0\0\x1ejumdc2pa" + words.encode()
    chunk = struct.pack(">I", len(data)) + b"caBX" + data + struct.pack(">I", zlib.crc32(b"caBX" + data))
    header = 8 + 25
    return file[:header] + chunk + file[header:] + words.encode()


MAKERS = (
    Maker("zyxomandel", "quorvexil", "brindlefax", jpeg_with_comment),
    Maker("plurnivast", "ogdranthe", "wexcupple", png_with_text, size=(1536, 1024), grain=24),
    Maker("thwimbrost", "jaspelunk", "vondrizzle", webp_with_alpha, grain=8),
    Maker("crelmuxion", "fizzwharl", "nubbertrag", avif, size=(1024, 1536), grain=4),
    Maker("skolpavine", "dramquilt", "yuvendross", png_with_content_credentials, size=(512, 512), grain=48),
)
WORDS = tuple(word for maker in MAKERS for word in maker.words)
# The pictures of the last maker come from a folder, so file names contain its names.
IMPORTED = MAKERS[-1]


def found_words(content: bytes, words: Iterable[str] = WORDS) -> set[str]:
    """Return the planted words found in the content, in upper or lower case, in UTF-8 or UTF-16."""
    lower = content.lower()
    spellings = ("utf-8", "utf-16-le", "utf-16-be")
    return {word for word in words if any(word.encode(spelling) in lower for spelling in spellings)}


def paint(maker: Maker, number: int) -> PillowImage.Image:
    """Return a picture unique to this maker and number; makers differ in grain, so their files differ in size."""
    rng = np.random.default_rng([MAKERS.index(maker), number])
    coarse = PillowImage.fromarray(rng.integers(0, 256, (6, 6, 3), dtype=np.uint8))
    width, height = maker.size if number == 0 else (min(side, max(WIDTHS)) for side in maker.size)
    pixels = np.asarray(coarse.resize((width, height), PillowImage.Resampling.BICUBIC)).astype(np.int16)
    if maker.grain:
        pixels = pixels + rng.integers(-maker.grain, maker.grain + 1, pixels.shape, dtype=np.int16)
    return PillowImage.fromarray(pixels.clip(0, 255).astype(np.uint8))


@cache
def draw_file(maker: Maker, number: int) -> bytes:
    """Return the maker's file of this number. Modules of tests that share a process share it."""
    return maker.encode(paint(maker, number), " ".join(maker.words[::-1]))


# Rendering takes most of the time of planting, and nothing of it depends on the arena.
prepare_once = cache(prepare_image)


def plant_arena(*, folder: Path, played: int = 4) -> Plant:
    """Plant five makers × prompts in play, and one open prompt, through the real ingest; `folder` must be empty."""
    contenders = [_plant_contender(maker) for maker in MAKERS]
    categories = [make_category(), make_category()]
    prompts = [make_prompt(category=categories[number % 2]) for number in range(played + 1)]
    run = make_run(name="A run of a test")
    for number, prompt in enumerate(prompts):
        for maker, contender in zip(MAKERS, contenders, strict=True):
            data = draw_file(maker, number)
            if maker is IMPORTED:
                path = folder / contender.slug / f"{prompt.slug}-0.png"
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(data)
            else:
                _plant_image(run, contender, prompt, data, maker)
    import_planned(plan=plan_import(folder=read_folder(folder), choices=Choices()))
    assert render_waiting() == 3
    open_prompts(prompts=prompts[-1:])
    return Plant(contenders=contenders, played=prompts[:-1], opened=prompts[-1])


def _plant_contender(maker: Maker) -> Contender:
    organization = make_organization(slug=f"{maker.organization}-labs", name=f"{maker.organization.title()} Labs")
    model = make_image_model(slug=f"{maker.model}-2", name=f"{maker.model.title()} 2", organization=organization)
    provider = Provider.objects.create(slug=f"{maker.organization}-api", name=f"{maker.organization.title()} API")
    Offering.objects.create(provider=provider, image_model=model, model_id=f"{maker.model}-2-preview")
    name = f"{maker.contender.title()} high"
    settings = {"quality": maker.contender}
    return make_contender(slug=f"{maker.contender}-high", name=name, image_model=model, settings=settings)


def _plant_image(run: Run, contender: Contender, prompt: Prompt, data: bytes, maker: Maker) -> None:
    generation = Generation.objects.create(
        run=run, contender=contender, prompt=prompt, state=Generation.State.DONE, seconds=1.0 + MAKERS.index(maker),
        handle={"poll": f"https://{maker.organization}.example/jobs/polled-{prompt.pk}-{contender.pk}.png"},
    )  # fmt: skip
    provenance = {"model_id": maker.model, "url": f"https://{maker.organization}.example/{prompt.slug}.png"}
    with keep_files(data, prepare_once(data)) as files:
        attach_image(generation=generation, files=files, provenance=provenance)
    Attempt.objects.create(generation=generation, number=1, outcome="done", message=f"Made by {maker.model}")


def original_bytes(image: Image) -> bytes:
    """Return the private original."""
    return read_file(image.storage_key)


def read_file(key: str) -> bytes:
    """Return a stored file."""
    with default_storage.open(key) as file:
        data: bytes = file.read()
    return data
