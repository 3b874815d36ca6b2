"""Plans an import: reads a folder's files, checks every picture, and finds what each is. Nothing is written."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path, PurePosixPath

from arena.errors import DomainError
from arena.generation.imports.checking import CheckedPicture, check_on_all_cores
from arena.generation.imports.contender_names import name_contenders
from arena.generation.imports.grouping import MAX_SAMPLE, Piece, group_pieces
from arena.generation.imports.holdings import (
    Place,
    images_of_prompts,
    known_contenders,
    known_prompts,
    pixels_of_files,
    places_of_contenders,
)
from arena.generation.imports.import_plan import (
    BY_PROMPT,
    Choices,
    Plan,
    PlannedContender,
    PlannedPicture,
    PlannedPrompt,
)
from arena.generation.imports.layouts import Placed, advise_layout, place_pictures
from arena.generation.imports.prompt_texts import (
    FILE_NAME,
    MANIFEST,
    METADATA,
    TEXT_FILE,
    Claim,
    best_claim,
    settle_prompts,
)
from arena.generation.imports.reading.file_names import NameParts, read_name
from arena.generation.imports.reading.folder_files import PICTURES, PROMPT_LISTS, FolderFiles, FoundFile, Remark
from arena.generation.imports.reading.naming import fold_name, prompt_slug, show_name, tidy_name
from arena.generation.imports.reading.text_files import BadTextFile, PromptList, read_prompt_list, read_sidecar
from arena.generation.imports.seating import find_places

Checks = Callable[[Sequence[tuple[Path, str]]], Iterable[CheckedPicture]]


@dataclass(frozen=True)
class Texts:
    """What text files say: prompts by folder and stem, at the root by slug, and a list by its file's name.

    `unused` names no picture, `broken` cannot be read.
    """

    beside: Mapping[tuple[str, str], str]
    at_root: Mapping[str, str]
    listed: PromptList
    list_name: str
    unused: tuple[Remark, ...]
    broken: tuple[Remark, ...]


def plan_import(
    *, folder: FolderFiles, choices: Choices, on_checked: Callable[[int], None] = lambda checked: None,
    check: Checks = check_on_all_cores,
) -> Plan:  # fmt: skip
    """Return what an import of these files would do. `on_checked` is told after each picture how many are checked.

    `check` checks pictures, given as paths with the hash of bytes that are known.
    Raises DomainError for a folder without pictures, and BadTextFile.
    """
    if not folder.pictures and not folder.problems:
        count = len(folder.ignored)
        passed = f" {count:,} files are" if count > 1 else " 1 file is"
        passed = f"{passed} ignored: {folder.ignored[0].name}{' …' if count > 1 else '.'}" if count else ""
        raise DomainError(f"{show_name(folder.label)} holds no images. Put them in as contender/prompt.png.{passed}")
    contenders, prompts = known_contenders(), known_prompts()
    alike = {fold_name(text) for each in contenders for text in (each.slug, each.name)}
    placed, problems, ignored, questions = place_pictures(
        folder.pictures, choices, contenders=alike, prompts=prompts.names
    )
    if advice := advise_layout(folder.pictures) if not placed and choices.manifest is None else "":
        raise DomainError(advice)
    named, more = name_contenders({each.contender for each in placed}, contenders, choices)
    before = places_of_contenders({contender.slug for contender in named.values()})
    checked = _check(placed, named, before, check, on_checked)
    bad = [Remark(name, picture.problem) for name, picture in checked.items() if picture.problem]
    texts = _read_texts(folder, placed, choices.encoding)
    placed = [each for each in placed if not checked[each.file.name].problem]
    claims = {each.file.name: _claims(each, checked[each.file.name], texts) for each in placed}
    pieces, readings, nameless = group_pieces(
        [_piece(each, claims[each.file.name]) for each in placed], numbers=choices.numbers,
        slugs=prompts.names | texts.listed.slugs | _slugs_of_manifest(placed), listed=texts.listed,
    )  # fmt: skip
    hashes = {name: picture.sha256 for name, picture in checked.items()}
    owners = {each.file.name: named[each.contender].slug for each in placed}
    settled = settle_prompts(
        pieces, claims, known=prompts, listed=texts.listed, label=folder.label, language=choices.language,
        placed=_placed_before(before, hashes, owners),
    )  # fmt: skip
    paths = {file.name: file.path for file in folder.pictures}
    pictures, misplaced, duplicates = find_places(pieces, settled, owners, hashes, paths, before)
    used = {picture.prompt for picture in pictures}
    chosen = [prompt for prompt in {each.slug: each for each in settled.values()}.values() if prompt.slug in used]
    shows = _shows(checked)
    images = _images(pictures, chosen, shows)
    pairs = {slug: sum(len(a | b) > 1 for a, b in combinations(makers.values(), 2)) for slug, makers in images.items()}
    makers = {each.slug: each for each in named.values() if each.slug in {picture.contender for picture in pictures}}
    return Plan(
        label=folder.label, folders=tuple((outer, each.slug) for outer, each in sorted(named.items())),
        contenders=tuple(makers.values()), prompts=tuple(chosen), pictures=tuple(pictures),
        pairs=sum(pairs.values()),
        lonely=tuple(slug for slug, count in pairs.items() if not count),
        ignored=(*folder.ignored, *ignored, *texts.unused, *_unused_list(texts, chosen)),
        problems=_sorted(folder.problems, problems, texts.broken, bad, nameless, misplaced),
        questions=(*questions, *more), readings=(*_same_names(placed, choices), *readings, *_numbers_only(chosen)),
        twins=_twins(pictures, shows), duplicates=tuple(duplicates), skip_bad=choices.skip_bad,
    )  # fmt: skip


def _check(
    placed: Sequence[Placed], named: Mapping[str, PlannedContender], before: Sequence[Place], check: Checks,
    on_checked: Callable[[int], None],
) -> dict[str, CheckedPicture]:  # fmt: skip
    """Check every picture; what is imported already is only compared by its hash."""
    imported = {(place.contender, place.file): place.sha256 or "" for place in before if place.file}
    tasks = [(each.file.path, imported.get((named[each.contender].slug, each.file.name), "")) for each in placed]
    checked = {}
    for number, (each, picture) in enumerate(zip(placed, check(tasks), strict=True), 1):
        checked[each.file.name] = picture
        on_checked(number)
    return checked


def _read_texts(folder: FolderFiles, placed: Sequence[Placed], encoding: str) -> Texts:
    begins_at_zero = any(_count_of(read_name(each.stem)) == 0 for each in placed)
    beside: dict[tuple[str, str], str] = {}
    at_root: dict[str, str] = {}
    listed, list_name, unused, broken = PromptList([]), "", [], []
    pictures = {place for each in placed for place in _places(each)}
    stems = {each.stem for each in placed} | {read_name(each.stem).words for each in placed}
    slugs = {prompt_slug(stem) for stem in stems if stem}
    for file in folder.texts:
        if len(file.parts) == 1 and file.name.lower() in PROMPT_LISTS and not list_name:
            listed, list_name = read_prompt_list(file, first=0 if begins_at_zero else 1, encoding=encoding), file.name
            continue
        slug, place = prompt_slug(tidy_name(file.stem) or "-"), _place_beside(file, pictures)
        try:
            if place in pictures:
                text = beside[place] = read_sidecar(file, encoding=encoding)
            elif len(file.parts) == 1 and slug in slugs:
                text = at_root[slug] = read_sidecar(file, encoding=encoding)
            else:
                unused.append(Remark(show_name(file.name), _why_unused(file)))
                continue
            unused += [] if text else [Remark(show_name(file.name), "It is empty.")]
        except BadTextFile as error:
            why = error.message.removeprefix(f"{file.name}: ")
            broken.append(Remark(show_name(file.name), f"It is a prompt's text, but {why}"))
    return Texts(beside, at_root, listed, list_name, tuple(unused), tuple(broken))


def _count_of(parts: NameParts) -> int | None:
    """Return the number of the prompt that a name may have."""
    if parts.words.isdecimal():
        return int(parts.words)
    return parts.number if parts.prompt is None else parts.prompt


def _why_unused(file: FoundFile) -> str:
    if file.parts[-1].lower() not in PROMPT_LISTS:
        return "It is a text, but no picture has its name."
    return "Only one list of prompts is read, and only at the folder's root."


def _place(file: FoundFile) -> tuple[str, str]:
    """Return folder and name by which a picture and the text beside it are known to belong together."""
    return tidy_name(str(PurePosixPath(file.name).parent)), tidy_name(file.stem).casefold()


def _places(each: Placed) -> tuple[tuple[str, str], tuple[str, str]]:
    """Return where the text of a picture may be: under its own name, or under its name without a number."""
    folder, stem = _place(each.file)
    return (folder, stem), (folder, tidy_name(read_name(each.file.stem).words).casefold() or stem)


def _place_beside(file: FoundFile, pictures: Set[tuple[str, str]]) -> tuple[str, str]:
    """Return the place of a text, whose name may have the picture's ending in it, as in `cat.png.txt`."""
    folder, stem = _place(file)
    bare = PurePosixPath(stem or "-")
    return (folder, bare.stem) if (folder, stem) not in pictures and bare.suffix in PICTURES else (folder, stem)


