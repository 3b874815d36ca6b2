"""Which contender each folder's pictures belong to, and which folders may only look like different ones; pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from django.utils.translation import gettext as _

from arena.errors import DomainError
from arena.generation.imports.import_plan import Choices, PlannedContender, Question
from arena.generation.imports.reading.naming import (
    MAX_CONTENDER_SLUG,
    MAX_NAME,
    contender_slug,
    fold_name,
    other_slug,
    shorten_name,
)
from arena.languages.written_figures import write_list


@dataclass(frozen=True)
class KnownContender:
    """A contender of the catalogue."""

    pk: int
    slug: str
    name: str


class Register:
    """The contenders of the catalogue, and those that the import adds."""

    def __init__(self, known: Iterable[KnownContender]) -> None:
        self._by_slug = {each.slug: PlannedContender(each.slug, each.name, each.name, each.pk) for each in known}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        self._by_fold: dict[str, set[str]] = defaultdict(set)
        for each in self._by_slug.values():
            self._by_name[each.name].append(each.slug)
            self._by_fold[fold_name(each.name)].add(each.slug)
            self._by_fold[fold_name(each.slug)].add(each.slug)

    def find(self, name: str) -> PlannedContender | None:
        """Return the contender with exactly this slug, or else exactly this name, if only one has it."""
        slugs = [name] if name in self._by_slug else self._by_name.get(shorten_name(name, MAX_NAME), [])
        return self._by_slug[slugs[0]] if len(slugs) == 1 else None

    def alike(self, name: str) -> PlannedContender | None:
        """Return a contender of the catalogue whose name or slug differs only in case, accents or punctuation."""
        slugs = self._by_fold.get(fold_name(name), set())
        return self._by_slug[min(slugs)] if slugs else None

    def add(self, name: str, *, slug: str = "") -> PlannedContender:
        """Return a new contender of this name; its slug is made from it unless given."""
        slug = slug or contender_slug(name)
        if slug in self._by_slug:
            slug = other_slug(name, slug, MAX_CONTENDER_SLUG)
        made = PlannedContender(slug, shorten_name(name, MAX_NAME), name, None)
        self._by_slug[slug] = made
        return made

    def free_slug(self, name: str) -> str:
        """Return a slug that no contender has, to be proposed to a person."""
        slug, number = contender_slug(name), 2
        while f"{slug}-{number}" in self._by_slug:
            number += 1
        return f"{slug}-{number}"


def name_contenders(
    folders: Set[str], known: Iterable[KnownContender], choices: Choices
) -> tuple[dict[str, PlannedContender], list[Question]]:
    """Return each folder's contender, and a question for each that may be another one's by a different spelling."""
    register = Register(known)
    _refuse_unknown({*choices.mapped, *choices.merged} - {*folders})
    named: dict[str, PlannedContender] = {}
    questions = []
    left = []
    for folder in sorted(folders):
        if folder in choices.merged:
            continue
        if target := choices.mapped.get(folder):
            named[folder] = _mapped(folder, target, register)
        elif found := register.find(folder):
            named[folder] = found
        else:
            left.append(folder)
    for alike in _groups(left):
        twin = register.alike(alike[0])
        if len(alike) > 1 or twin:
            questions.append(_ask(alike, twin, register))
    for folder in left:
        named[folder] = register.add(folder)
    for folder in choices.merged:
        target = _follow(folder, choices.merged)
        named[folder] = named.get(target) or register.find(target) or register.add(target)
    return named, questions


def _mapped(folder: str, target: str, register: Register) -> PlannedContender:
    if found := register.find(target):
        return found
    is_slug = contender_slug(target) == target
    return register.add(folder, slug=target) if is_slug else register.add(target)


def _follow(folder: str, merged: Mapping[str, str]) -> str:
    """Return where a folder's merging ends. Raises DomainError if it goes round in circles."""
    passed = [folder]
    while (folder := merged.get(folder, "")) and folder not in passed:
        passed.append(folder)
    if folder:
        raise DomainError(_("--merge goes round in circles: {names}.").format(names=" = ".join(passed)))
    return passed[-1]


def _refuse_unknown(names: Set[str]) -> None:
    if names:
        text = _("There is no contender's folder “{name}” to map or merge. Write its name as the plan does.")
        raise DomainError(text.format(name=min(names)))


def _groups(folders: Iterable[str]) -> list[list[str]]:
    by_fold: Mapping[str, list[str]] = defaultdict(list)
    for folder in folders:
        by_fold[fold_name(folder)].append(folder)
    return [by_fold[fold] for fold in sorted(by_fold)]


def _ask(alike: list[str], twin: PlannedContender | None, register: Register) -> Question:
    """Ask whether folders that differ only in case, accents or punctuation are one contender."""
    others = [*alike[1:], *([twin.slug] if twin else [])]
    quoted = [_("“{name}”").format(name=name) for name in alike]
    if twin:
        quoted.append(_("the contender {slug} (“{name}”)").format(slug=twin.slug, name=twin.name))
    text = _("{names} and {last} differ only in how they are written. Are they one contender?").format(
        names=write_list(quoted[:-1]), last=quoted[-1]
    )
    first, other = alike[0], others[0]
    if twin:
        same = [(f'--map "{first}={twin.slug}"', _("they are one contender"))]
    else:
        pairs = ((first, other), (other, first))
        said = _("they are one contender, “{name}”")
        same = [(f'--merge "{one}={kept}"', said.format(name=kept)) for one, kept in pairs]
    free = register.free_slug(first)
    apart = _("they are different contenders; the slug of “{name}” becomes {slug}").format(name=first, slug=free)
    return Question(text, (*same, (f'--map "{first}={free}"', apart)))
