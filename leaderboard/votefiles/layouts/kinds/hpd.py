"""The Human Preference Datasets: HPDv2 (huggingface.co/datasets/ymhao/HPDv2) and HPDv3 (MizzenAI/HPDv3).

HPDv2's train.json has two images and a 1 for the preferred one; its test.json has images with ranks, by each annotator
in `raw_annotations`. A set derived from it (aniketr/hpdv2-test-no-embeds) has `pref`, 1 for the left image and -1 for
the right one. HPDv3 names the preferred image's model first.
"""

from collections.abc import Iterator

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, rank_pairs

_IMAGES = "the contenders are single images"


def _train(row: Row, _: Names) -> Iterator[Duel]:
    one, two = row["human_preference"]
    answer = "left" if one > two else "right" if two > one else "tie"
    left, right = row["file_path"]
    yield Duel(left, right, answer, prompt=row.get("prompt", ""))


def _test(row: Row, _: Names) -> Iterator[Duel]:
    for answer in row.get("raw_annotations") or [{"rank": row["rank"]}]:
        voter = answer.get("user_hash", "")
        yield from rank_pairs(row["image_path"], answer["rank"], voter=voter, prompt=row.get("prompt", ""))


def _sides(row: Row, _: Names) -> Iterator[Duel]:
    answer = {1: "left", -1: "right"}[int(row["pref"])]
    voter, prompt = row.get("user_id", ""), row.get("prompt", "")
    yield Duel(row["image_left_id"], row["image_right_id"], answer, voter=voter, prompt=prompt)


def _third(row: Row, _: Names) -> Iterator[Duel]:
    yield Duel(row["model1"], row["model2"], "left", prompt=row.get("prompt", ""))


LAYOUTS = (
    Layout(
        title="HPDv2 train.json",
        needs=("human_preference", "file_path"),
        may_have=("prompt",),
        reads={"left": "file_path", "right": "file_path", "winner": "human_preference", "prompt": "prompt"},
        duels=_train,
        note=_IMAGES,
    ),
    Layout(
        title="HPDv2 test.json",
        needs=("image_path", "rank", "raw_annotations"),
        may_have=("prompt",),
        reads={
            "left": "image_path",
            "right": "image_path",
            "winner": "raw_annotations",
            "voter": "raw_annotations",
            "prompt": "prompt",
        },
        duels=_test,
        note=f"each ranking counts as all its pairs; {_IMAGES}",
    ),
    Layout(
        title="HPDv2 pairs",
        needs=("image_left_id", "image_right_id", "pref"),
        may_have=("user_id", "prompt"),
        reads={
            "left": "image_left_id",
            "right": "image_right_id",
            "winner": "pref",
            "voter": "user_id",
            "prompt": "prompt",
        },
        duels=_sides,
    ),
    Layout(
        title="HPDv3",
        needs=("path1", "path2", "model1", "model2", "choice_dist"),
        may_have=("prompt",),
        reads={"left": "model1", "right": "model2", "winner": "order of the two", "prompt": "prompt"},
        duels=_third,
        note="the preferred image always comes first, so the position effect says nothing",
    ),
)
