"""The option that weighs the votes of boards by declared shares of their strata."""

from argparse import ArgumentParser
from pathlib import Path

from leaderboard.presentation.board_text import name_board, printable
from leaderboard.ratings.boards import BoardKey, prepare_board
from leaderboard.ratings.columns.counting import weigh_votes
from leaderboard.ratings.columns.shares import BadShares, Shares
from leaderboard.ratings.columns.strata import count_effective
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.parameters import Method
from leaderboard.votefiles.beside.share_files import read_shares


def add_shares_option(parser: ArgumentParser) -> None:
    """Declare `--shares`."""
    parser.add_argument(
        "--shares",
        type=Path,
        metavar="FILE",
        help="weigh votes so that categories, languages or groups of voters have the shares that this TOML or JSON "
        "file declares",
    )


def read_shares_option(file: Path | None) -> Shares | None:
    """Return what the option's file declares, None without one. Raises BadShares for a bad file."""
    try:
        return read_shares(file) if file else None
    except BadShares as error:
        raise BadShares(printable(f"{file}: {error.message}")) from error


def split_refused(
    votes: VoteLog, keys: list[BoardKey], method: Method, shares: Shares | None
) -> tuple[list[BoardKey], list[str]]:
    """Return the boards on which the shares can be used, and for each other one a line that says why not."""
    usable, refused = [], []
    for key in keys:
        try:
            prepare_board(votes, key, method, shares)
        except BadShares as error:
            refused.append(printable(f"{name_board(key)}: {error.message}"))
        else:
            usable.append(key)
    return usable, refused


def say_shares(shares: Shares, votes: VoteLog, key: BoardKey, method: Method) -> str:
    """Say how many votes the shares leave, and how many of equal weight these are worth."""
    own, counted = prepare_board(votes, key, method, shares)
    rated, worth = count_effective(own, weigh_votes(own, counted)[0])
    every = prepare_board(votes, key, method)[0]
    whole = count_effective(every, weigh_votes(every, method)[0])[0]
    left_out = f"; {whole - rated:,} votes of strata without a share are left out" if whole > rated else ""
    return printable(
        f"shares: {shares.name} ({shares.hash}), {rated:,} rated votes worth {worth:,.0f} of equal weight{left_out}"
    )
