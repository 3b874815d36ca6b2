"""ImageRewardDB (huggingface.co/datasets/THUDM/ImageRewardDB): a row for each image, ranked within its prompt.

The JSON files of its repository (github.com/THUDM/ImageReward) have a row for each prompt instead, with `generations`
and their `ranking`. Verified in `data/test.json` and in the code that trains on them (`rank_pair_dataset.py`): 1 is the
best, equal ranks are a tie. The columns of the set itself are from its page.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, rank_pairs

_NOTE = "each ranking counts as all its pairs; the contenders are single images"


def _join(rows: Sequence[Row]) -> Iterator[tuple[int, Duel]]:
    """The pairs of each prompt's images, at the row of its first image."""
    by_prompt: dict[Any, list[int]] = {}
    for number, row in enumerate(rows):
        by_prompt.setdefault(row["prompt_id"], []).append(number)
    for prompt, numbers in by_prompt.items():
        own = [rows[number] for number in numbers]
        images, ranks = [row["image_path"] for row in own], [float(row["rank"]) for row in own]
        for duel in rank_pairs(images, ranks, prompt=prompt):
            yield numbers[0] + 1, duel


def _list(row: Row, _: Names) -> Iterator[Duel]:
    prompt = row.get("prompt_id") or row.get("id") or row.get("prompt", "")
    return rank_pairs(row["generations"], row["ranking"], prompt=prompt)


LAYOUTS = (
    Layout(
        title="ImageRewardDB",
        needs=("image_path", "prompt_id", "rank"),
        reads={"left": "image_path", "right": "image_path", "winner": "rank", "prompt": "prompt_id"},
        duels=lambda row, names: iter(()),
        join_rows=_join,
        spread=True,
        note=_NOTE,
    ),
    Layout(
        title="ImageReward",
        needs=("generations", "ranking"),
        may_have=("prompt_id", "id", "prompt"),
        reads={
            "left": "generations",
            "right": "generations",
            "winner": "ranking",
            "prompt": "prompt_id or id or prompt",
        },
        duels=_list,
        together=True,
        note=_NOTE,
    ),
)
