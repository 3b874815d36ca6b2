"""The draw of controls (`arena.voting.control_kinds`): gold pairs and repeats; pure, and the query for what is due."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from random import Random

from arena.generation.ingest.renditions import WIDTHS, box_size, detail_width
from arena.voting.control_kinds import Control
from arena.voting.dealing.choice import Draw, PromptImages, unseen_images
from arena.voting.dealing.pool import Pool, PromptFacts, Scope

# A repeat comes so many matchups after the first, or more.
APART = 10
# So many prompts, drawn among so many, are looked at for the wrong image of a gold pair.
CANDIDATES, DRAWN = 3, 32
# So many that are due are looked at, the oldest first, since images of some may have left play.
_MOST_DUE = 8

# The voter's matchups that are to be dealt once more, and were not yet.
DUE = f"""
SELECT m.prompt_id, m.left_id, m.right_id FROM voting_matchup m
WHERE m.voter_key = %(voter)s AND m.control = 'first' AND m.answer IN ('left', 'right', 'tie', 'both_bad')
    AND m.turn <= (SELECT max(turn) FROM voting_matchup WHERE voter_key = %(voter)s) - %(apart)s
    AND NOT EXISTS (
        SELECT FROM voting_matchup r WHERE r.voter_key = m.voter_key AND r.control = 'repeat'
            AND r.left_id = m.right_id AND r.right_id = m.left_id
    )
ORDER BY m.turn LIMIT {_MOST_DUE}
"""  # noqa: S608  # it is made of constants


@dataclass(frozen=True)
class Due:
    """A matchup that is to be dealt once more: its prompt, and its images (generation ids) as they stood."""

    prompt_id: int
    left: int
    right: int


def repeat(due: Due, pool: Pool, *, languages: Sequence[str], scope: Scope) -> Draw | None:
    """Return the matchup with its sides swapped; None if it is not asked for, or its images left play."""
    facts = pool.facts.get(due.prompt_id)
    if facts is None or facts.language not in languages or not scope.holds(facts):
        return None
    makers = {image: maker for maker, own in pool.images[due.prompt_id].images.items() for image in own}
    if due.left not in makers or due.right not in makers:
        return None
    return Draw(
        due.prompt_id, due.right, due.left, makers[due.right], makers[due.left], propensity=1.0, control=Control.REPEAT
    )


def find_gold_prompt(asked: Sequence[PromptImages], pool: Pool) -> PromptFacts | None:
    """Return the first of these prompts of whose criterion an image of another prompt falls short."""
    known = (pool.facts[prompt.prompt_id] for prompt in asked)
    return next((facts for facts in known if facts.gold), None)


def other_prompts(rng: Random, facts: PromptFacts, pool: Pool) -> list[PromptImages]:
    """Return a few prompts of the same category, language and boxes, at random, that ask for something else."""
    shelves = pool.shelves(scope=Scope(category=facts.category_slug), languages=[facts.language])
    prompts = [prompt for shelf in shelves for prompt in shelf.prompts]
    drawn = rng.sample(prompts, min(len(prompts), DRAWN))
    return [each for each in drawn if _fits(facts, pool.facts[each.prompt_id])][:CANDIDATES]


def draw_gold(rng: Random, prompt: PromptImages, others: Sequence[PromptImages], *, seen: Set[int]) -> Draw | None:
    """Return two unseen images by one contender, one of `prompt`, one of another; the right one's side is a fair coin.

    None if no contender has both.
    """
    right = unseen_images(prompt, seen)
    for other in others:
        wrong = unseen_images(other, seen)
        if both := sorted(right.keys() & wrong.keys()):
            maker = rng.choice(both)
            images = [rng.choice(right[maker]), rng.choice(wrong[maker])]
            control = rng.choice((Control.GOLD_LEFT, Control.GOLD_RIGHT))
            left, right_side = images if control == Control.GOLD_LEFT else reversed(images)
            return Draw(prompt.prompt_id, left, right_side, maker, maker, propensity=1.0, control=control)
    return None


def _fits(facts: PromptFacts, other: PromptFacts) -> bool:
    """Tell whether another prompt asks for something else, and its images can be shown beside those of this one."""
    same_source = bool(facts.sources.pictures) and facts.sources == other.sources
    asks_otherwise = facts.prompt_id != other.prompt_id and facts.text != other.text and not same_source
    return asks_otherwise and _boxes(facts) == _boxes(other)


def _boxes(facts: PromptFacts) -> list[tuple[int, int]]:
    frame = facts.sources.pictures[0].frame if facts.sources.pictures else None
    return [box_size(width, frame) for width in (*WIDTHS, detail_width())]