def _claims(each: Placed, checked: CheckedPicture, texts: Texts) -> list[Claim]:
    """Return the texts that are given for one picture."""
    claims = []
    if each.row is not None:
        claims.append(Claim(MANIFEST, each.file.name, each.row.text, each.row))
    for place in _places(each):
        if text := texts.beside.get(place):
            claims.append(Claim(TEXT_FILE, f"beside {each.file.name}", text))
            break
    for stem in (each.stem, read_name(each.stem).words):
        if stem and (text := texts.at_root.get(prompt_slug(stem))):
            claims.append(Claim(TEXT_FILE, f"at the folder's root for {stem}", text))
            break
    if checked.prompt:
        claims.append(Claim(METADATA, f"{checked.tool} in {each.file.name}", " ".join(checked.prompt.split())))
    return claims


def _unused_list(texts: Texts, prompts: Iterable[PlannedPrompt]) -> list[Remark]:
    """Say so if no picture has the number or name of any prompt of the list."""
    listed = {row.text for row in texts.listed.rows}
    is_used = any(listed & {each.text, *(text for _whose, text in each.others)} for each in prompts)
    return (
        []
        if is_used or not texts.list_name
        else [Remark(texts.list_name, "No picture has the number or name of one of its prompts.")]
    )


def _numbers_only(prompts: Iterable[PlannedPrompt]) -> list[Remark]:
    """Name the prompts of which nothing is known but a number: voters could not judge by that."""
    bare = [each.text for each in prompts if each.pk is None and each.source == FILE_NAME and _is_number(each)]
    why = (
        "Nothing says what the prompt is; voters would read only this. Put a text file beside each picture, or a "
        "prompts.txt with one prompt a line into the folder."
    )
    return [Remark(f"{bare[0]} and {len(bare) - 1:,} more" if len(bare) > 1 else bare[0], why)] if bare else []


