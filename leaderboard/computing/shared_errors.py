"""What is kept of the errors of boards' newest snapshots, and of what they have in common."""

from collections.abc import Collection, Iterator, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from leaderboard.models import ErrorBlock, Snapshot
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.joint.board_errors import BoardErrors
from leaderboard.ratings.joint.error_blocks import pack_boards
from leaderboard.ratings.joint.shared_tastes import share_errors
from leaderboard.ratings.parameters import Method

# Packed blocks by the two boards that they belong to.
Blocks = Mapping[tuple[BoardKey, BoardKey], bytes]


def pack_blocks(votes: Mapping[str, VoteLog], errors: Mapping[BoardKey, BoardErrors], method: Method) -> Blocks:
    """Pack the errors of boards of all time that a reader can weigh, and what categories' boards have in common.

    Only the categories of one modality are weighed together: all of them, or all in a language.
    """
    blocks: dict[tuple[BoardKey, BoardKey], bytes] = {}
    for modality, keys in _group(errors):
        log, own = votes[modality], [errors[key] for key in keys]
        shared = share_errors(log, place_votes(log, keys), own, method) if len(keys) > 1 else None
        packed = pack_boards(own, shared.covariances if shared else {})
        blocks |= {(keys[one], keys[two]): block for (one, two), block in packed.items()}
    return blocks


def _group(errors: Mapping[BoardKey, BoardErrors]) -> Iterator[tuple[str, list[BoardKey]]]:
    groups: dict[tuple[str, ...], list[BoardKey]] = {}
    for key in sorted(errors):
        if key.days or key.slice == "axis":
            continue
        language = key.slice_value.rpartition("/")[2] if key.slice == "category_language" else ""
        alone = "" if key.slice.startswith("category") else f"{key.slice} {key.slice_value}"
        groups.setdefault((key.modality, language, alone), []).append(key)
    for (modality, *_), keys in groups.items():
        yield modality, keys


def place_votes(votes: VoteLog, keys: Sequence[BoardKey]) -> NDArray[np.int64]:
    """The place in `keys`, which are of categories, all in one language or in all, that each vote counts for, or -1."""
    number = {slug: index for index, slug in enumerate(votes.categories)}
    by_category = np.full(len(votes.categories), -1, dtype=np.int64)
    language = ""
    for place, key in enumerate(keys):
        category, _, language = (
            key.slice_value.rpartition("/") if key.slice == "category_language" else (key.slice_value, "", "")
        )
        if category in number:
            by_category[number[category]] = place
    placed = by_category[votes.category]
    if not language:
        return placed
    spoken = votes.languages.index(language) if language in votes.languages else -1
    return np.where(votes.language == spoken, placed, -1)


def replace_blocks(blocks: Blocks, snapshots: Mapping[BoardKey, Snapshot]) -> None:
    """Store blocks of the newest snapshots in place of all that their boards had. Call this inside a transaction."""
    own = {one for one, _ in blocks}
    ErrorBlock.objects.filter(first__board__in=[snapshots[key].board_id for key in own if key in snapshots]).delete()
    ErrorBlock.objects.bulk_create(
        ErrorBlock(first=snapshots[one], second=snapshots[two], packed=packed)
        for (one, two), packed in blocks.items()
        if one in snapshots and two in snapshots
    )


def has_blocks(snapshots: Collection[Snapshot]) -> bool:
    """Whether the errors of all these snapshots are kept."""
    return ErrorBlock.objects.filter(first__in=snapshots, second__in=snapshots).count() >= len(snapshots)
