"""What people voted on one prompt, per contender and per pair, from the ledger; only for open prompts."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from arena.catalog.models import Prompt
from arena.voting.models import LedgerEntry


@dataclass(frozen=True)
class EntryCount:
    """The votes on one contender's images of a prompt; `share` is wins plus half the ties over rated votes."""

    contender: str
    wins: int
    losses: int
    ties: int
    both_bad: int

    @property
    def votes(self) -> int:
        return self.wins + self.losses + self.ties + self.both_bad

    @property
    def share(self) -> float | None:
        rated = self.wins + self.losses + self.ties
        return (self.wins + self.ties / 2) / rated if rated else None


@dataclass(frozen=True)
class PairCount:
    """How voters split on two contenders' images of a prompt; `first` sorts before `second`."""

    first: str
    second: str
    first_wins: int
    second_wins: int
    ties: int
    both_bad: int

    @property
    def votes(self) -> int:
        return self.first_wins + self.second_wins + self.ties + self.both_bad


@dataclass(frozen=True)
class CompetitionResult:
    """Counts by contender slug, and pairs, most votes first; excluded entries are not counted."""

    entries: dict[str, EntryCount]
    pairs: tuple[PairCount, ...]
    votes: int

    @property
    def best_first(self) -> list[EntryCount]:
        """By falling share; those without one come last."""
        return sorted(self.entries.values(), key=_best_first)


def count_results(*, prompt: Prompt, ledger: str) -> CompetitionResult:
    """Count the votes of one ledger on an open prompt. One query.

    Nothing is counted while a prompt is in play: knowing which contender won would help to guess its pictures.
    """
    pairs = count_pairs_on([prompt], ledger=ledger).get(prompt.slug, ())
    return CompetitionResult(sum_entries(pairs), pairs, sum(pair.votes for pair in pairs))


def sum_entries(pairs: Sequence[PairCount]) -> dict[str, EntryCount]:
    """Return the counts of each contender of some pairs, by slug."""
    names = sorted({name for pair in pairs for name in (pair.first, pair.second)})
    return {name: _entry(name, pairs) for name in names}


def count_pairs_on(
    prompts: Iterable[Prompt], *, ledger: str, contenders: Collection[str] | None = None
) -> dict[str, tuple[PairCount, ...]]:
    """Return the pairs of each open prompt by its slug, most votes first; only those among `contenders`, if given."""
    slugs = [prompt.slug for prompt in prompts if prompt.state == Prompt.State.OPEN]
    chosen = Q() if contenders is None else Q(left__in=contenders, right__in=contenders)
    counted = (
        LedgerEntry.objects.filter(chosen, ledger__slug=ledger, prompt__in=slugs, exclusion__isnull=True)
        .order_by()
        .values_list("prompt", "left", "right", "outcome")
        .annotate(votes=Count("pk"))
    )
    tally: dict[str, dict[tuple[str, str], dict[str, int]]] = {}
    for prompt, left, right, outcome, votes in counted:
        first, second = sorted((left, right))
        pair = tally.setdefault(prompt, {}).setdefault((first, second), {})
        what = _from_first(outcome, first_is_left=first == left)
        pair[what] = pair.get(what, 0) + votes
    return {
        prompt: tuple(sorted((_pair(*names, seen) for names, seen in pairs.items()), key=_most_votes))
        for prompt, pairs in tally.items()
    }


def _most_votes(pair: PairCount) -> tuple[int, str, str]:
    return -pair.votes, pair.first, pair.second


def _from_first(outcome: str, *, first_is_left: bool) -> str:
    if outcome not in ("left", "right"):
        return outcome
    return "first_wins" if (outcome == "left") == first_is_left else "second_wins"


def _pair(first: str, second: str, seen: dict[str, int]) -> PairCount:
    return PairCount(
        first=first,
        second=second,
        first_wins=seen.get("first_wins", 0),
        second_wins=seen.get("second_wins", 0),
        ties=seen.get("tie", 0),
        both_bad=seen.get("both_bad", 0),
    )


def _best_first(count: EntryCount) -> tuple[float, int, str]:
    return 1.0 if count.share is None else -count.share, -count.votes, count.contender


def _entry(name: str, pairs: Iterable[PairCount]) -> EntryCount:
    own = [pair for pair in pairs if name in (pair.first, pair.second)]
    as_first = [pair for pair in own if pair.first == name]
    as_second = [pair for pair in own if pair.second == name]
    return EntryCount(
        contender=name,
        wins=sum(pair.first_wins for pair in as_first) + sum(pair.second_wins for pair in as_second),
        losses=sum(pair.second_wins for pair in as_first) + sum(pair.first_wins for pair in as_second),
        ties=sum(pair.ties for pair in own),
        both_bad=sum(pair.both_bad for pair in own),
    )
