"""Which prompt each picture shows, and which of several, from the names of the files and the texts found; pure."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from arena.generation.imports.import_plan import AS_PROMPTS, AS_SAMPLES
from arena.generation.imports.reading.file_names import NameParts
from arena.generation.imports.reading.folder_files import Remark, name_with_more
from arena.generation.imports.reading.naming import fold_name, prompt_slug
from arena.generation.imports.reading.text_files import PromptList
from arena.languages.written_figures import write_list

# More numbers behind the same words than anybody takes samples of one prompt.
MANY_SAMPLES = 10
AS_NAME = "name"
NUMBERED = re.compile(r"(?P<words>.+?)[-_ ]+(?P<number>\d{1,4})")
# The largest that the database's column takes.
MAX_SAMPLE = 32_767
# A longer number is a seed or a time, not a prompt's.
MAX_DIGITS = 9


@dataclass(frozen=True)
class Piece:
    """A picture on its way into the plan.

    `outer` and `parts` are its folder's and its own name, `text` the best text found beside or in it. Then `key` groups
    pictures of one prompt, `words` names the prompt, `number` is the prompt's own, `sample` the picture's; -1 takes the
    next free one, in the order of `order`. `about` are the source images that a manifest names: the same words about
    other images are another prompt.
    """

    name: str
    outer: str
    parts: NameParts
    text: str = ""
    key: str = ""
    words: str = ""
    number: int | None = None
    sample: int = 0
    order: tuple[int, int] = (0, 0)
    about: str = ""


@dataclass
class Base:
    """What is behind the same words: numbers with the texts of their pictures, and whether the words stand alone."""

    numbers: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    is_alone: bool = False
    is_loose: bool = False
    is_padded: bool = False
    example: str = ""


def group_pieces(
    pieces: Sequence[Piece], *, slugs: Set[str], listed: PromptList, numbers: str = ""
) -> tuple[list[Piece], list[Remark], list[Remark]]:
    """Return the pieces with key, words, number and sample; how numbers were read; and what names no prompt.

    `slugs` are names of prompts that are known, `listed` is the folder's list of prompts. `numbers` decides what
    numbers count, instead of what they look like.
    """
    bases = _bases(pieces, slugs)
    counted = {words: _what_is_counted(words, base, slugs, numbers) for words, base in bases.items()}
    if not numbers and len(bases) == 1 and _counts_list(*next(iter(bases.items())), listed):
        counted = dict.fromkeys(bases, AS_PROMPTS)
    grouped = [_group(piece, slugs, counted) for piece in pieces]
    nameless = [
        Remark(piece.name, _("Its name does not say what it shows, and no text is beside it or in it."))
        for piece in grouped
        if not piece.key
    ]
    return [piece for piece in grouped if piece.key], _readings(grouped, bases, counted), nameless


def _bases(pieces: Sequence[Piece], slugs: Set[str]) -> dict[str, Base]:
    bases: dict[str, Base] = defaultdict(Base)
    for piece in pieces:
        parts = piece.parts
        if not parts.words or prompt_slug(parts.stem) in slugs or _of_known(parts.stem, slugs):
            continue
        base = bases[prompt_slug(parts.words)]
        base.example = base.example or parts.stem
        if parts.number is None or parts.order is not None:
            base.is_alone = True
            continue
        base.numbers[parts.number].add(piece.text)
        base.is_loose |= parts.is_loose
        base.is_padded |= parts.is_padded or bool(parts.tool)
    return bases


def _counts_list(words: str, base: Base, listed: PromptList) -> bool:
    """Tell whether the numbers behind the only words are those of the list's prompts, and the words are none."""
    return len(base.numbers) > 1 and set(base.numbers) <= listed.numbers and listed.find(slug=words) is None


def _what_is_counted(words: str, base: Base, slugs: Set[str], numbers: str) -> str:
    """Decide what the numbers behind these words count: samples or prompts; or whether they belong to the name."""
    if words in slugs:
        return AS_SAMPLES
    if numbers:
        return numbers
    texts = [texts - {""} for texts in base.numbers.values()]
    if len(texts) > 1 and all(len(own) == 1 for own in texts):
        different = len(set().union(*texts))
        if different in (1, len(texts)):
            return AS_SAMPLES if different == 1 else AS_PROMPTS
    # Words that are a number are a prompt's number.
    if len(base.numbers) > MANY_SAMPLES and not words.isdecimal():
        return AS_PROMPTS
    is_lone = len(base.numbers) == 1 and not base.is_alone
    if is_lone and (base.is_loose or not (base.is_padded or min(base.numbers) < 2)):
        return AS_NAME
    return AS_SAMPLES


