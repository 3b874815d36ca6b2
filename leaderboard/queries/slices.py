"""The boards of a ledger by name: which slices exist, their titles, and their judging criteria."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import TypedDict

from django.conf.locale import LANG_INFO
from django.db.models import Q
from django.utils.translation import get_language_info, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from arena.catalog.models import Axis, Category, Modality, Prompt
from arena.errors import NotFound
from arena.languages.catalogue_names import translated
from arena.voting.ledger.opening import counted_ledgers
from arena.voting.models import Ledger, LedgerOrigin
from leaderboard.models import Board
from leaderboard.queries.axes.axis_maps import list_axes
from leaderboard.ratings.boards import BoardKey

# Languages that people write prompts in, but that Django has no name for.
_LANGUAGES = {
    "zh": gettext_lazy("Chinese"),
    "am": gettext_lazy("Amharic"),
    "fil": gettext_lazy("Filipino"),
    "ha": gettext_lazy("Hausa"),
    "lo": gettext_lazy("Lao"),
    "mt": gettext_lazy("Maltese"),
    "ps": gettext_lazy("Pashto"),
    "si": gettext_lazy("Sinhala"),
    "so": gettext_lazy("Somali"),
    "tl": gettext_lazy("Tagalog"),
    "yo": gettext_lazy("Yoruba"),
    "yue": gettext_lazy("Cantonese"),
    "zu": gettext_lazy("Zulu"),
}


@dataclass(frozen=True)
class TitledBoard:
    """A board's key, its title, and its criterion, which may be empty."""

    key: BoardKey
    title: str
    criterion: str = ""


def default_ledger(modality: str = "") -> str:
    """Return the slug of the main ledger if an operator chose one that has boards of the modality.

    Else it is that of the native ledger if it has entries, else of the demonstration if it has, else `native`. The API
    documents this rule. Pages differ in when they show the demonstration: `presentation.ledger_choice`.
    """
    main = Ledger.objects.filter(is_main=True, **({"boards__modality": modality} if modality else {})).first()
    if main is not None:
        return main.slug
    ledgers = {ledger.kind: ledger for ledger in counted_ledgers().exclude(kind="imported")}
    for kind in ("native", "demonstration"):
        if kind in ledgers and ledgers[kind].length:
            return ledgers[kind].slug
    return ledgers["native"].slug if "native" in ledgers else "native"


def find_ledger(slug: str, *, counted: bool = True) -> Ledger:
    """Return a ledger by slug; before the first vote the native one is an unsaved, empty ledger.

    Raises NotFound, also for the ledger of controls, which has no boards, unless `counted` is false.
    """
    ledger = (counted_ledgers() if counted else Ledger.objects).filter(slug=slug).first()
    if ledger is not None:
        return ledger
    if slug == "native":
        return Ledger(slug="native", name="Votes of this arena", kind="native")
    raise NotFound(_("There is no ledger “{slug}”.").format(slug=slug))


def find_origin(ledger: Ledger) -> LedgerOrigin | None:
    """Return the origin of an imported ledger, None for any other ledger."""
    return getattr(ledger, "origin", None) if ledger.kind == Ledger.Kind.IMPORTED else None


def find_slice(
    *,
    ledger: Ledger,
    modality: str,
    category: str | None,
    language: str | None,
    axis: str | None = None,
    days: int = 0,
) -> TitledBoard:
    """Return the board of the named slice, of all time or of the last `days` days.

    Raises NotFound for a slice that neither catalogue nor ledger knows, for an axis within a category or language, and
    for `days` if the votes carry no days.
    """
    if axis and (category or language):
        raise NotFound(_("There are no boards by axis within a category or a language."))
    found = _find_axis(ledger, modality, axis) if axis else _find_slice(ledger, modality, category, language)
    if not days:
        return found
    if not has_days(find_origin(ledger)):
        raise NotFound(_("These votes do not say when they were cast."))
    text = ngettext("{title}, last {days} day", "{title}, last {days} days", days)
    title = text.format(title=found.title, days=days)
    return replace(found, key=replace(found.key, days=days), title=title)


def has_days(origin: LedgerOrigin | None) -> bool:
    """Return whether a ledger's votes carry the day on which they were cast; an imported ledger's may not."""
    return origin is None or "cast_on" in origin.columns


class SliceParts(TypedDict):
    """What a board's slice names, as the arguments of `find_slice`; None for what it does not name."""

    category: str | None
    language: str | None
    axis: str | None


def split_slice(kind: str, value: str) -> SliceParts:
    """Return the parts of a board's slice."""
    category, _slash, language = value.rpartition("/") if kind == "category_language" else (value, "", value)
    return {
        "category": category if kind in ("category", "category_language") else None,
        "language": language if kind in ("language", "category_language") else None,
        "axis": value if kind == "axis" else None,
    }


def _find_slice(ledger: Ledger, modality: str, category: str | None, language: str | None) -> TitledBoard:
    if category:
        found = find_categories(ledger=ledger, modality=modality, categories=[category], language=language)
        return found[category]
    if language:
        return _find_language(ledger, modality, language)
    return _overall(modality)


def find_categories(
    *, ledger: Ledger, modality: str, categories: Collection[str], language: str | None = None
) -> dict[str, TitledBoard]:
    """Return the boards of these categories, or of each in one language. Few queries, however many they are.

    Raises NotFound for what neither catalogue nor ledger knows.
    """
    boards = _find_categories(ledger, modality, categories)
    if not language or not boards:
        return boards
    spoken = _find_language(ledger, modality, language)
    if "/" in language:
        # A file's labels may contain anything; a language that contains the separator has no board of this kind.
        raise NotFound(_("There is no board of a category in the language “{code}”.").format(code=language))
    return {slug: _within(board, spoken) for slug, board in boards.items()}


