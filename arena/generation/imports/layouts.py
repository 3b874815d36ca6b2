"""Which of a picture's folder and file name is the contender's and which the prompt's; pure."""

import re
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arena.generation.imports.import_plan import BY_CONTENDER, BY_PROMPT, Choices, Question
from arena.generation.imports.reading.folder_files import FoundFile, Remark
from arena.generation.imports.reading.naming import UNWRITABLE, fold_name, prompt_slug, show_name, tidy_name
from arena.generation.imports.reading.text_files import PromptRow

# Words by which people name image models.
MODEL_WORDS = frozenset(
    "aurora base baseline cascade dall dalle dev firefly flux gemini gpt grok hidream hunyuan ideogram imagen "
    "kandinsky kolors lora midj midjourney mj model omnigen ours pixart playground pro qwen recraft reve sana schnell "
    "sd sdxl seedream stable turbo ultra unet wan".split()
)
# Folders that count prompts; those of models have other names.
COUNTED = re.compile(r"(?:(?P<word>prompt|scene|case|task|question)[-_ ]?)?(?P<number>\d{1,6})", re.IGNORECASE)
# Prompts have more words than models: this many more on average look like prompts.
WORDS_MORE = 2
DEPTH = gettext_lazy("It is not in a contender's folder, as in contender/prompt.png.")


@dataclass(frozen=True)
class Placed:
    """A picture with the name of its contender and the stem that names its prompt; `row` is its line of a manifest."""

    file: FoundFile
    contender: str
    stem: str
    row: PromptRow | None = None


def place_pictures(
    files: Sequence[FoundFile], choices: Choices, *, contenders: Set[str], prompts: Set[str]
) -> tuple[list[Placed], list[Remark], list[Remark], list[Question]]:
    """Return the pictures placed, problems, what is ignored, and a question if contender and prompt look exchanged.

    `contenders` are folded names and slugs of the catalogue, `prompts` its slugs.
    """
    problems = [Remark(show_name(file.name), why) for file in files if (why := _unwritable(file))]
    sound = [file for file in files if not _unwritable(file)]
    if choices.manifest is not None:
        placed = [
            Placed(file, tidy_name(row.contender), file.stem, row)
            for file in sound
            if (row := choices.manifest.get(tidy_name(file.name)))
        ]
        there = {each.file.name for each in placed}
        left = [Remark(file.name, _("The manifest does not name it.")) for file in sound if file.name not in there]
        names = {tidy_name(file.name) for file in files}
        lost = [
            Remark(name, _("The manifest names it, but it is not there."))
            for name in choices.manifest
            if name not in names
        ]
        return placed, [*problems, *lost], left, []
    problems += [Remark(file.name, str(DEPTH)) for file in sound if len(file.parts) != 2]
    two = [(file, tidy_name(file.parts[0]), tidy_name(file.stem)) for file in sound if len(file.parts) == 2]
    question = None if choices.layout else _ask(two, contenders, prompts)
    exchanged = choices.layout == BY_PROMPT
    placed = [Placed(file, stem if exchanged else outer, outer if exchanged else stem) for file, outer, stem in two]
    blank = [each for each in placed if not each.contender or not each.stem]
    problems += [Remark(each.file.name, _("Its folder or its own name is blank.")) for each in blank]
    return [each for each in placed if each not in blank], problems, [], [question] if question else []


def advise_layout(files: Sequence[FoundFile]) -> str:
    """Say which layout works, for a folder in which no picture is where it should be; empty if some are."""
    if not files or any(len(file.parts) == 2 for file in files):
        return ""
    tops = {file.parts[0] for file in files}
    if all(len(file.parts) == 3 for file in files) and len(tops) == 1:
        return _("All pictures are one folder deeper: import the folder “{name}” in it.").format(name=min(tops))
    return (
        _(
            "All pictures lie directly in it. Give each contender a folder with one picture for each prompt, as in "
            "contender/prompt.png, or name contender and prompt of each file in a table: --manifest FILE.csv with the "
            "columns file, contender, prompt."
        )
        if all(len(file.parts) == 1 for file in files)
        else _(
            "All pictures lie deeper in it. Give each contender a folder with one picture for each prompt, as in "
            "contender/prompt.png, or name contender and prompt of each file in a table: --manifest FILE.csv with the "
            "columns file, contender, prompt."
        )
    )


def _unwritable(file: FoundFile) -> str:
    return _("Its name must be UTF-8 text without control characters.") if UNWRITABLE.search(file.name) else ""


def _ask(two: Iterable[tuple[FoundFile, str, str]], contenders: Set[str], prompts: Set[str]) -> Question | None:
    outer, inner = {outer for _, outer, _ in two}, {stem for _, _, stem in two}
    if not _looks_exchanged(outer, inner, contenders, prompts):
        return None
    text = _(
        "Folders should be contenders and files prompts, but “{folder}” looks like a prompt and “{file}” like a model. "
        "Which is it?"
    )
    return Question(
        text.format(folder=min(outer), file=min(inner)),
        ((f"--as {BY_PROMPT}", _("folders are prompts")), (f"--as {BY_CONTENDER}", _("folders are contenders"))),
    )


def _looks_exchanged(outer: Set[str], inner: Set[str], contenders: Set[str], prompts: Set[str]) -> bool:
    """Compare how many of the folders' and of the files' names are known, or look like models'."""
    right = _share(outer, contenders, fold=True) + _share(inner, prompts, fold=False)
    wrong = _share(inner, contenders, fold=True) + _share(outer, prompts, fold=False)
    if right != wrong:
        return wrong > right
    if _count_prompts(outer):
        return True
    if not inner or _model_share(outer) > 0:
        return _model_share(inner) > max(0.5, _model_share(outer))
    has_numbers = any(char.isdigit() for name in outer for char in name)
    return _model_share(inner) >= 0.5 or (not has_numbers and _length(outer) >= _length(inner) + WORDS_MORE)


def _count_prompts(names: Set[str]) -> bool:
    """Tell whether the names count: `prompt-7`, or bare numbers that begin at 0 or 1 and leave none out."""
    found = [COUNTED.fullmatch(name) for name in names]
    if not found or not all(found):
        return False
    numbers = sorted(int(match["number"]) for match in found if match)
    is_whole = len(numbers) > 1 and numbers[0] in {0, 1} and numbers == list(range(numbers[0], numbers[-1] + 1))
    return is_whole or all(match and match["word"] for match in found)


def _share(names: Collection[str], known: Set[str], *, fold: bool) -> float:
    return sum((fold_name(name) if fold else prompt_slug(name)) in known for name in names) / max(1, len(names))


def _length(names: Collection[str]) -> float:
    """Return the mean number of words."""
    return sum(len(_words(name)) for name in names) / len(names)


def _model_share(names: Collection[str]) -> float:
    return sum(any(word in MODEL_WORDS for word in _words(name)) for name in names) / max(1, len(names))


def _words(name: str) -> list[str]:
    """Return a name's words in lower case, without the numbers that follow them, as in sd3."""
    return [word.rstrip("0123456789") or word for word in re.split(r"[\W_]+", name.lower())]
