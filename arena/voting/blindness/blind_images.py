"""The image behind a handle: for its voter only, while the matchup is open and for some time after the vote."""

import uuid
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from arena.errors import Gone, NotFound
from arena.generation.ingest.renditions import WIDTHS, detail_width, read_rendition
from arena.voting.blindness.lifetimes import ANSWERABLE, REVEALED

# If one side is hidden, neither is served: an answer must not tell which one it is.
_SIDES = """
SELECT this.id, other.id, this.hidden_at IS NOT NULL OR other.hidden_at IS NOT NULL
FROM voting_matchup
JOIN generation_generation this ON this.id = CASE WHEN left_handle = %(handle)s THEN left_id ELSE right_id END
JOIN generation_generation other ON other.id = CASE WHEN left_handle = %(handle)s THEN right_id ELSE left_id END
WHERE (left_handle = %(handle)s OR right_handle = %(handle)s) AND voter_key = %(voter)s
    AND ((answer = '' AND dealt_at > now() - %(answerable)s)
        OR (answer IN ('left', 'right', 'tie', 'both_bad') AND closed_at > now() - %(revealed)s))
"""


def read_blind_image(*, handle: uuid.UUID, voter_key: uuid.UUID, width: int) -> bytes:
    """Return the rendition behind a handle, as often as asked, until its matchup closes or ANSWERABLE has passed.

    After a vote the handle serves for another REVEALED. Raises Gone for an image that is hidden after reports, NotFound
    in any other case, without telling why.
    """
    asked: dict[str, Any] = {"handle": handle, "voter": voter_key, "answerable": ANSWERABLE, "revealed": REVEALED}
    with connection.cursor() as cursor:
        cursor.execute(_SIDES, asked)
        found = cursor.fetchone()
    if found is None or width not in {*WIDTHS, detail_width()}:
        raise NotFound(_("There is no such image for you."))
    this, other, is_hidden = found
    if is_hidden:
        raise Gone(_("This image has been reported and is hidden."))
    return read_rendition(generation_id=this, beside=other, width=width)
