"""Takes an import of pictures back as a whole. Votes are never deleted: those on its images must be excluded."""

from collections.abc import Set
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from arena.backups.deleting import deleting_files
from arena.errors import Conflict, NotFound
from arena.generation.imports.writing.turns import take_turn
from arena.generation.imports.writing.withdrawing import Withdrawn, withdraw_import
from arena.generation.models import Generation, Run
from arena.voting.excluding.exclusions import need_no_second
from arena.voting.ledger.sealing import seal_votes
from arena.voting.models import (
    Exclusion,
    LedgerEntry,
    Matchup,
    Report,
    ReportDecision,
    ReportedImage,
    UnsealedVote,
)

# Positions that a refusal names.
NAMED = 10
# Milliseconds that voters may have to wait for something that takes long, such as removing a ledger.
PATIENCE = 5000

# For each row that is deleted, PostgreSQL looks for matchups that refer to it. These indexes live for one transaction:
# without them it would read a million matchups for each image, and with them for good every deal would be slower.
_MAKE_INDEXES = """
SET CONSTRAINTS ALL IMMEDIATE;
CREATE INDEX matchup_left_for_now ON voting_matchup (left_id);
CREATE INDEX matchup_right_for_now ON voting_matchup (right_id);
CREATE INDEX matchup_prompt_for_now ON voting_matchup (prompt_id);
SET CONSTRAINTS ALL DEFERRED
"""
_DROP_INDEXES = """
SET CONSTRAINTS ALL IMMEDIATE;
DROP INDEX matchup_left_for_now, matchup_right_for_now, matchup_prompt_for_now
"""


@dataclass(frozen=True)
class ImportVotes:
    """The votes on an import's images: those that count, as (ledger's slug, position), those that are not sealed yet,
    and the number of excluded ones."""

    counting: tuple[tuple[str, int], ...]
    unsealed: int
    excluded: int


def find_import(*, run_id: int) -> Run:
    """Return an import that can be taken back. Raises NotFound and Conflict."""
    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound(_("There is no run %(number)d.") % {"number": run_id})
    if run.kind != Run.Kind.IMPORT:
        raise Conflict(_("Run %(number)d generated its images; only imports are taken back.") % {"number": run_id})
    if run.state == Run.State.CANCELLED:
        raise Conflict(_("Import %(number)d was taken back already.") % {"number": run_id})
    return run


def votes_on_import(run: Run) -> ImportVotes:
    """Find the votes on an import's images."""
    # Counted first: a vote that is sealed meanwhile is then counted twice rather than not at all.
    unsealed = UnsealedVote.objects.filter(vote__matchup__in=_matchups(run)).count()
    entries = LedgerEntry.objects.filter(vote__matchup__in=_matchups(run)).order_by("ledger__slug", "position")
    counting = entries.filter(exclusion__isnull=True).values_list("ledger__slug", "position")
    return ImportVotes(
        counting=tuple(counting),
        unsealed=unsealed,
        excluded=entries.filter(exclusion__isnull=False).count(),
    )


def undo_import(*, run_id: int, exclude_because: str = "", decided_by: User | None = None) -> Withdrawn:
    """Take an import back in one transaction: images, and what only it brought; see `withdraw_import`.

    With a reason in `exclude_because`, the votes on its images are excluded, too. Deals, votes and reports wait until
    it ends. Raises Conflict if votes on them count, and during a backup, Forbidden if two people must decide on their
    exclusion, and what `find_import` raises.
    """
    with take_turn(), deleting_files() as may_delete, transaction.atomic():
        if not may_delete:
            raise Conflict(_("A backup is being made, and reads the files. Try again when it has ended."))
        _hold_matchups()
        done = _undo(run_id, exclude_because, decided_by)
        with connection.cursor() as cursor:
            cursor.execute(_DROP_INDEXES)
    return done


def _undo(run_id: int, exclude_because: str, decided_by: User | None) -> Withdrawn:
    run = find_import(run_id=run_id)
    Run.objects.select_for_update().get(pk=run.pk)
    if exclude_because.strip():
        _exclude(run, exclude_because.strip(), decided_by)
    votes = votes_on_import(run)
    if votes.counting or votes.unsealed:
        raise Conflict(_refusal(run, votes))
    own = set(Generation.objects.filter(run=run).values_list("pk", flat=True))
    _remove_reports(own)
    # What stays has an excluded vote, or a report of an image that is not the import's: staff still decide on that.
    left_over = _matchups(run).filter(vote__isnull=True, report__images__isnull=True)
    Report.objects.filter(matchup__in=left_over).delete()
    left_over.delete()
    sides = _matchups(run).values_list("left", "right")
    return withdraw_import(run=run, held={side for pair in sides for side in pair} & own)


def _hold_matchups() -> None:
    """Let deals, votes and reports wait for the end of the transaction, so that none refers to what goes meanwhile.

    They wait for this lock, too, so it is not waited for long. Raises Conflict.
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = {PATIENCE}")
            cursor.execute("LOCK TABLE voting_matchup IN EXCLUSIVE MODE")
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
            cursor.execute(_MAKE_INDEXES)
    except OperationalError as error:
        raise Conflict(_("Something else is at work on the matchups. Try again when it has ended.")) from error


def _matchups(run: Run) -> QuerySet[Matchup]:
    own = Generation.objects.filter(run=run).values("pk")
    return Matchup.objects.filter(Q(left__in=own) | Q(right__in=own))


def _exclude(run: Run, reason: str, decided_by: User | None) -> None:
    need_no_second()
    while seal_votes():
        pass
    entries = LedgerEntry.objects.filter(vote__matchup__in=_matchups(run), exclusion__isnull=True)
    made = [Exclusion(entry=entry, reason=reason, decided_by=decided_by) for entry in entries]
    # Somebody else may exclude some of them in this moment.
    Exclusion.objects.bulk_create(made, ignore_conflicts=True)


def _remove_reports(images: Set[int]) -> None:
    """Remove what was reported of images that go, and what staff decided about them."""
    ReportedImage.objects.filter(generation__in=images).delete()
    ReportDecision.objects.filter(generation__in=images).delete()


def _refusal(run: Run, votes: ImportVotes) -> str:
    count = len(votes.counting) + votes.unsealed
    named = ", ".join(f"{slug} {position}" for slug, position in votes.counting[:NAMED])
    more = ", …" if len(votes.counting) > NAMED or votes.unsealed else ""
    return _(
        "Votes on its images count (%(count)d), so nothing was taken back: %(named)s%(more)s. Exclude them with "
        "the import by giving a reason (undo_import %(number)d --exclude-votes REASON), or one by one in the admin. "
        "Votes of the demonstration go with remove_demo."
    ) % {"count": count, "named": named or _("not sealed yet"), "more": more, "number": run.pk}
