"""A model's licence as three questions with their answers, each with its sources."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from arena.catalog.models import Fact
from leaderboard.queries.choosing.licences import Verdict, answer_licence

_QUESTIONS = {
    "output_use": gettext_lazy("May its images be used commercially?"),
    "weights": gettext_lazy("Can its weights be had?"),
    "redistribution": gettext_lazy("May its weights be passed on?"),
}
_VERDICTS = {
    "yes": gettext_lazy("Yes"),
    "no": gettext_lazy("No"),
    "conditional": gettext_lazy("On conditions"),
    "differ": gettext_lazy("Sources differ"),
}


@dataclass(frozen=True)
class LicenceLine:
    """A question, its answer in a word or two, and each source with what it says."""

    key: str
    question: str
    answer: str
    differs: bool
    sources: tuple[tuple[str, Fact], ...]


def list_licence(facts: Iterable[Fact]) -> list[LicenceLine]:
    """Return the questions that the facts answer."""
    return [
        LicenceLine(
            key=answer.question,
            question=str(_QUESTIONS[answer.question]),
            answer=name_verdict(answer.verdict),
            differs=answer.verdict == "differ",
            sources=tuple((_say(fact), fact) for fact in answer.facts),
        )
        for answer in answer_licence(facts).values()
    ]


def name_verdict(verdict: Verdict) -> str:
    """Return a verdict as people read it."""
    return str(_VERDICTS[verdict])


def _say(fact: Fact) -> str:
    if fact.key == "licence":
        return _("Licence: {name}").format(name=fact.value)
    return str(_VERDICTS.get(fact.value.casefold(), fact.value))