def _is_number(prompt: PlannedPrompt) -> bool:
    return prompt.key.startswith("number:") or prompt.text.isdecimal()


def _same_names(placed: Sequence[Placed], choices: Choices) -> list[Remark]:
    """Name the folders whose names are the same text, but not the same bytes."""
    if choices.manifest is not None or choices.layout == BY_PROMPT:
        return []
    outer: dict[str, set[str]] = defaultdict(set)
    for each in placed:
        outer[each.contender].add(each.file.parts[0])
    why = "Several folders have this name, in different Unicode forms or with other spaces. They are one contender."
    return [Remark(name, why) for name, folders in sorted(outer.items()) if len(folders) > 1]


def _slugs_of_manifest(placed: Sequence[Placed]) -> set[str]:
    return {prompt_slug(each.row.slug) for each in placed if each.row and each.row.slug}


def _piece(each: Placed, claims: Sequence[Claim]) -> Piece:
    best = best_claim(claims)
    text = best.text if best else ""
    if each.row is None:
        return Piece(each.file.name, each.contender, read_name(each.stem), text)
    parts = NameParts(each.row.slug or each.stem, each.row.slug)
    sample = int(each.row.sample) if each.row.sample.isdecimal() else -1
    return Piece(each.file.name, each.contender, parts, text, sample=min(sample, MAX_SAMPLE))


def _placed_before(before: Sequence[Place], hashes: Mapping[str, str], owners: Mapping[str, str]) -> dict[str, int]:
    """Return the prompts of the files that are imported already."""
    known = {(place.contender, place.file, place.sha256): place.prompt for place in before if place.file}
    found = {name: known.get((owner, name, hashes[name])) for name, owner in owners.items()}
    return {name: prompt for name, prompt in found.items() if prompt is not None}


def _sorted(*found: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted((remark for remarks in found for remark in remarks), key=lambda each: each.name))


def _shows(checked: Mapping[str, CheckedPicture]) -> dict[str, str]:
    """Return the hash of what each file shows: two files of one picture have the same."""
    known = pixels_of_files({picture.sha256 for picture in checked.values() if not picture.pixels})
    return {name: picture.pixels or known.get(picture.sha256, "") for name, picture in checked.items()}


def _images(
    pictures: Sequence[PlannedPicture], prompts: Sequence[PlannedPrompt], shows: Mapping[str, str]
) -> dict[str, dict[str, set[str]]]:
    """Return what all images of these prompts will show after the import, by prompt and contender."""
    slugs = {prompt.pk: prompt.slug for prompt in prompts if prompt.pk is not None}
    images: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for pk, contender, pixels in images_of_prompts(slugs):
        images[slugs[pk]][contender].add(pixels)
    for picture in pictures:
        images[picture.prompt][picture.contender].add(shows[picture.name])
    return images


def _twins(pictures: Sequence[PlannedPicture], shows: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return the files of pictures that several contenders have of one prompt."""
    same: dict[tuple[str, str], list[PlannedPicture]] = defaultdict(list)
    for picture in pictures:
        same[picture.prompt, shows[picture.name]].append(picture)
    shared = [each for each in same.values() if len({picture.contender for picture in each}) > 1]
    return tuple(tuple(show_name(picture.name) for picture in each) for each in shared)
