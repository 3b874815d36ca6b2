"""Casts votes of simulated voters in the same way as people's: dealt, images fetched, answered, sealed."""

from collections.abc import Callable, Sequence

from django.db import connection

from arena.catalog.models import Modality
from arena.errors import DomainError
from arena.generation.ingest.renditions import WIDTHS
from arena.generation.models import Generation
from arena.voting.blindness.blind import BlindMatchup
from arena.voting.blindness.blind_images import read_blind_image
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import SKIP, cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.dealing.pool import Pool
from arena.voting.dealing.stock import Stock, renew_stock
from arena.voting.ledger.opening import open_ledger
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import Ledger, random_id
from arena.voting.simulation.simulated_voters import (
    Look,
    Person,
    give_reasons,
    judge,
    languages_of,
    make_people,
    seeded,
)

PEOPLE = 80
# Votes between two sealings, after which dealing sees the new vote counts.
ROUND = 250


def simulate_votes(
    *, votes: int, seed: int = 1, people: int = PEOPLE, on_progress: Callable[[int], None] = lambda cast: None
) -> int:
    """Cast `votes` votes into the demonstration ledger and seal them; return how many were cast before pairs ran out.

    The seed, and what can be dealt, determine who votes and how; the voters are new at every call. Those who have
    judged everything are followed by others. Every language that can be dealt gets about as many votes per prompt as
    any other. Raises DomainError when no pair of images exists.
    """
    return Crowd(seed=seed, size=people).cast(votes, on_progress)


class Crowd:
    """Simulated voters of the demonstration."""

    def __init__(self, *, seed: int = 1, size: int = PEOPLE) -> None:
        self.ledger, self.seed, self.size = open_ledger(Ledger.Kind.DEMONSTRATION), seed, size
        self.rng = seeded(seed)
        self.people: list[Person] = []
        self.met = 0
        self.book: dict[int, Look] = {}

    def cast(self, votes: int, on_progress: Callable[[int], None] = lambda cast: None) -> int:
        """Cast this many votes and seal them; return how many there were pairs for. Raises DomainError without any."""
        cast = 0
        while cast < votes:
            stock = renew_stock(self.ledger.pk)
            if not stock.pool.facts:
                raise DomainError("No prompt in play has images of two contenders yet. Generate images first.")
            wanted = min(ROUND, votes - cast)
            added = sum(self._cast_one(stock) for _ in range(wanted))
            while seal_votes():
                pass
            cast += added
            on_progress(cast)
            if added < wanted:
                break
        return cast

    def _cast_one(self, stock: Stock) -> bool:
        """Let voters try until one casts a vote; False when even new voters find nothing to judge."""
        language = self._draw_language(stock.pool)
        while True:
            readers = self._find_readers(language)
            newcomers = not readers
            while not readers:
                self._invite()
                readers = self._find_readers(language)
            person = self.rng.choices(readers, weights=[each.weight for each in readers])[0]
            languages = languages_of(person, available=stock.pool.languages, seed=self.seed)
            matchup = self._deal(person, (language,), stock) or self._deal(person, languages, stock)
            if matchup is not None:
                if self._answer(person, matchup, languages) != SKIP:
                    return True
            elif newcomers:
                return False
            else:
                self.people.remove(person)

    def _draw_language(self, pool: Pool) -> str:
        """Draw a language by how much its prompts lack votes, as dealing draws a prompt within a category.

        So a language whose images came late catches up with the others.
        """
        lacks: dict[str, float] = dict.fromkeys(pool.languages, 0.0)
        for facts in pool.facts.values():
            lacks[facts.language] += 1.0 / (1 + pool.images[facts.prompt_id].votes)
        return self.rng.choices(list(lacks), weights=list(lacks.values()))[0]

    def _find_readers(self, language: str) -> list[Person]:
        return [person for person in self.people if languages_of(person, available=(language,), seed=self.seed)]

    def _invite(self) -> None:
        keys = [random_id() for _ in range(self.size)]
        self.people += make_people(self.rng, keys=keys, first=self.met)
        self.met += self.size

    def _deal(self, person: Person, languages: Sequence[str], stock: Stock) -> BlindMatchup | None:
        return deal_matchup(ledger=self.ledger, voter_key=person.key, languages=languages, rng=self.rng, stock=stock)

    def _answer(self, person: Person, matchup: BlindMatchup, languages: Sequence[str]) -> str:
        for image in (matchup.left_image, matchup.right_image):
            read_blind_image(handle=read_token(image.handle), voter_key=person.key, width=min(WIDTHS))
        matchup_id = read_token(matchup.id)
        left, right = self._looks(matchup)
        answer = judge(self.rng, person, left=left, right=right, seed=self.seed)
        offered = [reason.value for reason in matchup.reasons]
        reasons = give_reasons(person, answer=answer, left=left, right=right, offered=offered, seed=self.seed)
        cast_vote(matchup_id=matchup_id, voter_key=person.key, answer=answer, languages=languages, reasons=reasons)
        return answer

    def _looks(self, matchup: BlindMatchup) -> tuple[Look, Look]:
        """What the simulation knows of the two images, from the database: nothing that a voter is sent tells it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT left_id, right_id FROM voting_matchup WHERE id = %s", [read_token(matchup.id)])
            found = cursor.fetchone()
        if found is None:
            raise DomainError("The demonstration was removed meanwhile.")
        return self._look(found[0]), self._look(found[1])

    def _look(self, image: int) -> Look:
        if image not in self.book:
            made = Generation.objects.select_related("contender", "prompt__category").get(pk=image)
            edit = made.prompt.category.modality == Modality.IMAGE_EDITING
            self.book[image] = Look(made.contender.slug, made.prompt.slug, made.sample, edit)
        return self.book[image]
