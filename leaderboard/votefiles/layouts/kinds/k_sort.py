"""K-Sort Arena's votes (huggingface.co/datasets/ksort/K-Sort-Eval): a `result.json` for each, with four models' ranks.

Verified: the keys and their meaning, in the code that reads them (`ksort_eval_image.py` and `ksort_eval_video.py` of
github.com/zkkli/K-Sort-Eval): rank 0 is the best, equal ranks are a tie, and a model's name stands between the host and
the task, as in `replicate_SDXL_text2image`. The code of the arena that writes them could not be had.
"""

from collections.abc import Callable, Iterator

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, rank_pairs


def _name_model(name: str) -> str:
    """The model, without its host and its task."""
    parts = name.split("_")
    return parts[1] if len(parts) > 1 else name


def _unfold(ranks: str) -> Callable[[Row, Names], Iterator[Duel]]:
    def unfold(row: Row, _: Names) -> Iterator[Duel]:
        prompt = row.get("prompt", "")
        shown = prompt[0] if isinstance(prompt, list) and prompt else prompt
        return rank_pairs(list(map(_name_model, row["models_name"])), row[ranks], prompt=shown)

    return unfold


LAYOUTS = tuple(
    Layout(
        title="K-Sort Arena",
        needs=("models_name", ranks),
        may_have=("prompt",),
        reads={"left": "models_name", "right": "models_name", "winner": ranks, "prompt": "prompt"},
        duels=_unfold(ranks),
        together=True,
        note="each ranking counts as all its pairs, and as one answer where intervals are clustered",
    )
    for ranks in ("img_rank", "video_rank")
)
