"""The profile of shares that this arena's operator has declared."""

from pathlib import Path

from django.conf import settings

from leaderboard.ratings.columns.shares import BadShares, Shares
from leaderboard.votefiles.beside.share_files import read_shares


def read_site_shares() -> Shares | None:
    """Return what SHARES_FILE, told from the data folder on, declares; None without it.

    Raises BadShares, naming the setting, for a bad file. The profile is published, so it may not name groups of voters.
    """
    if not settings.SHARES_FILE:
        return None
    try:
        shares = read_shares(Path(settings.DATA_DIR, settings.SHARES_FILE))
    except BadShares as error:
        raise BadShares(f"SHARES_FILE={settings.SHARES_FILE}: {error.message}") from error
    if shares.members:
        raise BadShares(
            f"SHARES_FILE={settings.SHARES_FILE}: an arena's own shares are public, so they cannot name voters"
        )
    return shares
