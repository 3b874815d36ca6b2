"""Casting a vote: one statement closes the matchup, writes the vote, and answers with the names."""

import json
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from django.db import connection
from django.utils.translation import gettext as _

from arena.catalog.reasons import Reason
from arena.errors import Conflict, DomainError, Gone, NotFound
from arena.monitoring.counts import SKIPS, VOTES
from arena.voting.blindness.lifetimes import ANSWERABLE
from arena.voting.control_kinds import DOUBTED_FROM, write_evidence
from arena.voting.evidence.observing import Evidence
from arena.voting.models import Outcome

SKIP = "skip"
REPORT = "report"
ANSWERS = (*Outcome.values, SKIP)
# A cookie is settled so long after its first vote, if it has so many votes, none of them was excluded, and its answers
# to gold pairs are not those of somebody who does not look.
SETTLING = timedelta(days=2)
SETTLED_VOTES = 15
# No more of a voter's earlier votes are counted.
COUNTED_VOTES = 1000

# One statement is one transaction and one round trip. `held` waits for a concurrent answer to the same matchup and
# then sees what it wrote. Only the first answer closes the matchup and writes the vote. This is the statement of nearly
# all votes: on a prompt that is frozen, and without reasons.
_CAST = """
WITH held AS (
    SELECT m.id, m.answer, m.reply, m.dealt_at, m.prompt_id, m.left_id, m.right_id, p.frozen_at IS NOT NULL AS frozen,
        m.dealt_at > now() - %(answerable)s AS fresh, p.state = 'play' AS in_play,
        coalesce(p.corrected_at > m.dealt_at, false) AS corrected, EXISTS (
            SELECT FROM generation_generation g WHERE g.id IN (m.left_id, m.right_id) AND g.hidden_at IS NOT NULL
        ) AND %(answer)s <> 'skip' AS hidden
    FROM voting_matchup m JOIN catalog_prompt p ON p.id = m.prompt_id
    WHERE m.id = %(matchup)s AND m.voter_key = %(voter)s
    FOR UPDATE OF m
), closed AS (
    UPDATE voting_matchup m
    SET closed_at = now(), answer = %(answer)s,
        reply = CASE WHEN %(answer)s = 'skip' THEN '{}'::jsonb ELSE held.reply END
            || jsonb_build_object('answer', %(answer)s::text)
    FROM held
    WHERE m.id = held.id AND held.answer = '' AND held.fresh AND held.in_play AND NOT held.hidden
        AND NOT held.corrected AND (held.frozen OR %(answer)s = 'skip')
    RETURNING m.id, m.reply
), born AS (
    INSERT INTO voting_voter (key, pseudonym, languages, created_at)
    SELECT %(voter)s, %(pseudonym)s, %(languages)s::varchar[], now() FROM closed WHERE %(answer)s <> 'skip'
    ON CONFLICT (key) DO NOTHING
), cast_vote AS (
    INSERT INTO voting_vote (matchup_id, voter_id, outcome, cast_at)
    SELECT id, %(voter)s, %(answer)s, now() FROM closed WHERE %(answer)s <> 'skip'
    RETURNING matchup_id
), unsealed AS (
    INSERT INTO voting_unsealedvote (vote_id) SELECT matchup_id FROM cast_vote
)
SELECT held.answer, closed.id IS NOT NULL, held.fresh, held.hidden, held.corrected, held.frozen,
    coalesce(closed.reply, held.reply)
FROM held LEFT JOIN closed ON closed.id = held.id
"""
# What is known of the vote goes with it. Whether a name was told before is looked for among votes on the same prompt,
# those of the voter and those of the network on all days whose labels are still known.
_OBSERVED = f"""), observed AS (
    INSERT INTO voting_voteevidence (vote_id, prompt_id, left_id, right_id, tier, voter_age, votes_before, network,
        dwell, named_before, agent, referrer, proof)
    SELECT held.id, held.prompt_id, held.left_id, held.right_id,
        CASE WHEN %(account)s <> '' THEN %(account)s
            WHEN voter.created_at <= now() - %(settling)s AND had.votes >= %(settled_votes)s
                AND voter.excluded_at IS NULL AND NOT EXISTS (
                    SELECT FROM voting_matchup g WHERE g.voter_key = %(voter)s AND g.control <> ''
                    HAVING {write_evidence(control="g.control", answer="g.answer")} >= {DOUBTED_FROM}
                ) THEN 'settled' ELSE 'open' END,
        greatest(0, extract(epoch FROM now() - voter.created_at))::int, had.votes, %(network)s,
        greatest(0, least(%(dwell)s, extract(epoch FROM now() - held.dealt_at) * 1000))::int,
        CASE WHEN EXISTS (
            SELECT FROM voting_matchup s WHERE s.voter_key = %(voter)s AND s.prompt_id = held.prompt_id
                AND s.id <> held.id AND s.answer IN ('left', 'right', 'tie', 'both_bad')
                AND (s.left_id IN (held.left_id, held.right_id) OR s.right_id IN (held.left_id, held.right_id))
        ) THEN 'voter' WHEN EXISTS (
            SELECT FROM voting_voteevidence s WHERE s.prompt_id = held.prompt_id
                AND s.network = ANY(%(networks)s::varchar[])
                AND (s.left_id IN (held.left_id, held.right_id) OR s.right_id IN (held.left_id, held.right_id))
        ) THEN 'network' ELSE '' END,
        %(agent)s, %(referrer)s, %(proof)s
    FROM cast_vote JOIN held ON held.id = cast_vote.matchup_id
    LEFT JOIN voting_voter voter ON voter.key = %(voter)s,
    LATERAL (SELECT count(*) AS votes FROM (
        SELECT FROM voting_vote WHERE voter_id = %(voter)s LIMIT %(counted_votes)s
    ) earlier) had
), unsealed AS ("""  # noqa: S608  # it is made of constants
# The first vote on a prompt freezes it, and reasons are kept of those that the category offers. `frozen` waits for a
# correction that is being written; a vote on the text before that does not count.
_CAST_WHOLE = (
    _CAST.replace(
        "), closed AS (",
        """), frozen AS (
    UPDATE catalog_prompt p SET frozen_at = coalesce(p.frozen_at, now()) FROM held
    WHERE p.id = held.prompt_id AND NOT held.frozen AND %(answer)s <> 'skip' AND held.answer = '' AND held.fresh
        AND held.in_play AND NOT held.hidden AND NOT coalesce(p.corrected_at > held.dealt_at, false)
    RETURNING p.id
), closed AS (""",
    )
    .replace(
        "(held.frozen OR %(answer)s = 'skip')", "(held.frozen OR %(answer)s = 'skip' OR EXISTS (SELECT FROM frozen))"
    )
    .replace(
        "), unsealed AS (",
        """), explained AS (
    INSERT INTO voting_votereason (vote_id, reason)
    SELECT matchup_id, reason FROM cast_vote, held
    JOIN catalog_prompt p ON p.id = held.prompt_id JOIN catalog_category c ON c.id = p.category_id,
        unnest(%(reasons)s::varchar[]) AS reason
    WHERE reason = ANY(c.reasons)
), unsealed AS (""",
    )
    .replace(
        "held.corrected, held.frozen,",
        """held.corrected OR (held.in_play AND NOT held.hidden
        AND NOT held.frozen AND %(answer)s <> 'skip' AND NOT EXISTS (SELECT FROM frozen)), true,""",
    )
)


