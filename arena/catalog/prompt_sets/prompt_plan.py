"""What importing a prompt set would do to the catalogue: new drafts, known prompts, slugs, categories."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from arena.catalog.models import Axis, Category, Modality, Prompt
from arena.catalog.prompt_sets.missing_fields import (
    CATEGORY,
    CRITERION,
    EDIT_CRITERION,
    EDITS,
    make_category_slug,
    make_slug,
    make_title,
)
from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, PromptSet, Row, find_fault, refuse
from arena.catalog.prompt_sets.set_pictures import RowPictures, find_pictures, stored_hashes

# A prompt's text, language, and the hashes of its pictures.
Identity = tuple[str, str, tuple[str, ...]]

# Latin letters with all their accents stand before it.
_LATIN_ENDS = "\u0250"


@dataclass(frozen=True)
class Defaults:
    """What rows get that do not say it themselves; an empty `source` is the name of the row's file."""

    language: str = "en"
    licence: str = ""
    source: str = ""
    category: str = ""


@dataclass
class PromptPlan:
    """The rows of a set, each counted once.

    `new` are unsaved drafts, `pictured` those of them with source pictures, `renamed` are stored prompts with the slug
    that they would get and their old one, `kept` are stored prompts that cannot get theirs, with the slug that the set
    gives them. `tagged` are those of the new drafts that test known axes.
    """

    found: PromptSet
    rows: int = 0
    new: list[Prompt] = field(default_factory=list)
    pictured: list[tuple[Row, Prompt, RowPictures]] = field(default_factory=list)
    tagged: list[tuple[Prompt, list[Axis]]] = field(default_factory=list)
    known: int = 0
    repeated: list[Row] = field(default_factory=list)
    renamed: list[tuple[Prompt, str]] = field(default_factory=list)
    kept: list[tuple[Prompt, str]] = field(default_factory=list)
    new_categories: list[Category] = field(default_factory=list)

    @property
    def unlike_english(self) -> int:
        """How many new drafts are said to be English, but have more letters of other scripts than Latin ones."""
        return sum(prompt.language == "en" and _is_of_another_script(prompt.text) for prompt in self.new)

    @property
    def categories(self) -> Counter[str]:
        """How many new drafts each category gets, by its name."""
        return Counter(prompt.category.name for prompt in self.new)


def plan_prompts(*, found: PromptSet, defaults: Defaults) -> PromptPlan:
    """Compare a set with the catalogue; nothing is written. Raises BadPromptFile if it cannot be imported."""
    if fault := find_fault({"language": defaults.language, "licence": defaults.licence, "source": defaults.source}):
        raise BadPromptFile(f"options: {fault}")
    planning = _Planning(PromptPlan(found), defaults)
    for row in found.rows:
        planning.take(row)
    refuse(planning.problems)
    return planning.plan


