"""Pictures of open prompts that two contenders made of the same text, with how people split on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from arena.catalog.models import Prompt
from arena.generation.models import Generation
from leaderboard.queries.competitions.galleries import open_pictures
from leaderboard.queries.competitions.prompt_results import PairCount, count_pairs_on

SAMPLES = 2


@dataclass(frozen=True)
class SamplePair:
    """An open prompt with a picture of each of two contenders, and the votes between them on it, if any."""

    prompt: Prompt
    pictures: tuple[Generation, Generation]
    votes: PairCount | None

    @property
    def split(self) -> tuple[int, int, int, int]:
        """Wins, ties, losses and both bad from the side of the first picture."""
        count = self.votes
        if count is None:
            return 0, 0, 0, 0
        if count.first == self.pictures[0].contender.slug:
            return count.first_wins, count.ties, count.second_wins, count.both_bad
        return count.second_wins, count.ties, count.first_wins, count.both_bad


def sample_pairs(
    pairs: Sequence[tuple[str, str]], *, ledger: str, modality: str
) -> dict[tuple[str, str], tuple[SamplePair, ...]]:
    """Return up to SAMPLES prompts of each pair of contenders, given by slug, most votes first. Three queries.

    A prompt in play is never among them, and no prompt stands twice.
    """
    slugs = {slug for pair in pairs for slug in pair}
    pictured = open_pictures().filter(contender__slug__in=slugs, prompt__category__modality=modality)
    makers: dict[int, set[str]] = {}
    for prompt, slug in pictured.order_by().values_list("prompt", "contender__slug").distinct():
        makers.setdefault(prompt, set()).add(slug)
    shared = [prompt for prompt, own in makers.items() if any(own >= set(pair) for pair in pairs)]
    prompts = list(Prompt.objects.filter(pk__in=shared).order_by("pk")) if shared else []
    counts = count_pairs_on(prompts, ledger=ledger, contenders=slugs) if prompts else {}
    chosen, taken = {}, set[int]()
    for pair in pairs:
        fit = [(_votes_on(counts.get(one.slug, ()), pair), one) for one in prompts if makers[one.pk] >= set(pair)]
        fit = [(votes, one) for votes, one in fit if one.pk not in taken]
        chosen[pair] = sorted(fit, key=_most_votes)[:SAMPLES]
        taken |= {one.pk for _votes, one in chosen[pair]}
    pictures = _first_pictures(pictured.filter(prompt__in=taken).order_by("sample", "id")) if taken else {}
    return {
        (one, two): tuple(
            SamplePair(prompt, (pictures[prompt.pk, one], pictures[prompt.pk, two]), votes)
            for votes, prompt in chosen[one, two]
        )
        for one, two in pairs
    }


def _votes_on(counts: Iterable[PairCount], pair: tuple[str, str]) -> PairCount | None:
    return next((count for count in counts if {count.first, count.second} == set(pair)), None)


def _most_votes(found: tuple[PairCount | None, Prompt]) -> tuple[int, int]:
    return -(found[0].votes if found[0] else 0), found[1].pk


def _first_pictures(pictures: Iterable[Generation]) -> dict[tuple[int, str], Generation]:
    """The first sample of each contender by prompt."""
    found: dict[tuple[int, str], Generation] = {}
    for picture in pictures:
        found.setdefault((picture.prompt_id, picture.contender.slug), picture)
    return found
