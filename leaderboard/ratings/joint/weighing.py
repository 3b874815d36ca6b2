"""Boards of categories weighed together: from votes alone, as from what is kept of the newest snapshots."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from leaderboard.ratings.board_errors import BoardErrors
from leaderboard.ratings.boards import BoardKey, board_method, limit_within, prepare_board
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.joint.combining import Combined, Part, combine_parts
from leaderboard.ratings.joint.error_blocks import OwnErrors, open_own, open_shared, pack_boards
from leaderboard.ratings.joint.shared_tastes import SharedErrors, share_errors
from leaderboard.ratings.methods import fit_with_errors
from leaderboard.ratings.parameters import METHOD, Method
from leaderboard.ratings.publishing import publish

Matrix = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Weighed:
    """A board: the Elo of its contenders, their errors in logits, and its weight."""

    elo: Mapping[str, float]
    errors: OwnErrors
    weight: float


def combine_boards(
    boards: Sequence[Weighed], shared: Mapping[tuple[int, int], Matrix], chosen: Sequence[str], method: Method = METHOD
) -> Combined:
    """Combine boards, in Elo, over the `chosen` contenders, of whom each board must know the errors.

    `shared` is the covariance of two boards' errors in squared logits, by their places, each pair once.
    """
    scale = method.elo_per_logit**2
    own = [[board.errors.names.index(name) for name in chosen] for board in boards]
    parts = [
        Part(
            np.array([board.elo[name] for name in chosen], dtype=np.float64),
            scale * board.errors.covariance[np.ix_(places, places)],
            board.weight,
        )
        for board, places in zip(boards, own, strict=True)
    ]
    blocks = {(one, two): scale * block[np.ix_(own[one], own[two])] for (one, two), block in shared.items()}
    return combine_parts(parts, blocks)


def weigh_votes(
    votes: VoteLog,
    weights: Mapping[BoardKey, int],
    method: Method = METHOD,
    *,
    among: Collection[str] = (),
) -> tuple[tuple[str, ...], Combined]:
    """Weigh boards of a whole log's categories, all in one language or in all; or one board of another kind.

    Returns the contenders that every board knows, or those `among` them, and what they are worth together.
    """
    keys = list_weighable(votes, next(iter(weights)))
    fitted = [fit_with_errors(*prepare_board(votes, key, method)) for key in keys]
    errors = [own for _, own in fitted]
    packed = pack_boards(errors, share_boards(votes, keys, errors, method).covariances)
    opened = {place: open_own(packed[place, place]) for place in range(len(keys))}
    places = [keys.index(key) for key in weights]
    boards = []
    for place, weight in zip(places, weights.values(), strict=True):
        elo = {line.contender: line.elo for line in publish(fitted[place][0]).contenders if line.elo is not None}
        boards.append(Weighed(elo, opened[place], weight))
    shared = {
        (places.index(one), places.index(two)): open_shared(opened[one], opened[two], block)
        for (one, two), block in packed.items()
        if one != two and one in places and two in places
    }
    known = set(boards[0].errors.names).intersection(*(board.errors.names for board in boards))
    chosen = tuple(sorted(known & set(among) if among else known))
    return chosen, combine_boards(boards, shared, chosen, method)


def list_weighable(votes: VoteLog, key: BoardKey) -> list[BoardKey]:
    """The boards with votes that share errors with this one, in order: all categories, in the same language if any."""
    if not key.slice.startswith("category"):
        return [key]
    language = language_of(key)
    spoken = votes if not language else votes.for_language(language)
    used = [votes.categories[index] for index in np.unique(spoken.category).tolist() if votes.categories[index]]
    values = [f"{slug}/{language}" if language else slug for slug in used]
    return sorted(BoardKey(key.slice, value, modality=key.modality) for value in values)


def share_boards(
    votes: VoteLog, keys: Sequence[BoardKey], errors: Sequence[BoardErrors], method: Method
) -> SharedErrors:
    """What the errors of boards of `list_weighable` have in common, by their places."""
    if len(keys) < 2:
        return SharedErrors(0.0, {})
    place = _place_votes(votes, keys)
    return share_errors(_limit_each(votes, place, keys, method), place, errors, method)


def language_of(key: BoardKey) -> str:
    """The language of a category's board in a language; empty for other boards."""
    return key.slice_value.rpartition("/")[2] if key.slice == "category_language" else ""


def _limit_each(votes: VoteLog, place: NDArray[np.int64], keys: Sequence[BoardKey], method: Method) -> VoteLog:
    """The votes with the weight that each has on its own board."""
    if not method.limits:
        return votes
    weight = np.zeros(len(votes))
    for index, key in enumerate(keys):
        weight += limit_within(votes, place == index, board_method(key, method)).weight
    return replace(votes, weight=weight)


def _place_votes(votes: VoteLog, keys: Sequence[BoardKey]) -> NDArray[np.int64]:
    """The place in `keys` that each vote counts for, or -1."""
    number = {slug: index for index, slug in enumerate(votes.categories)}
    language = language_of(keys[0])
    by_category = np.full(len(votes.categories), -1, dtype=np.int64)
    for place, key in enumerate(keys):
        category = key.slice_value.removesuffix(f"/{language}") if language else key.slice_value
        if category in number:
            by_category[number[category]] = place
    placed = by_category[votes.category]
    if not language:
        return placed
    spoken = votes.languages.index(language) if language in votes.languages else -1
    return np.where(votes.language == spoken, placed, -1)