def _within(category: TitledBoard, language: TitledBoard) -> TitledBoard:
    value = f"{category.key.slice_value}/{language.key.slice_value}"
    title = _("{category} in {language}").format(category=category.title, language=language.title)
    return TitledBoard(replace(category.key, slice="category_language", slice_value=value), title, category.criterion)


def _overall(modality: str) -> TitledBoard:
    return TitledBoard(BoardKey("overall", modality=modality), _("Overall"))


def _find_categories(ledger: Ledger, modality: str, slugs: Collection[str]) -> dict[str, TitledBoard]:
    known = {each.slug: each for each in Category.objects.filter(slug__in=slugs, modality=modality)}
    boards = Board.objects.filter(ledger_id=ledger.pk, modality=modality, slice="category", slice_value__in=slugs)
    held = set(boards.order_by().values_list("slice_value", flat=True))
    found = {}
    for slug in slugs:
        # A file's category is not a category of this arena, even if it has the same name.
        own = None if ledger.kind == Ledger.Kind.IMPORTED and slug in held else known.get(slug)
        if slug not in held and (own is None or own.state != Category.State.ACTIVE):
            raise NotFound(_("There is no category “{slug}” here.").format(slug=slug))
        found[slug] = _of_category(own) if own else _of_label(modality, slug)
    return found


def _find_language(ledger: Ledger, modality: str, code: str) -> TitledBoard:
    if _has_board(ledger, modality, "language", code) or code in languages_of_prompts(modality):
        return _of_language(modality, code)
    raise NotFound(_("There are no prompts in the language “{code}” here.").format(code=code))


def _find_axis(ledger: Ledger, modality: str, slug: str) -> TitledBoard:
    known = list_axes(ledger, modality)
    if slug in known:
        return _of_axis(modality, slug, known[slug])
    if _has_board(ledger, modality, "axis", slug):
        name = Axis.objects.filter(slug=slug).values_list("name", flat=True).first()
        return _of_axis(modality, slug, translated(name or slug))
    raise NotFound(_("There is no axis “{slug}” here.").format(slug=slug))


def _of_axis(modality: str, slug: str, name: str) -> TitledBoard:
    return TitledBoard(BoardKey("axis", slug, modality=modality), name)


def _category(modality: str, slug: str) -> BoardKey:
    return BoardKey("category", slug, modality=modality)


def _of_label(modality: str, label: str) -> TitledBoard:
    """A category that the catalogue does not know, as a file of votes names it."""
    return TitledBoard(_category(modality, label), label)


def _of_category(known: Category) -> TitledBoard:
    key = _category(known.modality, known.slug)
    return TitledBoard(key, translated(known.name), translated(known.criterion))


def _of_language(modality: str, code: str) -> TitledBoard:
    return TitledBoard(BoardKey("language", code, modality=modality), language_name(code))


def _has_board(ledger: Ledger, modality: str, kind: str, value: str) -> bool:
    if ledger.pk is None:
        return False
    return Board.objects.filter(ledger=ledger, modality=modality, slice=kind, slice_value=value).exists()


def languages_of_prompts(modality: str) -> set[str]:
    shown = Prompt.objects.filter(~Q(state="draft"), category__state="active", category__modality=modality)
    return set(shown.order_by().values_list("language", flat=True).distinct())


def shown_modalities() -> list[str]:
    """Return the modalities that have prompts in play or open, text to image first; it alone where there are none."""
    shown = Prompt.objects.filter(~Q(state="draft"), category__state="active")
    found = set(shown.order_by().values_list("category__modality", flat=True).distinct())
    return [each.value for each in Modality if each.value in found] or [Modality.TEXT_TO_IMAGE.value]


def list_slices(*, ledger: Ledger, modality: str, computed: Collection[BoardKey]) -> list[TitledBoard]:
    """Return overall, every active category, every language and axis of shown prompts, and all other computed boards.

    An imported ledger has only its computed boards, under the labels of its file.
    """
    slugs = sorted(key.slice_value for key in computed if key.slice == "category")
    codes = sorted(key.slice_value for key in computed if key.slice == "language")
    axes = [_of_axis(modality, slug, name) for slug, name in list_axes(ledger, modality).items()]
    if ledger.kind == Ledger.Kind.IMPORTED:
        own = [_of_label(modality, label) for label in slugs]
        return [_overall(modality), *own, *(_of_language(modality, code) for code in codes), *axes]
    known = {category.slug: category for category in Category.objects.filter(modality=modality)}
    shown = [category for category in known.values() if category.state == Category.State.ACTIVE]
    others = [slug for slug in slugs if slug not in {category.slug for category in shown}]
    return [
        _overall(modality),
        *map(_of_category, shown),
        *(_of_category(known[slug]) if slug in known else _of_label(modality, slug) for slug in others),
        *(_of_language(modality, code) for code in sorted(languages_of_prompts(modality) | set(codes))),
        *axes,
    ]


def name_categories() -> dict[str, str]:
    """Return the names of all categories, by slug."""
    return {slug: translated(name) for slug, name in Category.objects.values_list("slug", "name")}


def language_name(code: str) -> str:
    """Return the language's name in the reader's language, or its code if it has no name."""
    lower = code.lower().replace("_", "-")
    for known in (lower, lower.partition("-")[0]):
        if known in _LANGUAGES:
            return str(_LANGUAGES[known])
        if known in LANG_INFO:
            return str(get_language_info(known)["name_translated"])
    return code
