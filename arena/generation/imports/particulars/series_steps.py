"""Which step of a series each picture is of: by numbers in names of folders, or of trainers' files; pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arena.generation.imports.import_plan import Question
from arena.generation.imports.reading.file_names import read_name
from arena.generation.imports.reading.folder_files import FoundFile, Remark
from arena.generation.imports.reading.naming import fold_name, tidy_name
from arena.languages.written_figures import write_list

# Words before or behind a step's number, the surest first.
WORDS = (
    "global step", "step", "steps", "iteration", "iter", "it", "checkpoint", "ckpt", "epochs", "epoch", "ep", "e",
    "strength", "weight", "scale", "alpha", "s",
)  # fmt: skip
NUMBER = re.compile(r"\d+(?:\.\d+)?k?", re.IGNORECASE)
# A picture's time, which no step is.
TIME = re.compile(r"\d{4}-\d\d-\d\d[_T -]\d\d[-:]\d\d[-:]\d\d|\d{14}|\d{8}[-_]\d{6}")
# A word behind a number is its own unless it has another one, as in `flux1 step 500`.
BEHIND = re.compile(r"[\W_]?(?P<word>steps?|epochs?|iter|it)(?![\W_]?\d)(?![a-z])")
TRAINERS = {"kohya", "ai-toolkit", "SimpleTuner", "OneTrainer", "step"}
# OneTrainer names folders so, one for each prompt.
NUMBERED_PROMPT = re.compile(r"(?P<number>\d+) - (?P<text>.+)")
EPOCH = re.compile(r"(?:.+_)?e\d{6}_")


@dataclass(frozen=True)
class Stepped:
    """A picture of a series: the name of its contender, and the stem that names its prompt."""

    file: FoundFile
    contender: str
    stem: str


@dataclass(frozen=True)
class SeriesReading:
    """How files were read as a series. `steps` gives contenders their steps; the folders `apart` have none."""

    stepped: tuple[Stepped, ...]
    left: tuple[FoundFile, ...]
    steps: Mapping[str, float]
    remarks: tuple[Remark, ...]
    questions: tuple[Question, ...]
    apart: tuple[str, ...] = ()


def read_series(files: Sequence[FoundFile], *, series: str, given: Mapping[str, float]) -> SeriesReading:
    """Return the pictures of a series. `given` are steps that the operator gives to folders or contenders by name.

    Folders whose names hold a step are contenders, as in `epoch10/fox.png`. Where trainers wrote the step into the
    names of the files, each step is a contender.
    """
    by_file = [file for file in files if _file_step(file) is not None]
    folders = {tidy_name(file.parts[0]) for file in files if len(file.parts) > 1}
    steps = read_steps(folders) | {name: step for name, step in given.items() if name in folders}
    inside = all(len(file.parts) == 2 for file in files)
    are_prompts = bool(folders) and all(NUMBERED_PROMPT.fullmatch(folder) for folder in folders)
    if by_file and (are_prompts or not inside or (len(by_file) == len(files) and len(steps) < len(folders))):
        return _by_files(files, series)
    return _by_folders(files, series, folders, steps)


def read_steps(names: Iterable[str]) -> dict[str, float]:
    """Return the steps that these names hold, as in `name-000010`, `global_step1234`, `epoch10` or `1.5k`.

    A number beside a word such as step or epoch counts; else the one number in which the names differ, or the last.
    """
    tokens = {name: _numbers(name) for name in names}
    for word in WORDS:
        worded = {name: found[word] for name, (found, _all) in tokens.items() if word in found}
        if worded and len(worded) >= len(tokens) / 2:
            return worded
    place = _differing([numbers for _found, numbers in tokens.values() if numbers])
    return {name: numbers[place] for name, (_found, numbers) in tokens.items() if len(numbers) > max(place, 0)}


def _numbers(name: str) -> tuple[dict[str, float], list[float]]:
    """Return the numbers beside known words, by word, and all numbers in order."""
    plain = TIME.sub(" ", name)
    worded: dict[str, float] = {}
    numbers = []
    for found in NUMBER.finditer(plain):
        text = found[0].lower()
        value = float(text.rstrip("k")) * (1000 if text.endswith("k") else 1)
        numbers.append(value)
        before = re.sub(r"[\W_]+", " ", plain[: found.start()]).strip().lower()
        behind = BEHIND.match(plain[found.end() :].lower())
        for word in WORDS:
            if before == word or before.endswith(f" {word}") or (behind and behind["word"] == word):
                worded.setdefault(word, value)
    return worded, numbers


def _differing(rows: Sequence[Sequence[float]]) -> int:
    """Return the place at which most rows differ; the last one where none says more."""
    if not rows:
        return -1
    width = min(map(len, rows))
    spread = [len({row[place] for row in rows}) for place in range(width)]
    return max(range(width), key=lambda place: (spread[place], place))


def _by_folders(
    files: Sequence[FoundFile], series: str, folders: Iterable[str], steps: Mapping[str, float]
) -> SeriesReading:
    names = {folder: _own_name(series, folder) for folder in folders}
    stepped = [
        Stepped(file, names[folder], tidy_name(file.stem))
        for file in files
        if len(file.parts) == 2 and (folder := tidy_name(file.parts[0])) in names and folder in steps
    ]
    done = {each.file.name for each in stepped}
    own = {names[folder]: step for folder, step in steps.items()}
    apart = sorted(folder for folder in folders if folder not in steps)
    why = _("Its name holds no step, so it is no part of the series. --step NAME=NUMBER gives it one.")
    remarks = [Remark(f"{series}: {_shown(own)}", _("The numbers in the folders' names are steps of the series."))]
    remarks += [Remark(name, why) for name in apart]
    left = tuple(file for file in files if file.name not in done)
    return SeriesReading(tuple(stepped), left, own, tuple(remarks if own else remarks[1:]), _twice(own), tuple(apart))


def _own_name(series: str, folder: str) -> str:
    """Return the name of a contender: a folder such as `epoch10` says nothing without its series."""
    return folder if fold_name(series) in fold_name(folder) else f"{series} {folder}"


def _by_files(files: Sequence[FoundFile], series: str) -> SeriesReading:
    stepped, steps, seats = [], {}, Counter[tuple[str, str]]()
    left = []
    for file in sorted(files, key=lambda file: file.name):
        step = _file_step(file)
        if step is None:
            left.append(file)
            continue
        word = "epoch" if EPOCH.match(file.stem) else "step"
        outer = tidy_name(file.parts[-2]) if len(file.parts) > 1 else ""
        prompt = NUMBERED_PROMPT.fullmatch(outer)
        several = not prompt and outer and fold_name(outer) not in {fold_name(series), "sample", "samples", "images"}
        contender = f"{_own_name(series, outer) if several else series} {word} {step:g}"
        steps[contender] = step
        stem = prompt["text"] if prompt else _prompt_stem(file)
        seats[contender, stem] += 1
        again = seats[contender, stem] - 1
        stepped.append(Stepped(file, contender, f"{stem}_{again}" if again else stem))
    shown = Remark(f"{series}: {_shown(steps)}", _("The steps stand in the names of the files; each is a contender."))
    return SeriesReading(tuple(stepped), tuple(left), steps, (shown,), _twice(steps))


def _file_step(file: FoundFile) -> float | None:
    parts = read_name(tidy_name(file.stem))
    return float(parts.order) if parts.tool in TRAINERS and parts.order is not None else None


def _prompt_stem(file: FoundFile) -> str:
    """Return what a trainer's file name says of the prompt: its number, or its words."""
    parts = read_name(tidy_name(file.stem))
    if parts.prompt is not None:
        return f"{parts.prompt:02}"
    return parts.words or "sample"


def _shown(steps: Mapping[str, float]) -> str:
    ordered = [f"{step:g}" for step in sorted(steps.values())]
    return ", ".join(ordered if len(ordered) <= 8 else [*ordered[:4], "…", *ordered[-2:]])


def _twice(steps: Mapping[str, float]) -> tuple[Question, ...]:
    """Ask where two contenders are the same step: a series has each once."""
    names: dict[float, list[str]] = defaultdict(list)
    for name, step in steps.items():
        names[step].append(name)
    return tuple(
        Question(
            _(
                "These are one step of the series ({step}): {names}. Give one another step, or import them one after "
                "the other, each with a series of its own."
            ).format(step=f"{step:g}", names=write_list(_("“{name}”").format(name=name) for name in sorted(own))),
            (),
        )
        for step, own in sorted(names.items())
        if len(own) > 1
    )
