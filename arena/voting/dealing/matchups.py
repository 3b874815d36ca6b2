"""Dealing: one prompt, two images, a left and a right side, for one voter."""

import json
import secrets
import uuid
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from random import Random
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext

from arena.catalog.reasons import Reason
from arena.errors import NotFound
from arena.generation.ingest.public_sources import gather_sources
from arena.monitoring.counts import DEALS
from arena.voting.blindness.blind import BlindImage, BlindMatchup
from arena.voting.blindness.lifetimes import ANSWERABLE, SERVED
from arena.voting.blindness.tokens import write_token
from arena.voting.control_kinds import GOLD, Control
from arena.voting.dealing.choice import POLICY, Draw, PromptImages, draw_matchup, has_pair, order_prompts
from arena.voting.dealing.controls import APART, DUE, Due, draw_gold, find_gold_prompt, other_prompts, repeat
from arena.voting.dealing.pool import DEALABLE, EVERYTHING, Pool, PromptFacts, Scope
from arena.voting.dealing.stock import Stock, current_stock, renew_stock
from arena.voting.ledger.opening import control_ledger
from arena.voting.models import Ledger, Matchup, random_id

# A tab has one on screen, two prefetched, and one whose vote it holds. Three tabs get pairs of their own.
OPEN_LIMIT = 3 * 4
# How often a draw is repeated because the stock was outdated or another request took the turn. Each such request has
# dealt one of the few matchups that may be open, so one voter's own parallel requests never reach this limit.
REDRAWS = 2 * OPEN_LIMIT
# Open matchups are looked for among this many latest turns; an older one is not served again.
OPEN_TURNS = 64
# What a voter has seen is read for this many prompts first, then for this many times more while none has a pair left.
ASKED_FIRST, ASKED_GROWTH = 4, 8

_fair = secrets.SystemRandom()

# What a voter may not be dealt of some prompts: images whose names they saw, and all images that were shown to them
# within ANSWERABLE, but for those of pairs skipped before the moment from which they want them again. The whole history
# is never read, since it grows with every vote. Both images of a gold pair are as good as named, whatever its prompt or
# answer: they have one maker, so the name of one would tell the other's.
_SEEN = """
SELECT left_id, right_id, named FROM (
    SELECT left_id, right_id, dealt_at, answer IN ('left', 'right', 'tie', 'both_bad') AS named,
        answer = 'skip' AND closed_at < coalesce(%(again)s::timestamptz, '-infinity') AS wanted_again
    FROM voting_matchup WHERE voter_key = %(voter)s AND prompt_id = ANY(%(prompts)s::bigint[])
) dealt
WHERE named OR (dealt_at > now() - %(answerable)s AND NOT wanted_again)
UNION ALL
SELECT left_id, right_id, true FROM voting_matchup
WHERE voter_key = %(voter)s AND control IN ('gold_left', 'gold_right')
"""
# Four statements in one round trip: first the voter's latest turn, then what they have seen, what is open, what is due.
# A matchup that is dealt in between or afterwards takes the next turn; then _DEAL, which needs it, inserts nothing.
_SHOWN = f"""
SELECT coalesce(max(turn), 0) FROM voting_matchup WHERE voter_key = %(voter)s;
{_SEEN};
SELECT m.id, m.prompt_id, m.left_id, m.right_id, m.left_handle, m.right_handle,
    extract(epoch FROM m.dealt_at + %(served)s - now())::int
FROM voting_matchup m JOIN catalog_prompt p ON p.id = m.prompt_id AND p.state = 'play'
WHERE m.voter_key = %(voter)s AND m.answer = ''
    AND (m.ledger_id = %(ledger)s OR (%(native)s AND m.control IN ('gold_left', 'gold_right', 'repeat')))
    AND NOT EXISTS (
        SELECT FROM generation_generation g WHERE g.id IN (m.left_id, m.right_id) AND g.hidden_at IS NOT NULL
    )
    AND (p.corrected_at IS NULL OR p.corrected_at < m.dealt_at)
    AND m.turn > (SELECT max(turn) - %(turns)s FROM voting_matchup WHERE voter_key = %(voter)s)
    AND m.dealt_at > now() - %(served)s
ORDER BY m.turn;
{DUE}
"""  # noqa: S608  # it is made of constants
# The stock may be seconds old, so this statement decides whether both images may still be dealt.
_DEALABLE = f"""
SELECT g.prompt_id {DEALABLE} WHERE g.id IN (%(left)s, %(right)s) GROUP BY g.prompt_id HAVING count(*) = 2
"""  # it is made of constants
# Of a gold pair only one image is of the prompt; both must be different pictures.
_DEALABLE_GOLD = f"""
SELECT max(g.prompt_id) FILTER (WHERE g.id = %(judged)s) AS prompt_id {DEALABLE}
LEFT JOIN generation_image own ON own.generation_id = g.id WHERE g.id IN (%(left)s, %(right)s)
HAVING count(*) = 2 AND count(DISTINCT coalesce(own.pixels, g.id::text)) = 2
"""  # it is made of constants
# While a text may still be corrected: whether it is still this text, after any correction that is being written.
_AS_READ = """
SELECT p.id AS prompt_id FROM catalog_prompt p
WHERE p.id = ({dealable}) AND p.corrected_at IS NOT DISTINCT FROM %(corrected)s::timestamptz FOR SHARE OF p
"""
_DEAL = """
WITH chosen AS (
    {dealable}
), dealt AS (
    INSERT INTO voting_matchup (id, ledger_id, voter_key, turn, prompt_id, left_id, right_id, left_handle,
        right_handle, propensity, policy, dealt_at, answer, reply, control)
    SELECT %(id)s, %(ledger)s, %(voter)s, %(turn)s, prompt_id, %(left)s, %(right)s, %(left_handle)s,
        %(right_handle)s, %(propensity)s, %(policy)s, clock_timestamp(), '', %(reply)s, %(control)s
    FROM chosen
    ON CONFLICT (voter_key, turn) DO NOTHING
    RETURNING id
)
SELECT EXISTS (SELECT FROM chosen), EXISTS (SELECT FROM dealt)
"""
# By whether it is a gold pair, and whether its text is frozen.
_DEALS = {
    (is_gold, is_frozen): _DEAL.format(dealable=dealable if is_frozen else _AS_READ.format(dealable=dealable))
    for is_gold, dealable in ((False, _DEALABLE), (True, _DEALABLE_GOLD))
    for is_frozen in (False, True)
}


