"""What is kept of the errors of boards' newest snapshots, and of what they have in common."""

from collections.abc import Collection, Iterator, Mapping

from leaderboard.models import ErrorBlock, Snapshot
from leaderboard.ratings.board_errors import BoardErrors
from leaderboard.ratings.boards import BoardKey
from leaderboard.ratings.columns.votelog import VoteLog
from leaderboard.ratings.joint.error_blocks import pack_boards
from leaderboard.ratings.joint.weighing import language_of, share_boards
from leaderboard.ratings.parameters import Method

# Packed blocks by the two boards that they belong to.
Blocks = Mapping[tuple[BoardKey, BoardKey], bytes]


def pack_blocks(votes: Mapping[str, VoteLog], errors: Mapping[BoardKey, BoardErrors], method: Method) -> Blocks:
    """Pack the errors of boards of all time that a reader can weigh, and what categories' boards have in common.

    Only the categories of one modality are weighed together: all of them, or all in a language.
    """
    blocks: dict[tuple[BoardKey, BoardKey], bytes] = {}
    for modality, keys in _group(errors):
        own = [errors[key] for key in keys]
        packed = pack_boards(own, share_boards(votes[modality], keys, own, method).covariances)
        blocks |= {(keys[one], keys[two]): block for (one, two), block in packed.items()}
    return blocks


def _group(errors: Mapping[BoardKey, BoardErrors]) -> Iterator[tuple[str, list[BoardKey]]]:
    groups: dict[tuple[str, ...], list[BoardKey]] = {}
    for key in sorted(errors):
        if key.days or key.slice == "axis":
            continue
        alone = "" if key.slice.startswith("category") else f"{key.slice} {key.slice_value}"
        groups.setdefault((key.modality, language_of(key), alone), []).append(key)
    for (modality, *_), keys in groups.items():
        yield modality, keys


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
