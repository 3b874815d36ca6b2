"""Reporting: closes a matchup without a vote, and hides an image that enough voters have reported."""

import json
import uuid
from typing import Any

import structlog
from django.conf import settings
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from arena.errors import DomainError, NotFound
from arena.generation.models import Generation
from arena.monitoring.counts import REPORTS
from arena.voting.blindness.lifetimes import ANSWERABLE
from arena.voting.casting.votes import REPORT, Reply, refusal
from arena.voting.control_kinds import GOLD
from arena.voting.models import Report, ReportedImage, random_id

LONGEST_NOTE = 300

log = structlog.get_logger(__name__)

# The row stays locked, so that of a vote and a report on the same matchup only one is first.
_HOLD = """
SELECT answer, dealt_at > now() - %(answerable)s, left_id, right_id, control FROM voting_matchup
WHERE id = %(matchup)s AND voter_key = %(voter)s FOR UPDATE
"""
_CLOSE = "UPDATE voting_matchup SET closed_at = now(), answer = 'report', reply = %(reply)s WHERE id = %(matchup)s"


def report_matchup(*, matchup_id: uuid.UUID, voter_key: uuid.UUID, kind: str, side: str, note: str = "") -> Reply:
    """Close a matchup of this voter with a report, once; a repeated report gets the same reply.

    Each image of the side counts as reported by this voter, however often they report it. One that REPORTS_TO_HIDE
    voters have reported since the last decision is hidden. Raises DomainError for an unknown kind or side or a note
    that is too long; NotFound for an unknown or another voter's matchup; Conflict if it is answered; Gone if it is
    too old.
    """
    _refuse_bad(kind, side, note)
    reply = json.dumps({"answer": REPORT})
    with transaction.atomic():
        row: dict[str, Any] = {"matchup": matchup_id, "voter": voter_key, "answerable": ANSWERABLE, "reply": reply}
        with connection.cursor() as cursor:
            cursor.execute(_HOLD, row)
            found = cursor.fetchone()
            if found is None:
                raise NotFound(_("There is no such matchup for you. Vote on a new one."))
            answered, fresh, left, right, control = found
            if answered == REPORT:
                return Reply(reply)
            if answered or not fresh:
                raise refusal(answered=answered, alike=False, fresh=fresh, hidden=False)
            cursor.execute(_CLOSE, row)
        report = Report.objects.create(matchup_id=matchup_id, kind=kind, side=side, note=note.strip())
        # That an image of a gold pair belongs to another prompt is no fault of the image.
        if not (control in GOLD and kind == Report.Kind.WRONG_PROMPT):
            for image in sorted({"left": [left], "right": [right], "both": [left, right]}[side]):
                _count(report, image, voter_key)
    REPORTS.inc()
    return Reply(reply)


def _refuse_bad(kind: str, side: str, note: str) -> None:
    for value, known in ((kind, Report.Kind.values), (side, Report.Side.values)):
        if value not in known:
            raise DomainError(_("Say what is wrong, and with which image: %(known)s.") % {"known": ", ".join(known)})
    if len(note.strip()) > LONGEST_NOTE:
        raise DomainError(_("Describe it in at most %(most)s characters.") % {"most": LONGEST_NOTE})
    if "\x00" in note:
        raise DomainError(_("Describe it in plain text."))


def _count(report: Report, image: int, voter_key: uuid.UUID) -> None:
    """Count a report of one image, and hide the image if it is one too many.

    The generation stays locked: of two reports at once, the second counts the first. Images are locked in the order of
    their keys.
    """
    generation = Generation.objects.select_for_update(no_key=True).get(pk=image)
    ReportedImage.objects.bulk_create(
        [ReportedImage(report=report, generation=generation, voter_key=voter_key, handle=random_id())],
        ignore_conflicts=True,
    )
    waiting = ReportedImage.objects.filter(generation=generation, decision=None).count()
    if generation.hidden_at is None and waiting >= settings.REPORTS_TO_HIDE:
        Generation.objects.filter(pk=image).update(hidden_at=Now())
        log.info("image hidden by reports", generation=image, reports=waiting)
