"""The cost of a deal to voters with 10,000 closed matchups, compared with a newcomer, in a prepared database.

It counts the CPU of this process and of its database server process, which other work on the machine affects little.

`benchmarks.voting` runs it last, since it fills the database. To run it alone, on a database that may be filled:
`manage.py shell --command "from benchmarks.long_histories import main; main()"`.
"""

import uuid
from itertools import chain
from pathlib import Path
from statistics import mean, median
from time import thread_time
from typing import Any

from django.db import connection

from arena.catalog.models import Category, Prompt
from arena.generation.models import Generation
from arena.voting.blindness.tokens import read_token
from arena.voting.casting.votes import cast_vote
from arena.voting.dealing.matchups import deal_matchup
from arena.voting.dealing.stock import Stock, renew_stock
from arena.voting.ledger.opening import native_ledger
from arena.voting.models import Ledger
from tests.factories import make_category, make_contender, make_prompt, make_run

CATEGORIES, PROMPTS, CONTENDERS = 10, 5000, 8
# What each kind of voter has judged completely: four pairs on each of 2,500 prompts.
NEWCOMER = "a newcomer"
HISTORIES = {
    "every second prompt": "n % 20 < 10",
    "every second category": "n % 2 = 0",
}
VOTERS = 5
# A stock is kept for at least 10 seconds; a fast voter is dealt this many matchups from one.
ROUNDS, FROM_ONE_STOCK = 30, 2

# Pairs of different contenders, in random order, so that voters' rows are interleaved as they would be over time.
_HISTORY = """
INSERT INTO voting_matchup (id, ledger_id, voter_key, turn, prompt_id, left_id, right_id, left_handle, right_handle,
    propensity, policy, dealt_at, closed_at, answer)
SELECT gen_random_uuid(), %(ledger)s, voter, row_number() OVER (PARTITION BY voter), prompt_id, images[2 * pair - 1],
    images[2 * pair], gen_random_uuid(), gen_random_uuid(), 0.1, 'half-uniform-1', now() - interval '9 days',
    now() - interval '9 days', 'left'
FROM (
    SELECT prompt_id, row_number() OVER (ORDER BY prompt_id) AS n, array_agg(id ORDER BY id) AS images
    FROM generation_generation WHERE run_id = %(run)s GROUP BY prompt_id
) judged, generate_series(1, {pairs}) AS pair, unnest(%(voters)s::uuid[]) AS voter
WHERE {judged}
ORDER BY random()
"""


def make_world() -> int:
    """Store categories of prompts with an image of each contender, draft all others, and return the run's key."""
    Category.objects.update(state=Category.State.DRAFT)
    run, contenders = make_run(), [make_contender() for _ in range(CONTENDERS)]
    categories = [make_category() for _ in range(CATEGORIES)]
    prompts: list[Prompt] = [make_prompt(category=categories[number % CATEGORIES]) for number in range(PROMPTS)]
    Generation.objects.bulk_create(
        Generation(run=run, contender=contender, prompt=prompt, state=Generation.State.DONE)
        for prompt in prompts
        for contender in contenders
    )
    return run.pk


def store_histories(ledger: Ledger, run: int) -> dict[str, list[uuid.UUID]]:
    """Store closed past matchups; return the voters by what they have judged."""
    voters = {what: [uuid.uuid4() for _ in range(VOTERS)] for what in HISTORIES}
    with connection.cursor() as cursor:
        for what, judged in HISTORIES.items():
            row: dict[str, Any] = {"ledger": ledger.pk, "run": run, "voters": voters[what]}
            cursor.execute(_HISTORY.format(pairs=CONTENDERS // 2, judged=judged.replace("%", "%%")), row)
        cursor.execute("SELECT count(*) FROM voting_matchup WHERE voter_key = ANY(%s)", [list(chain(*voters.values()))])
        stored = cursor.fetchone()[0]
        cursor.execute("VACUUM ANALYZE")
    if stored != 10_000 * VOTERS * len(HISTORIES):
        raise RuntimeError(f"{stored} matchups are not 10,000 for each voter.")
    return voters


def read_cpu(server: Path) -> float:
    """Return the CPU milliseconds that this thread and its database server process have used (Linux)."""
    return 1000 * thread_time() + int(server.read_text().split()[0]) / 1e6


def time_deal(ledger: Ledger, voter: uuid.UUID, stock: Stock, server: Path) -> float:
    """Deal a matchup and answer it; return the CPU milliseconds that dealing took."""
    before = read_cpu(server)
    matchup = deal_matchup(ledger=ledger, voter_key=voter, languages=["en"], stock=stock)
    used = read_cpu(server) - before
    if matchup is None:
        raise RuntimeError("Nothing is left for a voter who has judged half of it.")
    cast_vote(matchup_id=read_token(matchup.id), voter_key=voter, answer="left", languages=["en"])
    return used


def main() -> None:
    """Deal to all kinds of voters in turn; print medians and means, and their ratios to a newcomer's."""
    ledger = native_ledger()
    voters = store_histories(ledger, make_world())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = Path(f"/proc/{cursor.fetchone()[0]}/schedstat")
    taken: dict[str, list[float]] = {what: [] for what in (NEWCOMER, *HISTORIES)}
    for _ in range(ROUNDS):
        stock = renew_stock(ledger.pk)
        time_deal(ledger, uuid.uuid4(), stock, server)
        for number in [*range(VOTERS)] * FROM_ONE_STOCK:
            taken[NEWCOMER].append(time_deal(ledger, uuid.uuid4(), stock, server))
            for what, theirs in voters.items():
                taken[what].append(time_deal(ledger, theirs[number], stock, server))
    for what, times in taken.items():
        ratios = [measure(times) / measure(taken[NEWCOMER]) for measure in (median, mean)]
        label = f"CPU per deal, ms: {what if what == NEWCOMER else f'10,000 closed, {what}'}"
        print(f"{label:<60}{median(times):>10,.2f}   ratio: {ratios[0]:.2f} (aim: 1.3), of means: {ratios[1]:.2f}")
