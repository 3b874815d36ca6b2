"""Which ledger a page reads, the one that its address names or the default, and links to the same page of others."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Q
from django.http import QueryDict

from arena.languages.catalogue_names import translated
from arena.voting.ledger.opening import counted_ledgers
from arena.voting.models import Ledger, LedgerOrigin
from leaderboard.models import Snapshot
from leaderboard.queries.slices import find_ledger, find_origin

NATIVE, DEMONSTRATION = Ledger.Kind.NATIVE.value, Ledger.Kind.DEMONSTRATION.value


# By hand, since every page asks this: Django takes five times as long to write it as PostgreSQL to answer.
_OVERALL = """
SELECT ledger.slug, ledger.kind, newest.votes,
    EXISTS (SELECT FROM leaderboard_standing WHERE snapshot_id = newest.id AND level = 'established')
FROM leaderboard_board AS board
JOIN voting_ledger AS ledger ON ledger.id = board.ledger_id
LEFT JOIN LATERAL (
    SELECT id, votes FROM leaderboard_snapshot WHERE board_id = board.id ORDER BY id DESC LIMIT 1
) AS newest ON true
WHERE board.modality = %s AND board.slice = 'overall' AND board.days = 0 AND board.tiers = ''
    AND (ledger.kind IN ('native', 'demonstration') OR ledger.is_main)
"""


@dataclass(frozen=True)
class LedgerLink:
    """A ledger to choose; `votes` counts all votes sealed into it, of every modality."""

    name: str
    votes: int
    url: str
    is_shown: bool


@dataclass(frozen=True)
class ShownLedger:
    """The ledger that a page reads; `chosen` is its slug in an address, empty for the default ledger."""

    ledger: Ledger
    chosen: str
    links: tuple[LedgerLink, ...]

    @property
    def slug(self) -> str:
        return self.ledger.slug

    @property
    def origin(self) -> LedgerOrigin | None:
        """Where an imported ledger comes from."""
        return find_origin(self.ledger)

    @property
    def query(self) -> str:
        """The query of a link to another page with the same ledger; empty for the default one."""
        return f"?{urlencode({'ledger': self.chosen})}" if self.chosen else ""

    def chosen_on(self, modality: str) -> str:
        """Return `chosen` for pages of a modality, which may have another default."""
        return "" if self.slug == find_usual_ledger(modality) else self.slug


def find_usual_ledger(modality: str, *, imported: Collection[str] | None = None) -> str:
    """Return the slug of the default ledger: the one that a modality's pages read if their address names none.

    It is the main ledger that an operator chose, if that has votes of the modality and is among `imported` (None: it
    need not be). Else it is the demonstration while that has a board with votes and no contender of the native overall
    board is established. Otherwise it is the native ledger. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_OVERALL, [modality])
        found = cursor.fetchall()
    for slug, kind, votes, _told in found:
        if kind == Ledger.Kind.IMPORTED and votes and (imported is None or slug in imported):
            return str(slug)
    votes_of = {kind: votes for _slug, kind, votes, _told in found}
    is_native_established = any(told for _slug, kind, _votes, told in found if kind == NATIVE)
    return DEMONSTRATION if votes_of.get(DEMONSTRATION) and not is_native_established else NATIVE


def find_ledger_at(at: str, *, usual: str) -> str:
    """Return the slug of the ledger of the snapshot numbered `at`; empty for the default ledger, or if there is none.

    An address that names a snapshot but no ledger thus stays valid when another ledger becomes the default.
    """
    if not (at.isascii() and at.isdecimal() and len(at) < 19):
        return ""
    slug = Snapshot.objects.filter(pk=int(at)).values_list("board__ledger__slug", flat=True).first() or usual
    return "" if slug == usual else slug


def list_ledgers(*, imported: Collection[str] | None = None) -> list[Ledger]:
    """Return the native ledger, even before the first vote, then the demonstration, then the imported ones or some."""
    found = counted_ledgers().select_related("origin")
    chosen = found if imported is None else found.filter(~Q(kind=Ledger.Kind.IMPORTED) | Q(slug__in=imported))
    known = {ledger.slug: ledger for ledger in chosen}
    native = known.pop(NATIVE, None) or find_ledger(NATIVE)
    demonstration = [known.pop(DEMONSTRATION)] if DEMONSTRATION in known else []
    return [native, *demonstration, *known.values()]


def choose_ledger(path: str, query: QueryDict, *, modality: str, imported: Collection[str] | None = ()) -> ShownLedger:
    """Return the ledger that `?ledger=` names, or the modality's default.

    `imported` are the imported ledgers that have something for the page (None: all); no other can be named. The links
    keep the rest of the query.
    """
    ledgers = {ledger.slug: ledger for ledger in list_ledgers(imported=imported)}
    usual = find_usual_ledger(modality, imported=imported)
    asked = query.get("ledger", usual)
    slug = asked if asked in ledgers else usual

    def address(chosen: str) -> str:
        kept = query.copy()
        kept.pop("ledger", None)
        if chosen:
            kept["ledger"] = chosen
        return f"{path}?{kept.urlencode()}" if kept else path

    links = link_ledgers(ledgers.values(), shown=slug, usual=usual, address=address)
    return ShownLedger(ledgers[slug], "" if slug == usual else slug, links)


def link_ledgers(
    ledgers: Iterable[Ledger], *, shown: str, usual: str, address: Callable[[str], str]
) -> tuple[LedgerLink, ...]:
    """Return a link to each ledger; `address` makes it from the ledger's slug, or from "" for the default one."""
    return tuple(
        LedgerLink(
            name=translated(ledger.name),
            votes=ledger.length,
            url=address("" if ledger.slug == usual else ledger.slug),
            is_shown=ledger.slug == shown,
        )
        for ledger in ledgers
    )
