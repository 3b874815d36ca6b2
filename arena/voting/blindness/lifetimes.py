"""How long a matchup and what belongs to it live."""

from datetime import timedelta

# An open matchup is served for so long after it was dealt …
SERVED = timedelta(minutes=30)
# … and may be answered for so long. Until then its images are served, and not dealt to its voter again.
ANSWERABLE = timedelta(hours=24)
# After the vote its images are served beside the reveal for so long.
REVEALED = timedelta(minutes=30)
# The reply is kept for retries. It is written at the deal, so it lives no shorter than the matchup may be answered.
REPLY_KEPT = ANSWERABLE
# A matchup that nobody answered is deleted.
UNANSWERED_KEPT = timedelta(hours=48)
