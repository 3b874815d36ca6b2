"""compar:IA's votes (huggingface.co/datasets/ministere-culture/comparia-votes): the chosen model's name.

Verified in the code that writes them (`record_vote` in `backend/arena/persistence.py` and `utils/schemas/votes.sql` of
github.com/betagouv/ComparIA): where both are equal none is chosen.
"""

from collections.abc import Iterator

from leaderboard.votefiles.answer_labels import read_truth
from leaderboard.votefiles.layouts.duels import Duel, Layout, Names, Row


def _comparia(row: Row, _: Names) -> Iterator[Duel]:
    sides = row["model_a_name"], row["model_b_name"]
    equal = read_truth(str(row.get("both_equal", ""))) == 1.0
    answer = {sides[0]: "left", sides[1]: "right"}.get(row["chosen_model_name"], "tie" if equal else "")
    yield Duel(*sides, answer, voter=row.get("visitor_id", ""), prompt=row.get("conversation_pair_id", ""))


LAYOUTS = (
    Layout(
        title="compar:IA",
        needs=("model_a_name", "model_b_name", "chosen_model_name"),
        may_have=("both_equal", "visitor_id", "conversation_pair_id"),
        reads={
            "left": "model_a_name",
            "right": "model_b_name",
            "winner": "chosen_model_name",
            "voter": "visitor_id",
            "prompt": "conversation_pair_id",
        },
        duels=_comparia,
    ),
)
