"""Tournesol's comparisons.csv (tournesol.app): scores from -score_magnitude, wholly video_a, to +score_magnitude."""

from collections.abc import Iterator

from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row, grade

# The magnitude where a file names none.
_TOURNESOL = 10


def _tournesol(row: Row, _: Names) -> Iterator[Duel]:
    most = float(row.get("score_magnitude") or row.get("score_max") or _TOURNESOL)
    share = (float(row["score"]) + most) / (2 * most)
    voter, criterion = row.get("public_username", ""), row["criteria"]
    yield from grade(row["video_a"], row["video_b"], share, voter=voter, category=criterion)


LAYOUTS = (
    Layout(
        title="Tournesol",
        needs=("video_a", "video_b", "criteria", "score"),
        may_have=("public_username", "score_magnitude", "score_max"),
        reads={
            "left": "video_a",
            "right": "video_b",
            "winner": "score",
            "voter": "public_username",
            "category": "criteria",
        },
        duels=_tournesol,
        note="scores are grades: a part of a win for each side; each criterion is a category",
    ),
)
