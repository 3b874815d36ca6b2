"""Fills an arena's tables with past votes, and with open matchups that pgbench answers."""

import ast
from pathlib import Path
from typing import Any

import psycopg

from arena.voting.blindness.lifetimes import ANSWERABLE

VOTES_PER_VOTER = 10
VOTES_MODULE = Path(__file__).resolve().parent.parent / "arena" / "voting" / "casting" / "votes.py"

_PAIRS = """
CREATE TABLE benchmark_pair AS
SELECT row_number() OVER () AS n, a.prompt_id, a.id AS one, b.id AS other
FROM generation_generation a JOIN generation_generation b USING (prompt_id)
JOIN catalog_prompt p ON p.id = a.prompt_id AND p.state = 'play'
WHERE a.contender_id <> b.contender_id AND a.state = 'done' AND b.state = 'done'
"""
_VOTERS = """
WITH born AS (
    INSERT INTO voting_voter (key, pseudonym, languages, created_at)
    SELECT gen_random_uuid(), replace(gen_random_uuid()::text, '-', ''), '{en}', now() - interval '91 days'
    FROM generate_series(1, %s) RETURNING key
)
SELECT row_number() OVER () AS n, key INTO TEMPORARY TABLE person FROM born
"""
# A few voters vote very often: the power gives the distribution a heavy tail. Replies this old are purged, so there are
# none.
_VOTES = """
WITH draw AS MATERIALIZED (
    SELECT 1 + floor(random() * (SELECT count(*) FROM benchmark_pair))::bigint AS pair,
        1 + floor(power(random(), 3) * (SELECT count(*) FROM person))::bigint AS person,
        ('{left,right,left,right,left,right,tie,both_bad}'::text[])[1 + floor(random() * 8)] AS outcome,
        now() - interval '1 day' - random() * interval '90 days' AS dealt
    FROM generate_series(1, %(votes)s)
), closed AS (
    INSERT INTO voting_matchup (id, ledger_id, voter_key, turn, prompt_id, left_id, right_id, left_handle,
        right_handle, propensity, policy, dealt_at, closed_at, answer)
    SELECT gen_random_uuid(), (SELECT id FROM voting_ledger WHERE kind = 'native'), person.key,
        row_number() OVER (PARTITION BY person.key), pair.prompt_id, one, other, gen_random_uuid(), gen_random_uuid(),
        0.1, 'half-uniform-1', dealt, dealt + interval '9 s', outcome
    FROM draw JOIN benchmark_pair AS pair ON pair.n = draw.pair JOIN person ON person.n = draw.person
    RETURNING id, voter_key, answer, closed_at
), cast_vote AS (
    INSERT INTO voting_vote (matchup_id, voter_id, outcome, cast_at) SELECT * FROM closed RETURNING matchup_id
)
INSERT INTO voting_unsealedvote (vote_id) SELECT matchup_id FROM cast_vote
"""
_OPEN = """
INSERT INTO voting_matchup (id, ledger_id, voter_key, turn, prompt_id, left_id, right_id, left_handle, right_handle,
    propensity, policy, dealt_at, answer, reply)
SELECT md5(%(round)s || '.' || client || '.' || turn)::uuid, (SELECT id FROM voting_ledger WHERE kind = 'native'),
    md5('voter' || client || '.' || turn %% 50)::uuid, %(round)s * 1000 + turn, pair.prompt_id, one, other,
    gen_random_uuid(), gen_random_uuid(), 0.1, 'half-uniform-1', now(), '',
    (SELECT reply FROM voting_matchup WHERE reply IS NOT NULL LIMIT 1)
FROM generate_series(0, %(clients)s - 1) AS client, generate_series(1, %(each)s) AS turn
JOIN benchmark_pair AS pair ON pair.n = 1 + turn %% (SELECT count(*) FROM benchmark_pair)
"""

_MATCHUP = "md5(:round || '.' || :client_id || '.' || :n)::uuid"
_VOTER = "md5('voter' || :client_id || '.' || :n % 50)::uuid"
_PSEUDONYM = "md5('pseudonym' || :client_id || '.' || :n % 50)"
# The same rows and indexes as casting a vote, written as most programs would: in seven statements.
_SHAPE = f"""
\\set n :n + 1
BEGIN;
SELECT id, answer, reply FROM voting_matchup WHERE id = {_MATCHUP} AND voter_key = {_VOTER} FOR UPDATE;
UPDATE voting_matchup SET closed_at = now(), answer = 'left', reply = reply || '{{"answer": "left"}}'
WHERE id = {_MATCHUP};
INSERT INTO voting_voter (key, pseudonym, languages, created_at) VALUES ({_VOTER}, {_PSEUDONYM}, '{{en}}', now())
ON CONFLICT (key) DO NOTHING;
INSERT INTO voting_vote (matchup_id, voter_id, outcome, cast_at) VALUES ({_MATCHUP}, {_VOTER}, 'left', now());
INSERT INTO voting_unsealedvote (vote_id) VALUES ({_MATCHUP});
COMMIT;
"""


def store_votes(connection: psycopg.Connection[Any], votes: int) -> None:
    """Insert votes of the last 90 days, unsealed; the arena's own sealer seals them."""
    connection.execute(_PAIRS)
    connection.execute(_VOTERS, [max(1, votes // VOTES_PER_VOTER)])
    connection.execute(_VOTES, {"votes": votes})
    connection.execute("ANALYZE")


def open_matchups(connection: psycopg.Connection[Any], *, round_: int, clients: int, each: int) -> None:
    """Insert open matchups whose ids pgbench can compute, `each` per client; call it after store_votes."""
    connection.execute(_OPEN, {"round": round_, "clients": clients, "each": each})


def write_scripts(folder: Path) -> dict[str, Path]:
    """Write pgbench's scripts: `shape`, the transaction in seven statements, and `own`, Easel's single statement."""
    own = read_statement() % {
        "matchup": _MATCHUP, "voter": _VOTER, "answer": "'left'", "pseudonym": _PSEUDONYM, "languages": "'{en}'",
        "answerable": f"interval '{ANSWERABLE.total_seconds()} s'",
    }  # fmt: skip
    texts = {"shape": _SHAPE, "own": f"\\set n :n + 1\n{own.strip()};\n"}
    for name, text in texts.items():
        (folder / f"{name}.sql").write_text(text)
    return {name: folder / f"{name}.sql" for name in texts}


def read_statement() -> str:
    """Return the one statement that casts a vote, read from its source: importing it would need Django's settings."""
    for node in ast.parse(VOTES_MODULE.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "_CAST":
            return str(ast.literal_eval(node.value))
    raise LookupError(f"{VOTES_MODULE} casts votes in another way now.")