def _group(piece: Piece, slugs: Set[str], counted: Mapping[str, str]) -> Piece:
    parts = piece.parts
    whole = prompt_slug(parts.stem)
    if whole in slugs:
        return replace(piece, key=whole, words=parts.stem)
    if of_known := _of_known(parts.stem, slugs):
        words, sample = of_known
        return replace(piece, key=prompt_slug(words), words=words, sample=sample)
    if not parts.words:
        return _group_wordless(piece)
    words = _without_contender(parts.words, piece.outer)
    base = prompt_slug(words)
    if parts.order is not None:
        return replace(_name(piece, base, words, slugs), sample=-1, order=(parts.number or 0, parts.order))
    if parts.number is None:
        return _name(piece, base, words, slugs)
    reading = counted[prompt_slug(parts.words)]
    # `top-10` beside `top-10-1` is the name of a prompt.
    if reading == AS_NAME or whole in counted:
        return replace(piece, key=whole, words=parts.stem)
    if reading == AS_PROMPTS:
        return replace(piece, key=whole, words=parts.stem, number=parts.number)
    if parts.number > MAX_SAMPLE:
        return replace(_name(piece, base, words, slugs), sample=-1, order=(parts.number, 0))
    return replace(_name(piece, base, words, slugs), sample=parts.number)


def _of_known(stem: str, slugs: Set[str]) -> tuple[str, int] | None:
    """Take `prompt-1-2` for a sample of a known prompt `prompt-1`, whatever generators mean by such a name."""
    found = NUMBERED.fullmatch(stem)
    if found is None or prompt_slug(found["words"]) not in slugs:
        return None
    return found["words"], int(found["number"])


def _name(piece: Piece, key: str, words: str, slugs: Set[str]) -> Piece:
    """Give a piece its key and words, or its prompt's number where the words are one, as in `00012_1`."""
    if not words.isdecimal() or len(words) > MAX_DIGITS or key in slugs:
        return replace(piece, key=key, words=words)
    return replace(piece, key=f"number:{int(words)}", words=f"Prompt {int(words)}", number=int(words))


def _group_wordless(piece: Piece) -> Piece:
    """Group by the text found; else by the number, which then counts prompts."""
    parts = piece.parts
    number = parts.number if parts.prompt is None else parts.prompt
    order = (parts.number or 0, parts.order or 0)
    if piece.text:
        sample = piece.sample or -1
        key = f"text:{fold_name(piece.text)}{piece.about}"
        return replace(piece, key=key, words=piece.text, number=number, sample=sample, order=order)
    if number is None:
        return piece
    sample = -1 if parts.order is not None else 0
    return replace(piece, key=f"number:{number}", words=f"Prompt {number}", number=number, sample=sample, order=order)


def _without_contender(words: str, outer: str) -> str:
    """Leave out the contender's name behind the words, which some generators write into every name."""
    for separator in "-_ ":
        before, _, last = words.rpartition(separator)
        if before and fold_name(last) == fold_name(outer):
            return before
    return words


def _spellings(pieces: Sequence[Piece]) -> list[Remark]:
    """Name the prompts that files spell in different ways."""
    spelled: dict[str, set[str]] = defaultdict(set)
    for piece in pieces:
        if not piece.key.startswith(("text:", "number:")):
            spelled[piece.key].add(piece.words)
    return [
        Remark(" = ".join(sorted(names)), _("These names are taken for one prompt."))
        for _key, names in sorted(spelled.items())
        if len(names) > 1
    ]


def _other_counts(pieces: Sequence[Piece]) -> list[Remark]:
    """Say so where contenders begin to count at different numbers: one number may then stand for two prompts."""
    numbers: dict[str, set[int]] = defaultdict(set)
    for piece in pieces:
        if piece.key.startswith("number:") and piece.number is not None:
            numbers[piece.outer].add(piece.number)
    if len({min(own) for own in numbers.values()}) < 2:
        return []
    shown = [f"{outer} {min(own)}–{max(own)}" for outer, own in sorted(numbers.items())]
    why = _("They count differently, but the same number is taken for the same prompt. Check that it is.")
    return [Remark(name_with_more(write_list(shown[:4]), max(0, len(shown) - 4)), why)]


def _readings(pieces: Sequence[Piece], bases: Mapping[str, Base], counted: Mapping[str, str]) -> list[Remark]:
    """Say for each way in which numbers were read how many names it concerns, with an example."""
    said = {
        AS_SAMPLES: _("The number counts pictures of one prompt."),
        AS_PROMPTS: _("Each number is a prompt of its own."),
        AS_NAME: _("The number belongs to the prompt's name."),
        "pair": _("The first number is the prompt's, the second counts its pictures."),
        **dict.fromkeys(
            ("seed", "step"), _("The number is a seed or step: it puts pictures of one prompt into order.")
        ),
    }
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for words, base in bases.items():
        if base.numbers:
            is_pair = words.isdecimal() and counted[words] == AS_SAMPLES
            found["pair" if is_pair else counted[words], ""].append(base.example)
    for piece in pieces:
        if piece.key.startswith("number:") and not piece.parts.words:
            found[AS_PROMPTS, "wordless"].append(piece.parts.stem)
        elif piece.parts.tool and piece.parts.order is not None and piece.key:
            found["order", piece.parts.tool].append(piece.parts.stem)
    remarks = [*_spellings(pieces), *_other_counts(pieces)]
    ordered = _("{tool} named it: pictures of one prompt are put into order by step, seed or time.")
    for (reading, tool), examples in sorted(found.items()):
        why = said.get(reading) or said.get(tool) or ordered.format(tool=tool)
        remarks.append(Remark(name_with_more(examples[0], len(examples) - 1), why))
    return remarks
