"""An import's plan as text for a terminal."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from unicodedata import combining, east_asian_width

from arena.generation.imports.import_plan import Plan, PlannedPrompt
from arena.generation.imports.reading.folder_files import Remark
from arena.generation.imports.reading.naming import shorten_name, show_name

# Lines of a kind that are printed; the rest is counted.
SHOWN = 12
NAME, TEXT = 34, 60


def write_plan(plan: Plan) -> str:
    """Return the plan as a readable text, most important last, since a terminal shows the end."""
    parts = [
        _table(("contender", "slug", "", "pictures", "new", *_series_head(plan)), _contender_rows(plan)),
        _table(("prompt", "text", "text from", "", "contenders"), _prompt_rows(plan)),
        *_section(
            "How names are read (--numbers sample or --numbers prompt decides what numbers count)", plan.readings
        ),
        *_section("Other texts for these prompts, not taken", _disagreements(plan.prompts)),
        *_section(
            "Settings of new contenders, from the pictures' metadata (--no-settings takes none)", _settings(plan)
        ),
        *_section("Settings on which pictures do not agree", plan.undecided),
        *_section("Source images", _sources(plan)),
        *_section("Ignored", plan.ignored, by_reason=True),
        *_section("The same picture twice under one contender: taken once", plan.duplicates),
        *_section("The same picture under several contenders: never dealt against each other", _twins(plan)),
        *_section("Left out" if plan.skip_bad else "Cannot be imported", plan.problems),
        *_questions(plan),
        _sum(plan),
    ]
    return "\n\n".join(part for part in parts if part)


def count_of(number: int, word: str) -> str:
    """Return a number with its word, as in “1 picture” and “2,000 pictures”; of regular English words only."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _series_head(plan: Plan) -> tuple[str, ...]:
    return ("step",) if any(contender.series for contender in plan.contenders) else ()


def _contender_rows(plan: Plan) -> list[tuple[str, ...]]:
    all_, new = (Counter(picture.contender for picture in pictures) for pictures in (plan.pictures, plan.new))
    has_steps = bool(_series_head(plan))
    return [
        (
            show_name(contender.name), contender.slug, "new" if contender.pk is None else "known",
            f"{all_[contender.slug]:,}", f"{new[contender.slug]:,}",
            *(["" if contender.step is None else f"{contender.step:g}"] if has_steps else []),
        )
        for contender in plan.contenders
    ]  # fmt: skip


def _prompt_rows(plan: Plan) -> list[tuple[str, ...]]:
    makers: dict[str, set[str]] = defaultdict(set)
    for picture in plan.pictures:
        makers[picture.prompt].add(picture.contender)
    return [
        (
            prompt.slug, prompt.text, prompt.source, "new" if prompt.pk is None else "known",
            f"{len(makers[prompt.slug]):,}",
        )
        for prompt in plan.prompts
    ]  # fmt: skip


def _disagreements(prompts: Iterable[PlannedPrompt]) -> list[Remark]:
    return [Remark(f"{prompt.slug}, {whose}", text) for prompt in prompts for whose, text in prompt.others]


def _settings(plan: Plan) -> list[Remark]:
    return [
        Remark(show_name(contender.name), ", ".join(f"{name} {value}" for name, value in contender.settings.items()))
        for contender in plan.contenders
        if contender.settings
    ]


def _sources(plan: Plan) -> list[Remark]:
    return [
        Remark(prompt.slug, ", ".join([each.name for each in prompt.sources] + _mask(prompt)))
        for prompt in plan.prompts
        if prompt.sources
    ]


def _mask(prompt: PlannedPrompt) -> list[str]:
    return [f"mask {prompt.mask.name}"] if prompt.mask else []


def _twins(plan: Plan) -> list[Remark]:
    return [Remark(" = ".join(names), "") for names in plan.twins]


def _questions(plan: Plan) -> list[str]:
    lines = []
    for question in plan.questions:
        lines += [f"  {question.text}", *(f"    {option}   {meaning}" for option, meaning in question.answers)]
    return ["\n".join(["Decide first:", *lines])] if lines else []


def _sum(plan: Plan) -> str:
    new_contenders = sum(contender.pk is None for contender in plan.contenders)
    new_prompts = sum(prompt.pk is None for prompt in plan.prompts)
    said = (
        f"{count_of(len(plan.pictures), 'picture')}, {len(plan.new):,} new. "
        f"{count_of(len(plan.contenders), 'contender')}, {new_contenders:,} new. "
        f"{count_of(len(plan.prompts), 'prompt')}, {new_prompts:,} new. "
        f"Pairs that voters can be shown: {plan.pairs:,}."
    )
    lonely = plan.lonely
    return f"{said} Without a pair: {_few(lonely)}." if lonely else said


def _section(title: str, remarks: Sequence[Remark], *, by_reason: bool = False) -> Iterator[str]:
    if not remarks:
        return
    lines = [f"  {remark.name}: {remark.why}" if remark.why else f"  {remark.name}" for remark in remarks[:SHOWN]]
    if by_reason:
        reasons: dict[str, list[str]] = defaultdict(list)
        for remark in remarks:
            reasons[remark.why].append(remark.name)
        lines = [f"  {_few(names)}: {why}" for why, names in reasons.items()]
    elif len(remarks) > SHOWN:
        lines.append(f"  … and {len(remarks) - SHOWN:,} more")
    yield "\n".join([f"{title}:", *lines])


def _few(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return ""
    shown = [tuple(shorten_name(cell, TEXT if place == 1 else NAME) for place, cell in enumerate(row)) for row in rows]
    printed = (head, *shown[:SHOWN])
    widths = [max(_width(row[place]) for row in printed) for place in range(len(head))]
    lines = [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in printed
    ]
    if len(rows) > SHOWN:
        lines.append(f"… and {len(rows) - SHOWN:,} more")
    return "\n".join(lines)


def _width(text: str) -> int:
    """Return the columns of a terminal that a text takes: East Asian characters and most emoji take two."""
    return sum(0 if combining(each) else 1 + (east_asian_width(each) in "WF") for each in text)