@dataclass(frozen=True)
class Reply:
    """What the voter is told, as the JSON text that the database keeps."""

    text: str

    @property
    def data(self) -> dict[str, Any]:
        """The reply as a dictionary: `answer`, and for a vote `left`, `right` and `split`."""
        data: dict[str, Any] = json.loads(self.text)
        return data


def cast_vote(
    *,
    matchup_id: uuid.UUID,
    voter_key: uuid.UUID,
    answer: str,
    languages: Sequence[str],
    reasons: Sequence[str] = (),
    evidence: Evidence | None = None,
) -> Reply:
    """Close a matchup of this voter with an outcome or `skip`, once; the same answer again gets the same reply.

    Of `reasons`, those that the prompt's category offers are kept with the vote; a skip has none. With `evidence`, the
    vote gets a tier. Raises DomainError,
    and writes nothing, if `answer` is no answer or a reason is unknown; NotFound for an unknown or another voter's
    matchup; Conflict if it has another answer already; Gone if it is too old, its images have become public, one of
    them is hidden, its prompt was corrected, or the reply to the same answer is not kept any more.
    """
    if answer not in ANSWERS:
        raise DomainError(_("Answer with one of: %(answers)s.") % {"answers": ", ".join((*ANSWERS, REPORT))})
    if unknown := [reason for reason in reasons if reason not in Reason.values]:
        text = _("“%(unknown)s” is no reason. Choose from: %(known)s.")
        raise DomainError(text % {"unknown": unknown[0][:40], "known": ", ".join(Reason.values)})
    row: dict[str, Any] = {
        "matchup": matchup_id,
        "voter": voter_key,
        "answer": answer,
        "pseudonym": secrets.token_hex(16),
        "languages": list(languages),
        "reasons": list(dict.fromkeys(reasons)),
        "answerable": ANSWERABLE,
    }
    short, whole = _CAST, _CAST_WHOLE
    if evidence is not None:
        row |= _known(evidence)
        short, whole = (each.replace("), unsealed AS (", _OBSERVED) for each in (short, whole))
    found = _execute(whole if reasons else short, row)
    if found is not None and not found.frozen and not found.closed:
        found = _execute(whole, row)
    if found is None:
        raise NotFound(_("There is no such matchup for you. Vote on a new one."))
    answered, closed, fresh, hidden, corrected, _frozen, reply = found
    if closed:
        _count(answer)
    if reply is not None and (closed or answered == answer):
        return Reply(reply)
    if corrected and fresh and not answered:
        raise Gone(_("The prompt of this pair was corrected since. Vote on a new one."))
    raise refusal(answered=answered, alike=answered == answer, fresh=fresh, hidden=hidden)


