"""Reads the text that the A1111 family writes: prompt lines, `Negative prompt:` lines, then one line of settings."""

import json
import re
from dataclasses import dataclass
from itertools import takewhile

PAIR = re.compile(r'\s*(?P<key>\w[\w \-/]+):\s*(?P<value>"(?:\\.|[^\\"])*"(?=\s*(?:,|$))|[^,]*)(?:,|$)')
# Tags name files of the generator and their strengths: settings, not words of the prompt.
TAG = re.compile(r"<(?:lora|lyco|hypernet):[^<>\n]{1,300}>")
KNOWN = {"Steps", "Sampler", "Seed", "Size", "CFG scale", "Model", "Model hash", "Version", "Schedule type"}
NEGATIVE = "Negative prompt:"
LEAST_PAIRS = 3
LONGEST_LINE = 100_000


@dataclass(frozen=True)
class Infotext:
    """The parts of the text. `settings` is empty if no line counts as settings; the first value of a key stands."""

    prompt: str
    settings: dict[str, str]


def read_infotext(text: str) -> Infotext:
    """Split the text into its parts; any text is a prompt at least."""
    lines = text.replace("\r\n", "\n").strip().split("\n")
    settings: dict[str, str] = {}
    # Extensions write lines of their own below the settings, which then begin with their usual first key.
    for number in range(len(lines) - 1, -1, -1):
        if number == len(lines) - 1 or lines[number].startswith("Steps: "):
            settings = _settings(lines[number])
        if settings:
            lines = lines[:number]
            break
    prompt = takewhile(lambda line: not line.startswith(NEGATIVE), map(str.strip, lines))
    return Infotext("\n".join(prompt).strip(), settings)


def strip_tags(prompt: str) -> str:
    """Return the prompt without tags that load files, such as `<lora:name:0.8>`."""
    lines = (_strip_line(line) if TAG.search(line) else line for line in prompt.split("\n"))
    return "\n".join(line for line in lines if line is not None)


def _strip_line(line: str) -> str | None:
    """Return a line without its tags and the commas around them; None if nothing else stood there."""
    words = re.sub(r"[ \t]{2,}", " ", TAG.sub("", line)).replace(" ,", ",")
    return re.sub(r",{2,}", ",", words).strip(" \t,") or None


def _settings(line: str) -> dict[str, str]:
    """Return the pairs of a line, or nothing if it holds fewer than three or no key that generators write."""
    found: dict[str, str] = {}
    position = 0
    while position < len(line) <= LONGEST_LINE:
        match = PAIR.match(line, position)
        if match is None:
            position = (line.find(",", position) + 1) or len(line)
            continue
        value, position = match["value"].strip(), match.end()
        if value[:1] in {"{", "["}:
            # Some write JSON without quotes: a prompt inside it must not bring keys of its own.
            value, position = _skip_json(line, match.start("value"))
        elif value.startswith('"'):
            value = _unquote(value)
        found.setdefault(match["key"].strip(), value)
    return found if len(found) >= LEAST_PAIRS and KNOWN & set(found) else {}


def _skip_json(line: str, start: int) -> tuple[str, int]:
    try:
        _value, end = json.JSONDecoder().raw_decode(line, start)
    except (ValueError, RecursionError):
        return "", len(line)
    comma = line.find(",", end)
    return line[start:end], len(line) if comma < 0 else comma + 1


def _unquote(value: str) -> str:
    try:
        return str(json.loads(value))
    except ValueError:
        return value
