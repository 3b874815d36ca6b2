"""Preferences in the forms in which reward models are trained and evaluated."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TextIO

from leaderboard.queries.exporting.preferences import Preference

# Where each picture lies in the release, by its key.
Paths = Mapping[int, str]


def write_pick_a_pic(preferences: Iterable[Preference], paths: Paths, out: TextIO) -> None:
    """Write the columns of Pick-a-Pic: label_0 and label_1 are 1 and 0, or one half each for a tie or two bad ones."""
    for each in preferences:
        label = {"left": 1.0, "right": 0.0}.get(each.outcome, 0.5)
        best = {"left": each.left, "right": each.right}.get(each.outcome)
        row = {
            "ranking_id": each.position,
            "caption": each.left.prompt.text,
            "image_0_uid": _uid(each.left),
            "image_1_uid": _uid(each.right),
            "image_0_url": paths[each.left.pk],
            "image_1_url": paths[each.right.pk],
            "model_0": each.left.contender.slug,
            "model_1": each.right.contender.slug,
            "label_0": label,
            "label_1": 1 - label,
            "best_image_uid": _uid(best) if best else "tie",
            "are_different": best is not None,
            "has_label": True,
            "both_bad": each.outcome == "both_bad",
            "user_id": each.voter,
            "created_at": each.cast_on.isoformat() if each.cast_on else None,
        }
        out.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_pairs_for_dpo(preferences: Iterable[Preference], paths: Paths, out: TextIO) -> None:
    """Write one line for each vote with a winner: its prompt, and the paths of winner and loser."""
    for each in preferences:
        if each.outcome in ("left", "right"):
            won, lost = (each.left, each.right) if each.outcome == "left" else (each.right, each.left)
            row = {"prompt": won.prompt.text, "chosen": paths[won.pk], "rejected": paths[lost.pk]}
            out.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_hpd(preferences: Iterable[Preference], paths: Paths, out: TextIO) -> None:
    """Write one JSON list as HPD v2 has it: paths, and 1 for the picture that was preferred; without ties."""
    rows: list[dict[str, Any]] = [
        {
            "prompt": each.left.prompt.text,
            "image_path": [paths[each.left.pk], paths[each.right.pk]],
            "human_preference": [1, 0] if each.outcome == "left" else [0, 1],
            "user_hash": each.voter,
        }
        for each in preferences
        if each.outcome in ("left", "right")
    ]
    json.dump(rows, out, ensure_ascii=False, indent=0)


PREFERENCE_FILES: dict[str, Callable[[Iterable[Preference], Paths, TextIO], None]] = {
    "pick-a-pic.jsonl": write_pick_a_pic,
    "dpo.jsonl": write_pairs_for_dpo,
    "hpd.json": write_hpd,
}


def _uid(picture: Any) -> str:
    return str(picture.image.public_id)
