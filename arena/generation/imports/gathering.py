"""Gathers what an import is planned from: its files sorted, its pictures checked, the texts that stand beside them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from django.utils.translation import gettext as _

from arena.errors import DomainError
from arena.generation.imports.checking import CheckedPicture
from arena.generation.imports.contender_names import KnownContender, name_contenders
from arena.generation.imports.holdings import KnownPrompts, Place, places_of_contenders
from arena.generation.imports.import_plan import BY_PROMPT, Choices, PlannedContender, Question
from arena.generation.imports.layouts import Placed, advise_layout, place_pictures
from arena.generation.imports.particulars.edit_sources import SourceFiles, missing_sources, split_sources
from arena.generation.imports.particulars.series_steps import SeriesReading, read_series, read_steps
from arena.generation.imports.prompt_texts import MANIFEST, METADATA, TEXT_FILE, Claim
from arena.generation.imports.reading.file_names import NameParts, read_name
from arena.generation.imports.reading.folder_files import PICTURES, PROMPT_LISTS, FolderFiles, FoundFile, Remark
from arena.generation.imports.reading.naming import fold_name, prompt_slug, show_name, tidy_name
from arena.generation.imports.reading.text_files import BadTextFile, PromptList, read_prompt_list, read_sidecar

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


@dataclass(frozen=True)
class Gathered:
    """The files of an import. `placed` are its sound pictures, `checked` all that were checked, by name.

    `steps` are those of a series by contender's name. The rest is what is said to people.
    """

    split: SourceFiles
    placed: tuple[Placed, ...]
    named: Mapping[str, PlannedContender]
    before: tuple[Place, ...]
    checked: Mapping[str, CheckedPicture]
    texts: Texts
    steps: Mapping[str, float]
    problems: tuple[Remark, ...]
    ignored: tuple[Remark, ...]
    remarks: tuple[Remark, ...]
    questions: tuple[Question, ...]
    unstepped: tuple[str, ...]


def gather(
    folder: FolderFiles, choices: Choices, *, contenders: Sequence[KnownContender], prompts: KnownPrompts,
    check: Checks, on_checked: Callable[[int], None],
) -> Gathered:  # fmt: skip
    """Sort a folder's files, check its pictures, read its texts. Raises DomainError where nothing can be planned."""
    split = split_sources(folder.pictures, manifest=choices.manifest, by_folders=choices.sources)
    series, files = _series(split.pictures, choices), split.pictures
    if series is not None:
        files = series.left
    alike = {fold_name(text) for each in contenders for text in (each.slug, each.name)}
    placed, problems, ignored, questions = place_pictures(files, choices, contenders=alike, prompts=prompts.names)
    if series is not None:
        placed = [*(Placed(each.file, each.contender, each.stem) for each in series.stepped), *placed]
    if advice := advise_layout(split.pictures) if not placed and choices.manifest is None else "":
        raise DomainError(advice)
    named, more = name_contenders({each.contender for each in placed}, contenders, choices)
    before = places_of_contenders({contender.slug for contender in named.values()})
    checked = _check(placed, split, named, before, check, on_checked)
    bad = [Remark(each.file.name, why) for each in placed if (why := checked[each.file.name].why_not)]
    texts = _read_texts(folder, placed, choices.encoding)
    return Gathered(
        split=split, placed=tuple(each for each in placed if not checked[each.file.name].problem), named=named,
        before=tuple(before), checked=checked, texts=texts, steps=_steps(placed, series, choices),
        problems=(*problems, *missing_sources(split, choices.manifest), *texts.broken, *bad),
        ignored=(*ignored, *texts.unused),
        remarks=(*split.remarks, *(series.remarks if series else ()), *_same_names(placed, choices)),
        questions=(*questions, *(series.questions if series else ()), *more),
        unstepped=series.apart if series else (),
    )  # fmt: skip


def _series(files: Sequence[FoundFile], choices: Choices) -> SeriesReading | None:
    if not choices.series or choices.manifest is not None or choices.layout == BY_PROMPT:
        return None
    return read_series(files, series=choices.series, given=choices.steps)


def _steps(placed: Sequence[Placed], series: SeriesReading | None, choices: Choices) -> Mapping[str, float]:
    """Return the steps of contenders: a manifest names them, or their names do."""
    if series is not None or not choices.series:
        return series.steps if series else {}
    told = {
        each.contender: float(each.row.step)
        for each in placed
        if each.row is not None and each.row.step.replace(".", "", 1).isdecimal()
    }
    return read_steps({each.contender for each in placed}) | told | dict(choices.steps)


def _check(
    placed: Sequence[Placed], split: SourceFiles, named: Mapping[str, PlannedContender], before: Sequence[Place],
    check: Checks, on_checked: Callable[[int], None],
) -> dict[str, CheckedPicture]:  # fmt: skip
    """Check every picture and source image; what is imported already is only compared by its hash."""
    imported = {(place.contender, place.file): place.sha256 or "" for place in before if place.file}
    tasks = [(each.file.path, imported.get((named[each.contender].slug, each.file.name), "")) for each in placed]
    edited = [*split.sources, *split.masks]
    names = [*(each.file.name for each in placed), *(file.name for file in edited)]
    tasks += [(file.path, "") for file in edited]
    checked = {}
    for number, (name, picture) in enumerate(zip(names, check(tasks), strict=True), 1):
        checked[name] = picture
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
            unused += [] if text else [Remark(show_name(file.name), _("It is empty."))]
        except BadTextFile as error:
            why = error.message.removeprefix(f"{file.name}: ")
            broken.append(Remark(show_name(file.name), _("A prompt's text cannot be read: {why}").format(why=why)))
    return Texts(beside, at_root, listed, list_name, tuple(unused), tuple(broken))


def _count_of(parts: NameParts) -> int | None:
    """Return the number of the prompt that a name may have."""
    if parts.words.isdecimal():
        return int(parts.words)
    return parts.number if parts.prompt is None else parts.prompt


def _why_unused(file: FoundFile) -> str:
    if file.parts[-1].lower() not in PROMPT_LISTS:
        return _("It is a text, but no picture has its name.")
    return _("Only one list of prompts is read, and only at the folder's root.")


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


def claims_of(each: Placed, checked: CheckedPicture, texts: Texts) -> list[Claim]:
    """Return the texts that are given for one picture."""
    claims = []
    if each.row is not None:
        claims.append(Claim(MANIFEST, each.file.name, each.row.text, each.row))
    for place in _places(each):
        if text := texts.beside.get(place):
            claims.append(Claim(TEXT_FILE, _("beside {file}").format(file=each.file.name), text))
            break
    for stem in (each.stem, read_name(each.stem).words):
        if stem and (text := texts.at_root.get(prompt_slug(stem))):
            claims.append(Claim(TEXT_FILE, _("at the folder's root, for {name}").format(name=stem), text))
            break
    if checked.prompt:
        whose = _("{tool} in {file}").format(tool=checked.tool, file=each.file.name)
        claims.append(Claim(METADATA, whose, " ".join(checked.prompt.split())))
    return claims


def _same_names(placed: Sequence[Placed], choices: Choices) -> list[Remark]:
    """Name the folders whose names are the same text, but not the same bytes."""
    if choices.manifest is not None or choices.layout == BY_PROMPT:
        return []
    outer: dict[str, set[str]] = defaultdict(set)
    for each in placed:
        outer[each.contender].add(each.file.parts[0])
    why = _("Several folders have this name, in different Unicode forms or with other spaces. They are one contender.")
    return [Remark(name, why) for name, folders in sorted(outer.items()) if len(folders) > 1]