def _known(evidence: Evidence) -> dict[str, Any]:
    """What the statement is told of the vote besides its answer."""
    return {
        **asdict(evidence),
        "network": evidence.networks[0] if evidence.networks else "",
        "networks": list(evidence.networks),
        "settling": SETTLING,
        "settled_votes": SETTLED_VOTES,
        "counted_votes": COUNTED_VOTES,
    }


def _count(answer: str) -> None:
    (SKIPS if answer == SKIP else VOTES.labels(answer)).inc()


class _Found(NamedTuple):
    """What a statement found of a matchup, its answer before, and whether the statement has closed it."""

    answered: str
    closed: bool
    fresh: bool
    hidden: bool
    corrected: bool
    frozen: bool
    reply: str | None


def _execute(statement: str, row: dict[str, Any]) -> _Found | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, row)
        found = cursor.fetchone()
    return None if found is None else _Found(*found)


def refusal(*, answered: str, alike: bool, fresh: bool, hidden: bool) -> DomainError:
    """Return why a matchup cannot be closed: its answer so far, whether that is the same, its age, a hidden image."""
    if alike:
        return Gone(_("Your answer to this matchup stands; what it revealed is not kept any more. Vote on a new one."))
    if not fresh and not answered:
        return Gone(_("This pair is too old to count. Vote on a new one."))
    if answered:
        return Conflict(_("You have answered this matchup differently before; that answer stands."))
    if hidden:
        return Gone(_("An image of this pair was reported and is hidden now. Vote on a new one."))
    return Gone(_("The images of this pair have become public since. Vote on a new one."))
