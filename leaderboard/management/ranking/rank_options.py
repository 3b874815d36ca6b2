"""What `rank` can be asked: the files, the names of their columns, the boards, the method, the form of the answer."""

import os
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from dataclasses import replace
from math import isfinite, nan
from pathlib import Path
from typing import Any

from arena.errors import DomainError
from leaderboard.management.axes_option import add_axes_option
from leaderboard.management.row_options import add_row_options
from leaderboard.management.shares_option import add_shares_option
from leaderboard.management.tiers_option import add_tiers_option, choose_tiers
from leaderboard.presentation.board_text import parse_board
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.parameters import METHOD, VERSIONS, Method, Thresholds
from leaderboard.votefiles.column_roles import FOR_RANKING, KNOWN_NAMES
from leaderboard.votefiles.row_reader import TIERS

HELP = "Rank a file of votes: CSV, JSON Lines or JSON, plain or packed, or Parquet. Needs no database."
# What `--method` may name: the method of every board, and a replay for comparison.
BRADLEY_TERRY, BY_PACKAGE = "bradley-terry", "trueskill-package"
# The prior's spread is chosen by the votes.
AUTO = 0.0
# Options of Bradley–Terry that would change nothing in a replay, with their defaults.
_NOT_IN_REPLAY: dict[str, Any] = {
    "category_weights": "equal",
    "shares": None,
    "prior_sd": None,
    "anchor": [],
    "ties": False,
    "thin_votes": None,
    "established_votes": None,
    "established_voters": None,
    "method_version": METHOD.version,
}


class BadRankOption(DomainError):
    """What was asked for cannot be done."""

    code = "bad_rank_option"


def add_rank_options(parser: ArgumentParser) -> None:
    """The file, the names of its columns, what is wanted of it, the form of the answer."""
    parser.add_argument("files", metavar="file", type=Path, nargs="+", help="several are ranked as one")
    for role, known in (KNOWN_NAMES | FOR_RANKING).items():
        parser.add_argument(
            f"--{role}",
            metavar="COLUMN",
            help=f"the column with the {role}, '' for none (default: {' or '.join(known) or 'none but in exports'})",
        )
    add_row_options(parser)
    parser.add_argument(
        "--save", type=Path, metavar="FILE", help="also write the votes to a Parquet file, which is read faster"
    )
    parser.add_argument("--format", choices=["table", "csv", "json"], default="table")
    add_axes_option(parser)
    parser.add_argument(
        "--board", type=_parse_board, action="append",
        help="overall (the default), category:<name>, language:<name>, category_language:<name>/<name>, "
        "axis:<name>, or all, which means every board except those of a category in a language; may repeat",
    )  # fmt: skip
    _add_method_options(parser)


def _add_method_options(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--category-weights", choices=["equal", "votes"], default="equal",
        help="whether the overall board weighs all categories equally, or all votes",
    )  # fmt: skip
    add_shares_option(parser)
    parser.add_argument(
        "--method", choices=[BRADLEY_TERRY, BY_PACKAGE], default=BRADLEY_TERRY,
        help="bradley-terry (the default): Elo, intervals, and TrueSkill from all votes at once; "
        "trueskill-package: TrueSkill vote by vote by that package itself, for comparison (0.1 s for 1,000 votes)",
    )  # fmt: skip
    parser.add_argument(
        "--ties", action="store_true",
        help="also say how well the models of ties by Rao and Kupper and by Davidson fit the votes, in nats a vote",
    )  # fmt: skip
    add_tiers_option(parser)
    parser.add_argument(
        "--official-tiers", type=_read_tiers, metavar="TIERS", default=os.environ.get("OFFICIAL_TIERS") or None,
        help="the official tiers, such as settled,verified,named (the default, unless OFFICIAL_TIERS is set)",
    )  # fmt: skip
    parser.add_argument(
        "--method-version", choices=VERSIONS, default=METHOD.version,
        help=f"an older version of the method; before 4, no voter's influence is limited (default: {METHOD.version})",
    )  # fmt: skip
    parser.add_argument("--both-bad", choices=["apart", "tie"], default="apart", help="what both bad counts as")
    parser.add_argument(
        "--anchor", type=_read_anchor, action="append", default=[], metavar="NAME[=ELO]",
        help="centre Elo on this contender, at 1000 or ELO; on the mean of several if repeated (default: all "
        "contenders with enough votes, at 1000)",
    )  # fmt: skip
    parser.add_argument(
        "--prior-sd", type=_read_spread, metavar="SD",
        help="standard deviation of strengths before any vote, in logits (2): a larger one shrinks few votes less; "
        "auto chooses the one under which the votes are most probable",
    )  # fmt: skip
    for name, meaning in (
        ("thin-votes", "with fewer votes, no numbers are shown"),
        ("established-votes", "with fewer votes, no rank is shown"),
        ("established-voters", "with fewer voters, no rank is shown"),
    ):
        parser.add_argument(f"--{name}", type=_read_count, metavar="N", help=meaning)


