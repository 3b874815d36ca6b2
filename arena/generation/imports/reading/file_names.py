"""What the names that generators give to their files say: words, numbers, steps and seeds; pure."""

import re
from dataclasses import dataclass, replace

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
TIME = r"\d{4}-\d\d-\d\d[_-]\d\d-\d\d-\d\d"
# Words that say nothing of what a picture shows: a number behind them counts prompts.
EMPTY_WORDS = frozenset(
    "comfyui download dsc dscf dscn file frame gen generated generation id idx image images img index item no nr number"
    " out output p photo pic picture prompt prompts pxl render result sample screenshot test untitled".split()
)
# Of these, no prompt consists.
NAMELESS = frozenset(
    "comfyui download gen generated generation image images img out output render result sample screenshot"
    " untitled".split()
)
ONE_PROMPT, ONE_SAMPLE = "(?:prompt|image|img|idx|id|p)", "(?:sample|image|img|s|v|n)"
STEP = "(?:epochs?|steps?|iters?|iterations?|ckpt|checkpoint|seed)"
DATE = r"(?:19|20)\d\d(?:-[01]\d-[0-3]\d|[01]\d[0-3]\d)"
CLOCK = r"[-_ T.]+(?:at )?[0-2]\d(?:[-.:_]?[0-5]\d){1,2}(?:[-_. ]?\d{1,6})?(?: [AP]M)?"
# Each tool's names. Groups: `words` of the prompt; `number`, a counter of pictures; `prompt`, a prompt's number;
# `order`, a step, seed or time by which pictures of one prompt are put into order.
TOOLS = [
    (tool, re.compile(pattern, re.IGNORECASE))
    for tool, pattern in (
        ("DALL·E", r"DALL[^\w\s]?E \d{4}-\d\d-\d\d(?: \d\d[.\s_]\d\d[.\s_]\d\d)?(?: - (?P<words>.+))?"),
        ("ChatGPT", r"ChatGPT Image .*"),
        ("Gemini", r"Gemini_Generated_Image_\w+"),
        ("SD.Next", r"(?P<number>\d{5})-\d{4}-\d\d-\d\d-.+"),
        ("A1111", r"(?P<number>\d{5})-(?P<order>\d+)(?:-(?P<words>.+))?"),
        ("ComfyUI", r"ComfyUI(?:_temp_[a-z]{5})?_(?P<number>\d+)_?"),
        ("ComfyUI", r"(?P<words>.+?)_(?P<number>\d{5})_"),
        ("OneTrainer", TIME + r"-training-sample-(?P<order>\d+)-\d+-\d+"),
        ("Fooocus", r"\d{4}-\d\d-\d\d_\d\d-\d\d-\d\d_(?P<order>\d+)"),
        ("Midjourney", rf"[^_]+_(?P<words>.+?)(?:_--.*)?_{UUID}(?:_(?P<number>\d))?"),
        ("InvokeAI", UUID),
        ("ai-toolkit", r"(?:rank\d+_sample\d+_)?\d{13}__(?P<order>\d{9})_(?P<prompt>\d+)"),
        ("SimpleTuner", r"step_(?P<order>\d+)_(?P<words>.+)_(?P<number>\d+)_\d+x\d+"),
        ("kohya", r"(?:.+_)?e?(?P<order>\d{6})_(?P<prompt>\d{2,})_\d{14}(?:_\d+)?"),
        ("SwarmUI", r"(?P<order>\d{7})-(?P<words>.*[^\W\d].*)"),
        ("hash", r"(?=.*[a-f])[0-9a-f]{16,}"),
        ("time", rf"(?:(?:whatsapp )?(?:{'|'.join(sorted(EMPTY_WORDS))})[-_ ]?)?{DATE}{CLOCK}"),
        ("time", r"(?:19|20)\d\d-[01]\d-[0-3]\d"),
        ("numbers", rf"(?:{ONE_PROMPT}[-_ ]?)?(?P<words>\d{{1,6}})[-_ ]*{ONE_SAMPLE}[-_ ]?(?P<number>\d{{1,4}})"),
        ("numbers", rf"{ONE_PROMPT}[-_ ]?(?P<words>\d{{1,6}})[-_ ]+(?P<number>\d{{1,4}})"),
        ("seed", r"(?P<words>.+?)[-_ ]+seed[-_ ]?(?P<order>\d+)"),
        ("step", rf"(?P<words>.+?)(?:[-_]{STEP}[-_]?\d+)*[-_]{STEP}[-_]?(?P<order>\d+)"),
        ("step", rf"(?P<words>.+?)[-_](?P<order>\d+){STEP}"),
        ("sample", r"(?P<words>.+?)[-_ ](?:sample|variant|variation)[-_ ]?(?P<number>\d{1,6})"),
        ("number", rf"(?:\D|{'|'.join(sorted(EMPTY_WORDS))})?(?P<number>\d{{1,20}})"),
        ("", r"(?P<words>.+?)(?P<gap>[-_ ])(?P<number>\d{1,20})"),
    )
]
# What systems and programs of shared folders put behind the name of a second file of the same name.
COPY = re.compile(
    r"(?P<rest>.+?)(?: ?\((?P<again>\d+)\)| - (?:copy|kopie|copie|copia)(?: \((?P<copied>\d+)\))?"
    r"| copy(?: (?P<finder>\d+))?|\.sync-conflict-\d{8}-\d{6}-\w+| \([^()]*conflicted copy[^()]*\))",
    re.IGNORECASE,
)
# Overviews that A1111 puts beside its pictures.
GRID = re.compile(r"(?:xyz_)?grid-\d+.*", re.IGNORECASE)


@dataclass(frozen=True)
class NameParts:
    """A file's name without its ending, taken apart.

    `words` is empty if the name has none. `number` is what counts at its end, `is_padded` with leading zeros,
    `is_loose` behind a space. `prompt` is a prompt's own number. `order` sorts pictures of one prompt.
    """

    stem: str
    words: str
    number: int | None = None
    prompt: int | None = None
    order: int | None = None
    tool: str = ""
    is_padded: bool = False
    is_loose: bool = False


def read_name(stem: str) -> NameParts:
    """Take a file's name (without its ending) apart."""
    copy = COPY.fullmatch(stem)
    if copy is None:
        return _read(stem)
    again = int(copy["again"] or copy["copied"] or copy["finder"] or 1)
    inner = _read(copy["rest"])
    is_bare = inner.words or inner.stem.lower() in NAMELESS
    if inner.number is None and inner.order is None and inner.prompt is None and is_bare:
        return replace(inner, stem=stem, number=again)
    # A second file of the same name: it takes the next place that is free.
    return replace(inner, stem=stem, number=None, order=again)


def _read(stem: str) -> NameParts:
    for tool, pattern in TOOLS:
        if match := pattern.fullmatch(stem):
            parts = match.groupdict()
            words = (parts.get("words") or "").strip(" ._-")
            number = parts.get("number")
            if number is not None and words.lower() in EMPTY_WORDS:
                words = ""
            return NameParts(
                stem=stem, words=words, tool=tool,
                number=None if number is None else int(number),
                prompt=int(parts["prompt"]) if parts.get("prompt") else None,
                order=int(parts["order"]) if parts.get("order") else None,
                is_padded=number is not None and len(number) > 1 and number.startswith("0"),
                is_loose=parts.get("gap") == " ",
            )  # fmt: skip
    return NameParts(stem=stem, words="" if stem.lower() in NAMELESS else stem)
