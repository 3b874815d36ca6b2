"""Plans an import: reads a folder's files, checks every picture, and finds what each is. Nothing is written."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.errors import DomainError
from arena.generation.imports.checking import CheckedPicture, check_on_all_cores
from arena.generation.imports.gathering import Checks, Gathered, Texts, claims_of, gather
from arena.generation.imports.grouping import MAX_SAMPLE, Piece, group_pieces
from arena.generation.imports.holdings import KnownPrompts, known_contenders, known_prompts
from arena.generation.imports.import_plan import Choices, Plan, PlannedContender, PlannedPicture, PlannedPrompt
from arena.generation.imports.layouts import Placed
from arena.generation.imports.particulars.asking import ask_edits, say_modality, without_source
from arena.generation.imports.particulars.proposed_settings import SEED, Made, propose_settings
from arena.generation.imports.prompt_texts import FILE_NAME, Claim, best_claim, settle_prompts
from arena.generation.imports.reading.file_names import NameParts, read_name
from arena.generation.imports.reading.folder_files import FolderFiles, Remark, name_with_more
from arena.generation.imports.reading.naming import MAX_CONTENDER_SLUG, prompt_slug, show_name
from arena.generation.imports.reading.text_files import PromptRow
from arena.generation.imports.seating import find_places
from arena.generation.imports.shown_pictures import find_images, find_shown, find_twins
from arena.languages.written_figures import write_number


@dataclass(frozen=True)
class Settled:
    """The pictures of an import with their prompts by key, and what is said of both."""

    pieces: tuple[Piece, ...]
    prompts: Mapping[str, PlannedPrompt]
    problems: tuple[Remark, ...]
    ignored: tuple[Remark, ...]
    readings: tuple[Remark, ...]


def plan_import(
    *, folder: FolderFiles, choices: Choices, on_checked: Callable[[int], None] = lambda checked: None,
    check: Checks = check_on_all_cores,
) -> Plan:  # fmt: skip
    """Return what an import of these files would do. `on_checked` is told after each picture how many are checked.

    `check` checks pictures, given as paths with the hash of bytes that are known.
    Raises DomainError for a folder without pictures, and BadTextFile.
    """
    _refuse_empty(folder)
    known = known_prompts()
    found = gather(folder, choices, contenders=known_contenders(), prompts=known, check=check, on_checked=on_checked)
    settled = _settle(found, known, choices, folder.label)
    hashes, owners = _hashes(found), _owners(found)
    paths = {file.name: file.path for file in folder.pictures}
    seated, misplaced, duplicates = find_places(settled.pieces, settled.prompts, owners, hashes, paths, found.before)
    rows = _rows(found.placed)
    pictures = [_with_claims(picture, rows.get(picture.name), found.checked[picture.name]) for picture in seated]
    used = {picture.prompt for picture in pictures}
    chosen = [each for each in {each.slug: each for each in settled.prompts.values()}.values() if each.slug in used]
    contenders, undecided = _describe(found, pictures, chosen, choices)
    shows = find_shown(found.checked)
    images = find_images(pictures, chosen, shows)
    pairs = {slug: sum(len(a | b) > 1 for a, b in combinations(makers.values(), 2)) for slug, makers in images.items()}
    return Plan(
        label=folder.label, folders=tuple((outer, each.slug) for outer, each in sorted(found.named.items())),
        contenders=tuple(contenders), prompts=tuple(chosen), pictures=tuple(pictures), pairs=sum(pairs.values()),
        lonely=tuple(slug for slug, count in pairs.items() if not count),
        ignored=(*folder.ignored, *found.ignored, *settled.ignored, *_unused_list(found.texts, chosen)),
        problems=_sorted(folder.problems, found.problems, settled.problems, misplaced),
        questions=found.questions, readings=(*found.remarks, *settled.readings, *_numbers_only(chosen)),
        twins=find_twins(pictures, shows), duplicates=tuple(duplicates), undecided=tuple(undecided),
        unstepped=found.unstepped, skip_bad=choices.skip_bad,
    )  # fmt: skip


def _refuse_empty(folder: FolderFiles) -> None:
    if folder.pictures or folder.problems:
        return
    empty = _("{folder} holds no images. Put them in as contender/prompt.png.").format(folder=show_name(folder.label))
    raise DomainError(" ".join([empty, *_say_ignored(folder.ignored)]))


def _say_ignored(ignored: Sequence[Remark]) -> list[str]:
    """Say how many files are ignored, and which is the first."""
    text = ngettext("{n} file is ignored: {name}.", "{n} files are ignored, such as {name}.", len(ignored))
    return [text.format(n=write_number(len(ignored)), name=ignored[0].name)] if ignored else []


def _settle(found: Gathered, known: KnownPrompts, choices: Choices, label: str) -> Settled:
    """Group pictures by prompt, and find what each prompt is and asks for."""
    placed, listed = found.placed, found.texts.listed
    claims = {each.file.name: claims_of(each, found.checked[each.file.name], found.texts) for each in placed}
    pieces, readings, nameless = group_pieces(
        [_piece(each, claims[each.file.name]) for each in placed], numbers=choices.numbers,
        slugs=known.names | listed.slugs | _slugs_of_manifest(placed), listed=listed,
    )  # fmt: skip
    asked, spoilt, unused = ask_edits(
        pieces, found.split, rows=_rows(placed), listed=listed, checked=found.checked, modality=choices.modality
    )
    prompts = settle_prompts(
        pieces, claims, known=known, listed=listed, label=label, language=choices.language,
        placed=_placed_before(found), asked=asked,
    )  # fmt: skip
    sourceless = without_source(prompts, pieces)
    left = {remark.name for remark in sourceless}
    return Settled(
        pieces=tuple(piece for piece in pieces if piece.name not in left),
        prompts=prompts,
        problems=(*spoilt, *nameless, *sourceless),
        ignored=tuple(unused),
        readings=(*say_modality(asked, chosen=choices.modality), *readings),
    )


def _hashes(found: Gathered) -> dict[str, str]:
    return {name: picture.sha256 for name, picture in found.checked.items()}


def _owners(found: Gathered) -> dict[str, str]:
    return {each.file.name: found.named[each.contender].slug for each in found.placed}


def _rows(placed: Iterable[Placed]) -> dict[str, PromptRow]:
    return {each.file.name: each.row for each in placed if each.row is not None}


def _with_claims(picture: PlannedPicture, row: PromptRow | None, checked: CheckedPicture) -> PlannedPicture:
    """Return a picture with seed, cost and time: a manifest's count, else the seed that the file names."""
    seed = (row.seed if row else "") or str(checked.made_with.get(SEED, ""))
    claimed = {name: float(row.fields[name]) for name in ("cost", "seconds") if row and row.fields.get(name)}
    return replace(picture, seed=seed if seed.isdecimal() else "", claimed=claimed)


