"""Questions that readers ask of a model, answered from the facts and measurements of its page, with their sources."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.catalog.models import ImageModel, Price
from arena.languages.written_figures import write_links, write_list, write_number
from leaderboard.presentation.board_page.figure_texts import half_width, money, rank_range, whole
from leaderboard.presentation.model_page.how_to_call import CallableOffering
from leaderboard.presentation.model_page.licence_lines import LicenceLine
from leaderboard.queries.choosing.suitability import longest_side
from leaderboard.queries.figures import ListPrice
from leaderboard.queries.standings import PlacedStanding

MOST_QUESTIONS = 8


@dataclass(frozen=True)
class Source:
    """Where an answer was read, and when; or the section of the page that measures it (`source` begins with "#")."""

    source: str
    seen_on: date | None = None


@dataclass(frozen=True)
class Question:
    """A question and its answer; `linked` is the same answer with its names as links, if it has any."""

    asked: str
    answer: str
    sources: tuple[Source, ...]
    linked: SafeString | None = None


@dataclass(frozen=True)
class Alternative:
    """A contender of another model, and the address of that model's page."""

    name: str
    url: str


@dataclass(frozen=True)
class Known:
    """What a model's page knows; `best` is the model's best line overall, `placed` all lines of that contender."""

    image_model: ImageModel
    board_title: str
    best: PlacedStanding | None
    placed: Sequence[PlacedStanding]
    prices: Sequence[Price]
    from_price: ListPrice | None
    callable_at: Sequence[CallableOffering]
    licence: Sequence[LicenceLine]
    alternatives: Sequence[Alternative]


def answer_questions(known: Known) -> list[Question]:
    """Return the questions that can be answered, at most MOST_QUESTIONS."""
    answers: Iterable[Callable[[Known], Question | None]] = (
        _how_good, _how_sure, _price, _providers, _call, _largest, _licence, _alternatives,
    )  # fmt: skip
    return [found for found in (answer(known) for answer in answers) if found][:MOST_QUESTIONS]


def _name(known: Known) -> str:
    return known.image_model.name


def _how_good(known: Known) -> Question | None:
    best = known.best
    if best is None or best.row.line.elo is None:
        return None
    ranks = rank_range(best.row.line)
    values = {
        "name": best.row.contender_name, "elo": whole(best.row.line.elo), "ranks": ranks, "board": known.board_title,
    }  # fmt: skip
    if best.row.line.level == "established":
        answer = _("{name} has an Elo of {elo} on the board {board}, rank {ranks}.").format(**values)
    else:
        answer = _("{name} has an Elo of {elo} on the board {board}, too early for a rank.").format(**values)
    return Question(_("How good is {name}?").format(name=_name(known)), f"{answer}{_best_at(known)}", _measured())


def _best_at(known: Known) -> str:
    """Name the categories that it does best and worst in, if there are two that have a rank."""
    ranked = [
        one for one in known.placed
        if one.board.slice == "category" and one.row.line.level == "established" and one.row.line.rank_low is not None
    ]  # fmt: skip
    ranked.sort(key=lambda one: (one.row.line.rank_low or 0, one.row.line.rank_high or 0, one.board.title))
    if len(ranked) < 2:
        return ""
    first, last = ranked[0], ranked[-1]
    return " " + _("Its best rank is {best_ranks} in {best}, its worst {worst_ranks} in {worst}.").format(
        best=first.board.title, best_ranks=rank_range(first.row.line),
        worst=last.board.title, worst_ranks=rank_range(last.row.line),
    )  # fmt: skip


def _how_sure(known: Known) -> Question | None:
    best = known.best
    if best is None or not half_width(best.row.line):
        return None
    answer = ngettext(
        # Not a format, though a letter follows the sign. xgettext:no-python-format
        "{votes} vote on {name} gives its Elo with an interval (95 %) of {half}.",
        "{votes} votes on {name} give its Elo with an interval (95 %) of {half}.",
        best.row.line.votes,
    ).format(votes=write_number(best.row.line.votes), half=half_width(best.row.line), name=best.row.contender_name)
    return Question(_("How sure is that?"), answer, _measured())


def _price(known: Known) -> Question | None:
    price = known.from_price
    if price is None:
        return None
    answer = _("One image costs {price} or more by the list, which is the price at {provider}.").format(
        price=money(price.amount), provider=price.provider
    )
    return Question(
        _("What does {name} cost?").format(name=_name(known)), answer, (Source(price.source, price.seen_on),)
    )


def _providers(known: Known) -> Question | None:
    names = [offering.provider.name for offering in known.image_model.offerings.all()]
    if not names:
        return None
    answer = ngettext(
        "{count} provider is known: {names}.", "{count} providers are known: {names}.", len(names)
    ).format(count=len(names), names=write_list(sorted(names, key=str.casefold)))
    newest: dict[int, Price] = {}
    for price in known.prices:
        newest.setdefault(price.offering_id, price)
    sources = tuple(Source(price.source, price.seen_on) for price in newest.values())
    return Question(_("Which providers offer {name}?").format(name=_name(known)), answer, sources)


def _call(known: Known) -> Question | None:
    if not known.callable_at:
        return None
    first = known.callable_at[0]
    sample = first.samples[0]
    answer = _("At {provider}, send a POST to {url} with the model {model}.").format(
        provider=first.offering.provider.name, url=sample.url, model=sample.model_id
    )
    return Question(_("How do I call {name}?").format(name=_name(known)), answer, (Source("#code"),))


def _largest(known: Known) -> Question | None:
    facts = [fact for fact in known.image_model.facts.all() if fact.key == "max_size"]
    if not facts:
        return None
    values = list(dict.fromkeys(f"{fact.value} {fact.unit}".strip() for fact in facts))
    if len(values) == 1:
        answer = _("Its largest image is {size}.").format(size=values[0])
    else:
        by_size = sorted(values, key=longest_side)
        answer = _("Sources differ on its largest image: {sizes}.").format(sizes=write_list(by_size))
    sources = tuple(Source(fact.source, fact.seen_on) for fact in facts)
    return Question(_("How large are the images of {name}?").format(name=_name(known)), answer, sources)


def _licence(known: Known) -> Question | None:
    if not known.licence:
        return None
    answer = " ".join(f"{line.question} {line.answer}." for line in known.licence)
    sources = dict.fromkeys(Source(fact.source, fact.seen_on) for line in known.licence for _said, fact in line.sources)
    return Question(_("What does the licence of {name} allow?").format(name=_name(known)), answer, tuple(sources))


def _alternatives(known: Known) -> Question | None:
    if not known.alternatives or known.best is None:
        return None
    text = _("The nearest by rating on the same board: {names}.")
    links = [format_html('<a href="{}">{}</a>', each.url, each.name) for each in known.alternatives]
    return Question(
        asked=_("What are alternatives to {name}?").format(name=_name(known)),
        answer=text.format(names=write_list(each.name for each in known.alternatives)),
        sources=_measured(),
        linked=format_html(text, names=write_links(links)),
    )


def _measured() -> tuple[Source, ...]:
    return (Source("#ratings"),)
