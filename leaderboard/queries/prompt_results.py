"""What people voted on one prompt, per contender and per pair, from the ledger; only for open prompts."""

from dataclasses import dataclass

from django.db.models import Count

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


def count_results(*, prompt: Prompt, ledger: str) -> CompetitionResult:
    """Count the votes of one ledger on an open prompt. One query.

    Nothing is counted while a prompt is in play: knowing which contender won would help to guess its pictures.
    """
    if prompt.state != Prompt.State.OPEN:
        return CompetitionResult({}, (), 0)
    counted = (
        LedgerEntry.objects.filter(ledger__slug=ledger, prompt=prompt.slug, exclusion__isnull=True)
        .order_by()
        .values_list("left", "right", "outcome")
        .annotate(votes=Count("pk"))
    )
    tally: dict[tuple[str, str], dict[str, int]] = {}
    for left, right, outcome, votes in counted:
        first, second = sorted((left, right))
        pair = tally.setdefault((first, second), {})
        what = _from_first(outcome, first_is_left=first == left)
        pair[what] = pair.get(what, 0) + votes
    pairs = [_pair(first, second, seen) for (first, second), seen in tally.items()]
    pairs.sort(key=lambda pair: (-pair.votes, pair.first, pair.second))
    names = sorted({name for key in tally for name in key})
    return CompetitionResult({name: _entry(name, pairs) for name in names}, tuple(pairs), sum(p.votes for p in pairs))


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


def _entry(name: str, pairs: list[PairCount]) -> EntryCount:
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