@dataclass(frozen=True)
class Asker:
    """The voter who is dealt to, and the moment before which they skipped pairs that they would now take."""

    key: uuid.UUID
    skipped_before: datetime | None


@dataclass(frozen=True)
class Seen:
    """The images that a voter may not be dealt, of some prompts and of all gold pairs, and those as good as named."""

    images: Set[int]
    named: Set[int]


@dataclass(frozen=True)
class Shown:
    """A voter's latest turn, what they have seen of the prompts asked about, what is open (by turn), what is due."""

    turn: int
    seen: Seen
    open: Sequence["OpenMatchup"]
    due: Sequence[Due]


@dataclass(frozen=True)
class OpenMatchup:
    """A dealt matchup that waits for its answer and may still be served."""

    id: uuid.UUID
    prompt_id: int
    left: int
    right: int
    left_handle: uuid.UUID
    right_handle: uuid.UUID
    expires_in: int = int(SERVED.total_seconds())


def deal_matchup(
    *,
    ledger: Ledger,
    voter_key: uuid.UUID,
    languages: Sequence[str],
    scope: Scope = EVERYTHING,
    have: Collection[str] = (),
    skipped_before: datetime | None = None,
    rng: Random = _fair,
    stock: Stock | None = None,
) -> BlindMatchup | None:
    """Serve an open matchup again that is not among `have` (tokens), or deal a new one; None when nothing is left.

    Only prompts of the scope in these languages are dealt, never an image whose name the voter has seen, that was
    in a gold pair of theirs, or that was shown to them within ANSWERABLE; what they skipped before a moment may come
    again.
    Also None while OPEN_LIMIT such matchups are open. Of the native ledger, a small share are controls instead.
    """
    stock, asker = stock or current_stock(ledger.pk), Asker(voter_key, skipped_before)
    for _ in range(REDRAWS):
        order = order_prompts(
            rng,
            stock.pool.shelves(scope=scope, languages=languages),
            exhausted=stock.notes.exhausted_for(voter_key),
        )
        asked = list(islice(order, ASKED_FIRST))
        shown = _read_shown(ledger, asker, asked)
        waiting = [
            (matchup, facts)
            for matchup in shown.open
            if (facts := _servable(matchup, stock.pool, languages, scope)) is not None
        ]
        for matchup, facts in waiting:
            if write_token(matchup.id) not in have:
                return _blind(matchup, facts)
        if len(waiting) >= OPEN_LIMIT:
            return None
        draw = None
        if ledger.kind == Ledger.Kind.NATIVE:
            draw = _draw_control(rng, stock, asker, asked=asked, shown=shown, languages=languages, scope=scope)
        draw = draw or _draw(rng, stock, asker, asked=asked, seen=shown.seen, order=order)
        if draw is None:
            return None
        if ledger.kind == Ledger.Kind.NATIVE and not draw.control and _happens(rng, settings.REPEAT_SHARE):
            draw = replace(draw, control=Control.FIRST)
        matchup = OpenMatchup(random_id(), draw.prompt_id, draw.left, draw.right, random_id(), random_id())
        dealable, dealt = _insert(matchup, draw, stock, ledger=ledger, voter_key=voter_key, turn=shown.turn + 1)
        if dealt:
            DEALS.inc()
            return _blind(matchup, stock.pool.facts[matchup.prompt_id])
        if not dealable:
            stock = renew_stock(ledger.pk, stale=stock)
    return None


