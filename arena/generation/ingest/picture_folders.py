"""Imports pictures from disk, `<contender>/<prompt-slug>[-n].png`: all are checked first; an import can be resumed."""

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from arena.catalog.models import Category, Contender, ImageModel, Modality, Organization, Prompt
from arena.errors import Conflict, DomainError
from arena.generation.ingest.decoding import MAX_BYTES, BadImage, inspect_image
from arena.generation.ingest.images import attach_image, keep_files
from arena.generation.models import Generation, Image, Run
from arena.generation.transitions import NEW, GenerationMove, RunMove

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".avif"})
NUMBERED = re.compile(r"(?P<slug>.+)-(?P<sample>\d{1,4})")
MAX_SLUG = 80
MAX_NAME = 120
# Control characters, and the surrogates by which Python writes bytes that are not UTF-8: PostgreSQL accepts neither.
UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


class BadFolder(DomainError):
    """Nothing was imported; `problems` holds one line per file, naming it and the reason."""

    code = "bad_folder"

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"{len(problems)} files cannot be imported; nothing was imported.")
        self.problems = problems


@dataclass(frozen=True)
class Picture:
    """One file to import: its contender, its prompt, and its number among that prompt's files (0 without a number)."""

    path: Path
    name: str
    contender: str
    contender_name: str
    prompt: str
    sample: int
    sha256: str


def check_folder(*, folder: Path) -> list[Picture]:
    """Return the pictures of the folder that are not imported yet, each decoded once.

    Raises BadFolder, and DomainError for a folder without pictures.
    """
    problems: list[str] = []
    files = list(_image_files(folder, problems))
    if not files and not problems:
        raise DomainError(f"{_shown(folder)} holds no images. Put them in as contender/prompt.png.")
    bases = _prompt_slugs(files)
    taken: dict[tuple[str, str, int], str] = {}
    pictures = []
    for file in files:
        try:
            picture = _read(folder, file, bases)
            key = (picture.contender, picture.prompt, picture.sample)
            if key in taken:
                raise BadImage(f"It stands for the same image as {taken[key]}.")
            taken[key] = picture.name
            if not _is_known(picture):
                inspect_image(file.read_bytes())
                pictures.append(picture)
        except BadImage as error:
            problems.append(f"{_shown(file.relative_to(folder))}: {error.message}")
    if problems:
        raise BadFolder(sorted(problems))
    return pictures


def import_pictures(*, pictures: Iterable[Picture], name: str, on_kept: Callable[[], None]) -> Run | None:
    """Store checked pictures as one finished run, one transaction each; an interruption keeps what is stored.

    Raises Conflict if a file has changed since it was checked, or another import has stored one.
    """
    run: Run | None = None
    finished = RunMove.IMPORT.reach(NEW, Run.State.FINISHED)
    for picture in pictures:
        try:
            run = _keep(picture, run or Run(name=name, state=finished))
        except IntegrityError as error:
            raise Conflict(
                _("%(file)s was imported by somebody else meanwhile. Import again.") % {"file": picture.name}
            ) from error
        except BadImage as error:
            raise Conflict(
                _("%(file)s changed after it was checked. %(why)s Import again.")
                % {"file": picture.name, "why": error.message}
            ) from error
        on_kept()
    return run


def draft_prompts(*, run: Run) -> list[str]:
    """Return the slugs of the run's prompts that nobody votes on, because they or their categories are drafts."""
    drafts = Prompt.objects.filter(
        Q(state=Prompt.State.DRAFT) | Q(state=Prompt.State.PLAY, category__state=Category.State.DRAFT),
        generations__run=run,
    )
    return list(drafts.order_by("slug").values_list("slug", flat=True).distinct())


def _image_files(folder: Path, problems: list[str]) -> Iterator[Path]:
    for file in sorted(_files_below(folder, problems)):
        parts = file.relative_to(folder).parts
        if not file.is_file():
            problems.append(f"{_shown(Path(*parts))}: It is not a file, or is a link to a folder or to nothing.")
        elif len(parts) != 2:
            problems.append(f"{_shown(Path(*parts))}: It is not in a contender's folder, as in contender/prompt.png.")
        elif file.suffix.lower() not in SUFFIXES:
            problems.append(f"{_shown(Path(*parts))}: Its name does not end in {', '.join(sorted(SUFFIXES))}.")
        else:
            yield file


