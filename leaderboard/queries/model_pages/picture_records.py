"""How each picture of a model fared against others, counted from votes on open prompts only."""

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from arena.generation.models import Generation
from arena.voting.models import LedgerEntry
from leaderboard.queries.comparing.verdicts import Record

OUTCOMES = ("won", "lost", "tied")


@dataclass
class PictureRecord:
    """One picture's votes in its category, and whom it met, by slug."""

    category: str
    wins: int = 0
    ties: int = 0
    losses: int = 0
    both_bad: int = 0
    opponents: set[str] = field(default_factory=set)

    @property
    def outcome(self) -> str:
        """One of OUTCOMES by the majority of its votes; empty without rated votes."""
        if not self.record.rated:
            return ""
        return "won" if self.wins > self.losses else "lost" if self.wins < self.losses else "tied"

    @property
    def record(self) -> Record:
        return Record(self.wins, self.ties, self.losses, self.both_bad)


def read_picture_records(pictures: QuerySet[Generation], *, ledger: str) -> dict[int, PictureRecord]:
    """Return the records of some of `galleries.open_pictures` that have votes, by their key. Two queries.

    Pictures in play must not be among them: which of those won would help to guess whose they are.
    """
    columns = ("pk", "prompt__category__slug", "contender__slug", "prompt__slug")
    shown = list(pictures.order_by().values_list(*columns))
    if not shown:
        return {}
    categories = {key: category for key, category, _slug, _prompt in shown}
    names = {slug for _key, _category, slug, _prompt in shown}
    counted = (
        LedgerEntry.objects.filter(
            Q(left__in=names) | Q(right__in=names),
            ledger__slug=ledger,
            prompt__in={prompt for _key, _category, _slug, prompt in shown},
            exclusion__isnull=True,
            vote__isnull=False,
        )
        .order_by()
        .values_list("vote__matchup__left", "vote__matchup__right", "left", "right", "outcome")
        .annotate(votes=Count("pk"))
    )
    found: dict[int, PictureRecord] = {}
    for left, right, left_name, right_name, outcome, votes in counted:
        for key, side, other in ((left, "left", right_name), (right, "right", left_name)):
            if key in categories:
                _add(found.setdefault(key, PictureRecord(categories[key])), side, outcome, votes, other)
    return found


def _add(record: PictureRecord, side: str, outcome: str, votes: int, other: str) -> None:
    record.opponents.add(other)
    if outcome == "tie":
        record.ties += votes
    elif outcome == "both_bad":
        record.both_bad += votes
    elif outcome == side:
        record.wins += votes
    else:
        record.losses += votes
