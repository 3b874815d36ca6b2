"""Pick-a-Pic v1 and v2 (huggingface.co/datasets/yuvalkirstain/pickapic_v2_no_images), and its rankings of four.

`label_0` is 1 where the first image was preferred, 0 where the other was, and 0.5 for a tie. Without `has_label` nobody
has judged the pair.
"""

from collections.abc import Iterator

from leaderboard.votefiles.answer_labels import read_truth
from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, choose_best

_ANSWERS = {1.0: "left", 0.0: "right", 0.5: "tie"}


def _pairs(row: Row, _: Names) -> Iterator[Duel]:
    judged = read_truth(str(row.get("has_label", "true"))) == 1.0
    label = _ANSWERS[float(row["label_0"])] if judged else ""
    yield Duel(row["model_0"], row["model_1"], label, voter=row.get("user_id", ""), prompt=row.get("caption", ""))


def _rankings(row: Row, _: Names) -> Iterator[Duel]:
    shown = [row.get(f"image_{number}_uid") for number in (1, 2, 3, 4)]
    return choose_best(
        row["best_image_uid"], filter(None, shown), voter=row.get("user_id", ""), prompt=row.get("prompt", "")
    )


LAYOUTS = (
    Layout(
        title="Pick-a-Pic",
        needs=("label_0", "label_1", "model_0", "model_1"),
        may_have=("has_label", "user_id", "caption"),
        reads={"left": "model_0", "right": "model_1", "winner": "label_0", "voter": "user_id", "prompt": "caption"},
        duels=_pairs,
    ),
    Layout(
        title="Pick-a-Pic rankings",
        needs=("image_1_uid", "image_2_uid", "best_image_uid"),
        may_have=("image_3_uid", "image_4_uid", "user_id", "prompt"),
        reads={
            "left": "best_image_uid",
            "right": "image_1_uid to image_4_uid",
            "winner": "best_image_uid",
            "voter": "user_id",
            "prompt": "prompt",
        },
        duels=_rankings,
        together=True,
        note="each answer counts as the best image against each of the others; the contenders are single images",
    ),
)
