"""With which settings each contender's pictures say that they were made, where they agree; pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.generation.imports.reading.folder_files import Remark, name_with_more
from arena.generation.imports.reading.naming import shorten_name
from arena.languages.written_figures import write_list, write_number

Value = str | int | float
SEED = "seed"
# Values that are named where pictures differ; the rest is counted.
NAMED = 3
LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Made:
    """What one picture's file says: its settings, and the prompt that it names; `text` is the prompt that it shows."""

    contender: str
    settings: Mapping[str, Value]
    prompt: str = ""
    text: str = ""


def propose_settings(pictures: Iterable[Made]) -> tuple[dict[str, dict[str, Value]], list[Remark]]:
    """Return each contender's settings, and remarks on those in which its pictures differ: these are not taken.

    A setting that only some pictures name is taken, and said. Where all prompts in the files are the shown prompts with
    the same words around them, these words are the contender's template.
    """
    by_contender: dict[str, list[Made]] = defaultdict(list)
    for picture in pictures:
        by_contender[picture.contender].append(picture)
    settings: dict[str, dict[str, Value]] = {}
    remarks: list[Remark] = []
    for contender, own in by_contender.items():
        agreed = _agree(contender, own, remarks)
        if template := _find_template(own):
            agreed["template"] = template
        if agreed:
            settings[contender] = agreed
    return settings, remarks


def _agree(contender: str, pictures: list[Made], remarks: list[Remark]) -> dict[str, Value]:
    names = dict.fromkeys(name for picture in pictures for name in picture.settings if name != SEED)
    agreed: dict[str, Value] = {}
    for name in names:
        values = Counter(picture.settings[name] for picture in pictures if name in picture.settings)
        if len(values) > 1:
            said = _("{setting} differs, so it is left open: {values}.").format(setting=name, values=_shown(values))
            remarks.append(Remark(contender, said))
            continue
        agreed[name] = next(iter(values))
        if values.total() < len(pictures):
            remarks.append(Remark(contender, _say_partly(name, values.total(), len(pictures))))
    return agreed


def _shown(values: Counter[Value]) -> str:
    ordered = sorted(values.items(), key=lambda each: (-each[1], str(each[0])))
    named = [f"{shorten_name(str(value), LONGEST_SHOWN)} ({write_number(count)})" for value, count in ordered[:NAMED]]
    return name_with_more(write_list(named), len(values) - len(named))


def _say_partly(name: str, said: int, pictures: int) -> str:
    text = ngettext(
        "{setting} is named by {n} of {all} pictures.", "{setting} is named by {n} of {all} pictures.", pictures
    )
    return text.format(setting=name, n=write_number(said), all=write_number(pictures))


def _find_template(pictures: list[Made]) -> str:
    """Return the words around the prompt, if all pictures that name one have the same; empty for none."""
    found = set()
    for picture in pictures:
        prompt, text = " ".join(picture.prompt.split()), " ".join(picture.text.split())
        if not prompt or not text:
            continue
        if prompt.count(text) != 1:
            return ""
        found.add(prompt.replace(text, "{prompt}"))
    template = found.pop() if len(found) == 1 else ""
    return "" if template == "{prompt}" else template