class _Planning:
    """One comparison. It keeps what earlier rows have taken: texts, slugs, categories."""

    def __init__(self, plan: PromptPlan, defaults: Defaults) -> None:
        self.plan = plan
        self.defaults = defaults
        self.problems: list[str] = []
        self.stored: dict[Identity, list[Prompt]] = {}
        self.slugs: dict[str, Prompt] = {}
        pictures = stored_hashes()
        # Of stored prompts only what is compared is read: their scenes and notes may be long.
        wanted = ("slug", "title", "text", "language", "state", "from_file", "frozen_at")
        for prompt in Prompt.objects.order_by("pk").only(*wanted):
            identity = (prompt.text, prompt.language, pictures.get(prompt.pk, ()))
            self.stored.setdefault(identity, []).append(prompt)
            self.slugs[prompt.slug] = prompt
        self.by_row: dict[Identity, Row] = {}
        categories = list(Category.objects.all())
        self.categories = {category.name.casefold(): category for category in categories}
        self.categories |= {category.slug: category for category in categories}
        self.axes = {name: axis for axis in Axis.objects.all() for name in (axis.slug, axis.name.casefold())}

    def take(self, row: Row) -> None:
        """Count a row."""
        self.plan.rows += 1
        values = {
            "language": self.defaults.language,
            "licence": self.defaults.licence or "unknown",
            "source": self.defaults.source or row.file[:500],
            **row.values,
        }
        try:
            pictures = find_pictures(row, folder=self.plan.found.folder)
        except BadPromptFile as error:
            self.problems.append(error.message)
            return
        hashes = pictures.hashes if pictures else ()
        identity = (values["text"], values["language"], hashes)
        if identity in self.by_row:
            self.plan.repeated.append(row)
            return
        self.by_row[identity] = row
        if identity in self.stored:
            self.plan.known += 1
            self._take_slug(row, self.stored[identity])
            return
        prompt = _draft(values, hashes)
        if self._is_taken(row, prompt.slug):
            return
        prompt.category = self._category(values.get("category") or self.defaults.category, edits=bool(pictures))
        if pictures and prompt.category.modality != Modality.IMAGE_EDITING:
            self.problems.append(
                f"{row.place}: names source pictures, and the category {prompt.category.name!r} is for images from "
                "text; name another one, or let --category say which"
            )
        self.slugs[prompt.slug] = prompt
        self.plan.new.append(prompt)
        if axes := self._axes(row):
            self.plan.tagged.append((prompt, axes))
        if pictures:
            self.plan.pictured.append((row, prompt, pictures))

    def _take_slug(self, row: Row, same: list[Prompt]) -> None:
        """Give a stored prompt the slug that its row brings, unless something depends on its own."""
        slug = row.values.get("slug", "")
        if not slug or any(prompt.slug == slug for prompt in same) or self._is_taken(row, slug):
            return
        free = next((prompt for prompt in same if may_be_renamed(prompt)), None)
        if free is None:
            self.plan.kept.append((same[0], slug))
            return
        self.plan.renamed.append((free, free.slug))
        del self.slugs[free.slug]
        free.slug = slug
        self.slugs[slug] = free

    def _is_taken(self, row: Row, slug: str) -> bool:
        if slug not in self.slugs:
            return False
        owner = self.slugs[slug].title
        self.problems.append(
            f"{row.place}: slug {slug!r} belongs to another prompt, {owner[:60]!r}; "
            "correct it, or leave the ids out by --column slug="
        )
        return True

    def _axes(self, row: Row) -> list[Axis]:
        """The axes that a row names, by slug or name, separated by commas, semicolons or line breaks."""
        named = [name.strip() for name in re.split(r"[,;|\n]", row.values.get("axes", "")) if name.strip()]
        unknown = [name for name in named if name.casefold() not in self.axes]
        if unknown:
            known = ", ".join(dict.fromkeys(axis.slug for axis in self.axes.values()))
            self.problems.append(
                f"{row.place}: there is no axis {unknown[0][:60]!r}; known are {known or 'none'}. Correct it, add it "
                "in the admin, or leave the column out by --column axes="
            )
        return list({axis.pk: axis for name in named if (axis := self.axes.get(name.casefold()))}.values())

    def _category(self, name: str, *, edits: bool) -> Category:
        name = name or (EDITS if edits else CATEGORY)
        slug = make_category_slug(name)
        known = self.categories.get(name.casefold()) or self.categories.get(slug)
        if known is None:
            known = Category(slug=slug, name=name, criterion=EDIT_CRITERION if edits else CRITERION, gold=True)
            known.modality = Modality.IMAGE_EDITING if edits else Modality.TEXT_TO_IMAGE
            self.categories[name.casefold()] = self.categories[slug] = known
            self.plan.new_categories.append(known)
        return known


def may_be_renamed(prompt: Prompt) -> bool:
    """Tell whether a prompt's slug is nobody's yet: no image or vote names it, no page is public, no file owns it."""
    return prompt.frozen_at is None and prompt.state != Prompt.State.OPEN and not prompt.from_file


def _is_of_another_script(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter >= _LATIN_ENDS for letter in letters) > len(letters) / 2


def _draft(values: Mapping[str, str], pictures: Sequence[str]) -> Prompt:
    text = values["text"]
    note = " · ".join(values[key] for key in ("challenge", "note", "tags") if key in values)
    return Prompt(
        slug=values.get("slug") or make_slug(text, values["language"], pictures),
        title=values.get("title") or make_title(text),
        text=text,
        language=values["language"],
        gloss=values.get("gloss", ""),
        note=note[:300],
        licence=values["licence"],
        source=values["source"],
    )