def find_matchup(*, matchup_id: uuid.UUID, voter_key: uuid.UUID) -> BlindMatchup:
    """Return a matchup of this voter as it was shown, whatever its state is now. Raises NotFound."""
    dealt = Matchup.objects.select_related("prompt__category").filter(pk=matchup_id, voter_key=voter_key).first()
    if dealt is None:
        raise NotFound(gettext("There is no such matchup."))
    prompt, category = dealt.prompt, dealt.prompt.category
    facts = PromptFacts(
        prompt.pk,
        prompt.title,
        prompt.text,
        prompt.language,
        category.slug,
        category.name,
        category.criterion,
        tuple(category.reasons),
        modality=category.modality,
        sources=gather_sources(prompt.source_images.all()),
    )
    handles = dealt.left_handle, dealt.right_handle
    return _blind(OpenMatchup(dealt.pk, prompt.pk, dealt.left_id, dealt.right_id, *handles, expires_in=0), facts)


def _read_shown(ledger: Ledger, asker: Asker, asked: Sequence[PromptImages]) -> Shown:
    row = _seen_row(asker, asked) | {"ledger": ledger.pk, "native": ledger.kind == Ledger.Kind.NATIVE}
    row |= {"served": SERVED, "turns": OPEN_TURNS, "apart": APART}
    with connection.cursor() as cursor:
        cursor.execute(_SHOWN, row)
        (turn,) = cursor.fetchone()
        cursor.nextset()
        seen = _seen(cursor.fetchall())
        cursor.nextset()
        waiting = [OpenMatchup(*row) for row in cursor.fetchall()]
        cursor.nextset()
        return Shown(turn, seen, waiting, [Due(*row) for row in cursor.fetchall()])


def _read_seen(asker: Asker, asked: Sequence[PromptImages]) -> Seen:
    with connection.cursor() as cursor:
        cursor.execute(_SEEN, _seen_row(asker, asked))
        return _seen(cursor.fetchall())


def _seen(rows: Sequence[tuple[int, int, bool]]) -> Seen:
    return Seen(
        images={image for left, right, _ in rows for image in (left, right)},
        named={image for left, right, named in rows if named for image in (left, right)},
    )


def _seen_row(asker: Asker, asked: Sequence[PromptImages]) -> dict[str, Any]:
    prompts = [each for prompt in asked for each in (prompt.prompt_id, *prompt.superseded)]
    return {"voter": asker.key, "again": asker.skipped_before, "prompts": prompts, "answerable": ANSWERABLE}


def _servable(matchup: OpenMatchup, pool: Pool, languages: Sequence[str], scope: Scope) -> PromptFacts | None:
    """Return the facts of an open matchup's prompt if the request asks for it and both images may still be shown."""
    facts = pool.facts.get(matchup.prompt_id)
    if facts is None or facts.language not in languages or not scope.holds(facts):
        return None
    known = matchup.left in pool.prompt_of_image and matchup.right in pool.prompt_of_image
    return facts if known else None


