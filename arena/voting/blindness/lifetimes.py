"""How long a matchup, its images and its reply are served and kept."""

from datetime import timedelta

# An open matchup is served for this long after it was dealt.
SERVED = timedelta(minutes=30)
# It may be answered for this long. Until then its images are served, and not dealt to its voter again.
ANSWERABLE = timedelta(hours=24)
# After the vote its images are served beside the reveal for this long.
REVEALED = timedelta(minutes=30)
# The reply is kept for retries. It is written at the deal, so it must be kept as long as an answer is accepted.
REPLY_KEPT = ANSWERABLE
# A matchup that nobody answered is deleted after this long.
UNANSWERED_KEPT = timedelta(hours=48)
