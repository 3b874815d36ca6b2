"""The choice under a reader's weights from an exported ledger, as `/choose/` makes it."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from typing import Any

import numpy as np

from leaderboard.presentation.choices.wishes_address import read_weights
from leaderboard.ratings.boards import BoardKey, Slice, find_boards
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.joint.weighing import weigh_votes
from leaderboard.ratings.parameters import Method
from leaderboard.ratings.publishing import round_published


def add_weights_options(parser: ArgumentParser, instead: Any) -> None:
    """Add the options of a choice to the command; `instead` is the group of what is printed in place of boards."""
    instead.add_argument(
        "--weights",
        type=_parse_weights,
        metavar="CATEGORIES",
        help="print instead the chance of being the best under weights, as `food:2,text-rendering:1`",
    )
    parser.add_argument("--language", default="", help="with --weights: the categories in this language")
    parser.add_argument("--among", default="", help="with --weights: only among these contenders, with commas")


def _parse_weights(text: str) -> dict[str, int]:
    try:
        return read_weights(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{error}” is not a category, a colon and a number") from error


def weigh_export(
    logs: Mapping[str, VoteLog], method: Method, *, weights: Mapping[str, int], language: str, among: str
) -> dict[str, list[dict[str, Any]]]:
    """The choice in each modality that has votes on all these categories: contenders by falling chance."""
    kind: Slice = "category_language" if language else "category"
    values = {f"{slug}/{language}" if language else slug: weight for slug, weight in weights.items()}
    keys = {BoardKey(kind, value): weight for value, weight in values.items()}
    return {
        modality: _weigh(votes, keys, method, tuple(filter(None, among.split(","))))
        for modality, votes in logs.items()
        if len(find_boards(votes, list(keys))) == len(keys)
    }


def _weigh(
    votes: VoteLog, keys: Mapping[BoardKey, int], method: Method, among: tuple[str, ...]
) -> list[dict[str, Any]]:
    names, combined = weigh_votes(votes, keys, method, among=among)
    low, high = combined.rating - combined.half_width, combined.rating + combined.half_width
    columns = {"chance": combined.first, "elo": combined.rating, "elo_low": low, "elo_high": high}
    rows = [
        dict(zip(columns, map(round_published, row), strict=True)) for row in np.transpose([*columns.values()]).tolist()
    ]
    picks = [{"contender_slug": name} | row for name, row in zip(names, rows, strict=True)]
    return sorted(picks, key=lambda pick: (-pick["chance"], -pick["elo"]))


def write_choice(found: Mapping[str, list[dict[str, Any]]], form: str) -> str:
    """The choice as a table or as JSON."""
    if form == "json":
        return json.dumps(found, indent=1, ensure_ascii=False)
    lines = []
    for modality, picks in found.items():
        lines.append(f"\n{modality}\n{'chance':>8}  {'Elo':>7}  {'95 % interval':>17}  contender")
        for pick in picks:
            interval = f"[{pick['elo_low']:.1f}, {pick['elo_high']:.1f}]"
            lines.append(f"{pick['chance']:>8.4f}  {pick['elo']:>7.1f}  {interval:>17}  {pick['contender_slug']}")
    return "\n".join(lines)