def _files_below(folder: Path, problems: list[str]) -> Iterator[Path]:
    """Yield what is in the folder and its subfolders, without hidden files; links to folders are not followed."""

    def note(error: OSError) -> None:
        problems.append(f"{_shown(Path(error.filename).relative_to(folder))}: It cannot be read ({error.strerror}).")

    for base, folders, names in os.walk(folder, onerror=note):
        links = [name for name in folders if Path(base, name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(base, name) for name in (*names, *links) if not name.startswith("."))


def _prompt_slugs(files: Iterable[Path]) -> set[str]:
    """Return the slugs whose own last part may be a number: known prompts, and what other files add a number to."""
    numbered = (NUMBERED.fullmatch(_prompt_slug(file)) for file in files)
    return {match["slug"] for match in numbered if match} | set(Prompt.objects.values_list("slug", flat=True))


def _read(folder: Path, file: Path, bases: set[str]) -> Picture:
    stem, contender = _prompt_slug(file), slugify(file.parent.name)
    match = NUMBERED.fullmatch(stem)
    prompt, sample = (match["slug"], int(match["sample"])) if match and stem not in bases else (stem, 0)
    if not prompt or not contender or max(len(prompt), len(contender)) > MAX_SLUG:
        raise BadImage(f"Its name and its folder's must make slugs of 1 to {MAX_SLUG} letters and digits.")
    name = file.relative_to(folder).as_posix()
    if UNWRITABLE.search(name) or len(file.parent.name) > MAX_NAME:
        raise BadImage(f"Its name must be UTF-8 text without control characters, its folder's of {MAX_NAME} at most.")
    return Picture(file, name, contender, file.parent.name, prompt, sample, _hash(file))


def _prompt_slug(file: Path) -> str:
    """Return the file's name as a prompt's slug, in any script, as `import_prompts` makes it."""
    return slugify(file.stem, allow_unicode=True)


def _hash(file: Path) -> str:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadImage(f"The file has {file.stat().st_size:,} bytes; at most {MAX_BYTES:,} are taken.")
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as error:
        raise BadImage(f"It cannot be read ({error.strerror}).") from error


def _shown(path: Path) -> str:
    """Return the name for people, with unprintable characters escaped."""
    return UNWRITABLE.sub(lambda found: ascii(found[0])[1:-1], path.as_posix())


def _is_known(picture: Picture) -> bool:
    """Tell whether the picture is imported already. Raises BadImage if another one has its place."""
    imported = Image.objects.filter(
        generation__contender__slug=picture.contender, provenance__file=picture.name, sha256=picture.sha256
    )
    if imported.exists():
        return True
    generation = (
        Generation.objects.select_related("image")
        .filter(contender__slug=picture.contender, prompt__slug=picture.prompt, sample=picture.sample)
        .first()
    )
    if generation is None:
        return False
    if getattr(generation, "image", None) is None:
        raise BadImage("This image is planned to be generated; cancel its run first.")
    if generation.image.sha256 != picture.sha256:
        raise BadImage("Another image has its place; images are never replaced.")
    return True


def _keep(picture: Picture, run: Run) -> Run:
    """Store one picture. The run is written with its first picture, so that a failure leaves no empty run."""
    try:
        data = picture.path.read_bytes()
    except OSError as error:
        raise BadImage(f"It cannot be read ({error.strerror}).") from error
    with keep_files(data) as files, transaction.atomic():
        if run.pk is None:
            run.save()
        now = timezone.now()
        generation = Generation.objects.create(
            run=run, contender=_contender(picture), prompt=_prompt(picture), sample=picture.sample,
            state=GenerationMove.IMPORT.reach(NEW, Generation.State.DONE), finished_at=now,
        )  # fmt: skip
        attach_image(generation=generation, files=files, provenance={"file": picture.name})
        Contender.objects.filter(pk=generation.contender_id, frozen_at=None).update(frozen_at=now)
        Prompt.objects.filter(pk=generation.prompt_id, frozen_at=None).update(frozen_at=now)
    return run


def _contender(picture: Picture) -> Contender:
    found = Contender.objects.filter(slug=picture.contender).first()
    if found is not None:
        return found
    organization, _made = Organization.objects.get_or_create(slug="imported", defaults={"name": "Imported"})
    image_model, _made = ImageModel.objects.get_or_create(
        slug=picture.contender,
        defaults={
            "name": picture.contender_name, "organization": organization, "modalities": [Modality.TEXT_TO_IMAGE],
        },
    )  # fmt: skip
    # The settings of imported pictures are unknown; the name tells them from the model's other contenders.
    return Contender.objects.create(
        slug=picture.contender, name=picture.contender_name, image_model=image_model,
        settings={"imported": picture.contender},
    )  # fmt: skip


def _prompt(picture: Picture) -> Prompt:
    found = Prompt.objects.filter(slug=picture.prompt).first()
    if found is not None:
        return found
    # The category may be a draft: `import_prompts` creates it for prompts without one.
    category, _made = Category.objects.update_or_create(
        slug="imported",
        defaults={"state": Category.State.ACTIVE},
        create_defaults={
            "name": "Imported", "criterion": "Which image fits its prompt better?", "state": Category.State.ACTIVE,
        },
    )  # fmt: skip
    title = picture.prompt.replace("-", " ").capitalize()
    return Prompt.objects.create(
        slug=picture.prompt, title=title, text=title, category=category, state=Prompt.State.PLAY, licence=""
    )