def _draw(
    rng: Random,
    stock: Stock,
    asker: Asker,
    *,
    asked: Sequence[PromptImages],
    seen: Seen,
    order: Iterator[PromptImages],
) -> Draw | None:
    """Draw from the first prompt that has a pair left: among those asked about, then among the rest of the order."""
    while asked:
        for prompt in asked:
            draw = draw_matchup(rng, prompt, values=stock.pool.values, seen=seen.images)
            if draw is not None:
                return draw
            if not has_pair(prompt, seen.named):
                stock.notes.note(asker.key, prompt.prompt_id)
        # Reading this after the voter's turn is no less safe: a request that deals in between takes the next turn.
        asked = list(islice(order, ASKED_GROWTH * len(asked)))
        if asked:
            seen = _read_seen(asker, asked)
    return None


def _draw_control(
    rng: Random,
    stock: Stock,
    asker: Asker,
    *,
    asked: Sequence[PromptImages],
    shown: Shown,
    languages: Sequence[str],
    scope: Scope,
) -> Draw | None:
    """Return the repeat that is due, or rarely a gold pair; mostly None."""
    repeats = (repeat(due, stock.pool, languages=languages, scope=scope) for due in shown.due)
    if again := next(filter(None, repeats), None):
        return again
    if not _happens(rng, settings.GOLD_SHARE) or (facts := find_gold_prompt(asked, stock.pool)) is None:
        return None
    others = other_prompts(rng, facts, stock.pool)
    seen = shown.seen.images | _read_seen(asker, others).images
    return draw_gold(rng, stock.pool.images[facts.prompt_id], others, seen=seen)


def _happens(rng: Random, share: float) -> bool:
    return share > 0 and rng.random() < share


def _reveal(draw: Draw, stock: Stock) -> dict[str, Any]:
    """Return what the answer will reveal: of a gold pair no names, and of one that comes again no names yet."""
    if draw.control in (*GOLD, Control.FIRST):
        told = "gold" if draw.control in GOLD else draw.control
        return {"left": None, "right": None, "split": None, "control": told}
    contenders = stock.pool.contenders
    names = stock.reveals.reveal(left=contenders[draw.left_contender], right=contenders[draw.right_contender])
    return names | ({"control": draw.control} if draw.control else {})


def _insert(
    matchup: OpenMatchup, draw: Draw, stock: Stock, *, ledger: Ledger, voter_key: uuid.UUID, turn: int
) -> tuple[bool, bool]:
    """Write the matchup with what it will reveal; tell whether its images may be dealt, and whether it was dealt."""
    facts, is_gold = stock.pool.facts[draw.prompt_id], draw.control in GOLD
    counts = draw.control in ("", Control.FIRST)
    row: dict[str, Any] = {
        "id": matchup.id,
        "ledger": ledger.pk if counts else control_ledger().pk,
        "voter": voter_key,
        "turn": turn,
        "left": matchup.left,
        "right": matchup.right,
        "left_handle": matchup.left_handle,
        "right_handle": matchup.right_handle,
        "propensity": draw.propensity,
        "corrected": facts.corrected_at,
        "policy": POLICY if counts else draw.control,
        "reply": json.dumps(_reveal(draw, stock)),
        "control": draw.control,
        "judged": draw.left if draw.control == Control.GOLD_LEFT else draw.right,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DEALS[is_gold, facts.is_frozen], row)
        dealable, dealt = cursor.fetchone()
        return dealable, dealt


def _blind(matchup: OpenMatchup, facts: PromptFacts) -> BlindMatchup:
    frame = facts.sources.pictures[0].frame if facts.sources.pictures else None
    return BlindMatchup(
        id=write_token(matchup.id),
        prompt_title=facts.title,
        prompt_text=facts.text,
        language=facts.language,
        category_slug=facts.category_slug,
        category_name=facts.category_name,
        criterion=facts.criterion,
        reasons=tuple(map(Reason, facts.reasons)),
        left_image=BlindImage(write_token(matchup.left_handle), frame),
        right_image=BlindImage(write_token(matchup.right_handle), frame),
        modality=facts.modality,
        sources=facts.sources,
        expires_in=matchup.expires_in,
    )
