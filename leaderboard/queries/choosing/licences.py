"""What a model's licence allows, by its facts: using its images, having its weights, passing these on."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

Question = Literal["output_use", "weights", "redistribution"]
Verdict = Literal["yes", "no", "conditional", "differ"]

# Facts that answer a question outright, in the words of a verdict.
_DIRECT: dict[str, Question] = {
    "commercial_use": "output_use", "weights": "weights", "redistribution": "redistribution",
}  # fmt: skip
# The facts that answer any question.
KEYS = (*_DIRECT, "licence")
# Values of the fact `licence` of models whose weights cannot be had. Any other named licence is one for weights.
_CLOSED = {"proprietary"}
# Licences that let anyone pass the weights on, changed or not, also for money.
_PERMISSIVE = {"apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0", "cc0-1.0"}


class Stated(Protocol):
    """A fact as far as it is read here."""

    key: str
    value: str


Statement = TypeVar("Statement", bound=Stated)


@dataclass(frozen=True)
class LicenceAnswer(Generic[Statement]):
    """The answer to one question, with the facts that give it; sources that do not agree make it "differ"."""

    question: Question
    verdict: Verdict
    facts: tuple[Statement, ...]


def answer_licence(facts: Iterable[Statement]) -> dict[Question, LicenceAnswer[Statement]]:
    """Return the answers to the questions that any fact answers, in the order of `Question`."""
    said: dict[Question, list[tuple[Verdict, Statement]]] = {"output_use": [], "weights": [], "redistribution": []}
    for fact in facts:
        for question, verdict in _read(fact):
            said[question].append((verdict, fact))
    return {
        question: LicenceAnswer(question, _agree(verdict for verdict, _ in each), tuple(fact for _, fact in each))
        for question, each in said.items()
        if each
    }


def has_open_weights(facts: Iterable[Stated]) -> bool | None:
    """Tell whether a model's weights can be had: no source denies it. None if no source says anything."""
    answer = answer_licence(facts).get("weights")
    return None if answer is None else answer.verdict in {"yes", "conditional"}


def _read(fact: Stated) -> Iterable[tuple[Question, Verdict]]:
    value = fact.value.casefold()
    if fact.key in _DIRECT:
        if value in {"yes", "no", "conditional"}:
            yield _DIRECT[fact.key], value  # type: ignore[misc] # it is one of the verdicts.
    elif fact.key == "licence":
        yield "weights", "no" if value in _CLOSED else "yes"
        if value in _PERMISSIVE | _CLOSED:
            yield "redistribution", "yes" if value in _PERMISSIVE else "no"


def _agree(verdicts: Iterable[Verdict]) -> Verdict:
    first, *others = dict.fromkeys(verdicts)
    return "differ" if others else first