def refuse_useless(options: Mapping[str, Any]) -> None:
    """Refuse an option that would change nothing: whoever gives it expects an effect. Raises BadRankOption."""
    for name, usual in _NOT_IN_REPLAY.items():
        if options[name] != usual:
            raise BadRankOption(f"--{name.replace('_', '-')} changes nothing with --method {BY_PACKAGE}. Leave it out.")


def choose_method(options: Mapping[str, Any], thresholds: Thresholds) -> Method:
    """The arena's method with what the options change; a prior to be chosen by the votes stays as it is."""
    names = ("thin_votes", "established_votes", "established_voters")
    given = {name: options[name] for name in names if options[name] is not None}
    method = replace(
        METHOD,
        version=options["method_version"],
        prior_sd=options["prior_sd"] or METHOD.prior_sd,
        equal_category_weights=options["category_weights"] == "equal",
        thresholds=replace(thresholds, **given),
        influence=replace(METHOD.influence, official=options["official_tiers"] or METHOD.influence.official),
    )
    return choose_tiers(method, options["tiers"])


def anchor_method(method: Method, anchors: list[tuple[str, float | None]]) -> Method:
    """The method with the named anchors, if there are any; their centre is the mean of the Elo given for them."""
    if not anchors:
        return method
    elos = [METHOD.elo_centre if elo is None else elo for _, elo in anchors]
    return replace(method, anchors=tuple(name for name, _ in anchors), elo_centre=sum(elos) / len(elos))


def _parse_board(text: str) -> BoardKey | None:
    if text == "all":
        return None
    try:
        return parse_board(text)
    except ArgumentTypeError as error:
        raise ArgumentTypeError(f"{error}, all") from error


def _read_anchor(text: str) -> tuple[str, float | None]:
    """A name, or a name and an Elo after the last equals sign; a name with one in it needs an Elo, too."""
    name, equals, elo = text.rpartition("=")
    if not equals:
        return text, None
    found = _float(elo)
    if not (name and isfinite(found)):
        raise ArgumentTypeError(f"{text!r} is not NAME or NAME=ELO")
    return name, found


def _read_tiers(text: str) -> tuple[str, ...]:
    """The tiers by name, and that of votes of which none is known."""
    named = text.replace(",", " ").split()
    if not named or not set(named).issubset(TIERS):
        raise ArgumentTypeError(f"{text!r} is not some of {', '.join(filter(None, TIERS))}")
    return ("", *(tier for tier in TIERS if tier in named))


def _read_count(text: str) -> int:
    if not text.isascii() or not text.isdigit():
        raise ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _read_spread(text: str) -> float:
    if text == "auto":
        return AUTO
    found = _float(text)
    if not 0.01 <= found <= 1e5:
        raise ArgumentTypeError(f"{text!r} is not a number from 0.01 to 100000")
    return found


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return nan