def _describe(
    found: Gathered, pictures: Sequence[PlannedPicture], prompts: Iterable[PlannedPrompt], choices: Choices
) -> tuple[list[PlannedContender], list[Remark]]:
    """Return the contenders that have pictures; new ones with their settings and steps, and what these leave open."""
    texts = {prompt.slug: prompt.text for prompt in prompts}
    named = {each.slug: each for each in found.named.values()}
    proposed, undecided = propose_settings(
        Made(picture.contender, made.made_with, made.prompt, texts[picture.prompt])
        for picture in pictures
        if named[picture.contender].pk is None and choices.settings
        for made in (found.checked[picture.name],)
    )
    steps = {own.slug: found.steps[name] for name, own in found.named.items() if name in found.steps}
    used = {picture.contender for picture in pictures}
    described = []
    for slug, each in named.items():
        if slug in used and each.pk is None:
            series = prompt_slug(choices.series)[:MAX_CONTENDER_SLUG] if slug in steps else ""
            described.append(replace(each, settings=proposed.get(slug, {}), series=series, step=steps.get(slug)))
        elif slug in used:
            described.append(each)
    return described, undecided


def _unused_list(texts: Texts, prompts: Iterable[PlannedPrompt]) -> list[Remark]:
    """Say so if no picture has the number or name of any prompt of the list."""
    listed = {row.text for row in texts.listed.rows}
    is_used = any(listed & {each.text, *(text for _whose, text in each.others)} for each in prompts)
    return (
        []
        if is_used or not texts.list_name
        else [Remark(texts.list_name, _("No picture has the number or name of one of its prompts."))]
    )


def _numbers_only(prompts: Iterable[PlannedPrompt]) -> list[Remark]:
    """Name the prompts of which nothing is known but a number: voters could not judge by that."""
    bare = [each.text for each in prompts if each.pk is None and each.source == FILE_NAME and _is_number(each)]
    why = _(
        "Nothing says what the prompt is; voters would read only this. Put a text file beside each picture, or a "
        "prompts.txt with one prompt a line into the folder."
    )
    return [Remark(name_with_more(bare[0], len(bare) - 1), why)] if bare else []


def _is_number(prompt: PlannedPrompt) -> bool:
    return prompt.key.startswith("number:") or prompt.text.isdecimal()


def _slugs_of_manifest(placed: Sequence[Placed]) -> set[str]:
    return {prompt_slug(each.row.slug) for each in placed if each.row and each.row.slug}


def _piece(each: Placed, claims: Sequence[Claim]) -> Piece:
    best = best_claim(claims)
    text = best.text if best else ""
    if each.row is None:
        return Piece(each.file.name, each.contender, read_name(each.stem), text)
    parts = NameParts(each.row.slug or each.stem, each.row.slug)
    sample = int(each.row.sample) if each.row.sample.isdecimal() else -1
    return Piece(each.file.name, each.contender, parts, text, sample=min(sample, MAX_SAMPLE), about=each.row.source)


def _placed_before(found: Gathered) -> dict[str, int]:
    """Return the prompts of the files that are imported already."""
    known = {(place.contender, place.file, place.sha256): place.prompt for place in found.before if place.file}
    hashes = _hashes(found)
    prompts = {name: known.get((owner, name, hashes[name])) for name, owner in _owners(found).items()}
    return {name: prompt for name, prompt in prompts.items() if prompt is not None}


def _sorted(*found: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(sorted((remark for remarks in found for remark in remarks), key=lambda each: each.name))
