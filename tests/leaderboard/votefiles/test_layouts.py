"""Layouts of published files, each on rows as the publisher has them, shortened."""

import csv
import io
import json
from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from leaderboard.ratings.columns.votelog import OUTCOMES, VoteLog
from leaderboard.votefiles.opening.bad_files import BadVoteFile
from leaderboard.votefiles.row_rules import RowRules
from leaderboard.votefiles.vote_files import VoteFile, read_votes

Row = dict[str, Any]
Duels = Counter[tuple[str, str, str]]

PICK_A_PIC: Row = {
    "are_different": True, "best_image_uid": "i0", "caption": "a cat", "created_at": "2023-01-04", "has_label": True,
    "image_0_uid": "i0", "image_0_url": "u0", "image_1_uid": "i1", "image_1_url": "u1", "label_0": 1.0, "label_1": 0.0,
    "model_0": "sdxl", "model_1": "dreamlike", "ranking_id": 7, "user_id": 3, "num_example_per_prompt": 2,
}  # fmt: skip
FASTCHAT: Row = {
    "question_id": 81, "model_1": "alpaca", "model_2": "gpt-4", "g1_winner": "model_2", "g2_winner": "model_2",
    "judge": ["gpt-4", "pair-v2"], "g1_user_prompt": "…", "g1_judgment": "…", "turn": 1, "tstamp": 1687.5,
}  # fmt: skip
ARENA_HARD: Row = {
    "uid": "q1", "category": "hard_prompt", "judge": "gpt-4.1", "model": "qwen", "baseline": "o3-mini",
    "games": [{"score": "A>B", "judgment": "…"}, {"score": "B>>A", "judgment": "…"}],
}  # fmt: skip
ALPACA: Row = {
    "instruction": "List the states.", "output_1": "…", "generator_1": "gpt4", "output_2": "…", "generator_2": "qwen",
    "annotator": "weighted", "preference": 1.25,
}  # fmt: skip
TOURNESOL: Row = {
    "public_username": "ada", "video_a": "xyz", "video_b": "uvw", "criteria": "reliability", "score": "-10",
    "score_magnitude": "10", "week_date": "2024-01-01",
}  # fmt: skip
WEBUI: Row = {
    "id": "f0", "user_id": "u0", "version": 0, "type": "rating", "meta": {"arena": True, "chat_id": "c0"},
    "snapshot": None, "data": {"rating": 1, "model_id": "m0", "sibling_model_ids": ["m1", "m2"], "reason": "accurate"},
}  # fmt: skip
STUDIO: Row = {
    "id": 1, "data": {"prompt": "a cat", "model_a": "sdxl", "model_b": "flux", "image1": "u"}, "predictions": [],
    "annotations": [
        {
            "id": 4, "completed_by": 2, "was_cancelled": False, "lead_time": 3.1,
            "result": [{"from_name": "pw", "to_name": "a,b", "type": "pairwise", "value": {"selected": "right"}}],
        },
        {"id": 5, "completed_by": 3, "was_cancelled": True, "result": []},
    ],
}  # fmt: skip
STUDIO_MIN: Row = {
    "id": 1, "prompt": "a cat", "model_a": "sdxl", "model_b": "flux", "pw": [{"selected": "left"}], "annotator": 2,
    "annotation_id": 4, "created_at": "2024-01-01", "updated_at": "2024-01-01", "lead_time": 3.1,
}  # fmt: skip
ARGILLA: Row = {
    "id": "r1", "status": "completed", "_server_id": "s", "images": {"image_1": "u", "image_2": "v", "prompt": "a cat"},
    "model_1": "flux", "model_2": "sd3", "category": "Cinematic", "preference.responses": ["image_1", "image_2", "tie"],
    "preference.responses.users": ["u1", "u2", "u3"],
    "preference.responses.status": ["submitted", "submitted", "draft"],
}  # fmt: skip
ARGILLA_ORDER: Row = {
    "id": "r1", "reply.responses": [["reply-2", "reply-1", "reply-3"]], "reply.responses.users": ["u1"],
    "reply.responses.status": ["submitted"],
}  # fmt: skip
ARGILLA_1: Row = {
    "prompt": "a cat", "response1": "…", "response2": "…", "model_a": "flux", "model_b": "sd3",
    "preference": [
        {"user_id": "u1", "value": {"rank": [2, 1], "value": ["response1", "response2"]}, "status": "submitted"},
        {"user_id": "u2", "value": {"rank": [1, 2], "value": ["response1", "response2"]}, "status": "discarded"},
    ],
    "preference-suggestion": None, "preference-suggestion-metadata": None,
}  # fmt: skip
LOG: Row = {
    "tstamp": 1.0, "type": "leftvote", "models": ["", ""], "states": [{"model_name": "sdxl"}, {"model_name": "flux"}],
    "ip": "10.0.0.1",
}  # fmt: skip
RAPIDATA: Row = {
    "prompt": "a cat", "votes_image1": 2, "votes_image2": 1, "model1": "flux", "model2": "sd3",
    "detailed_results": "{}", "image1_path": "a.jpg", "image2_path": "b.jpg",
}  # fmt: skip
K_SORT: Row = {
    "prompt": ["a cat"], "img_rank": [1, 0, 1],
    "models_name": ["replicate_SDXL_text2image", "fal_SD-v3.0_text2image", "huggingface_LCM_text2image"],
}  # fmt: skip
POTATO_1: Row = {
    "id": "i1", "displayed_text": "A. a.jpg<br>B. b.jpg", "behavioral_data": {"time_string": "4s"},
    "label_annotations": {"better": {"A": "1"}, "why": {"text_box": "sharper"}}, "span_annotations": [],
}  # fmt: skip
POTATO_1_TABLE: Row = {
    "user": "u1", "instance_id": "i1", "displayed_text": "0. a.jpg<br>1. b.jpg", "better:::A": None, "better:::B": "2",
    "better:::tie": None, "why:::text_box": "sharper",
}  # fmt: skip
POTATO_2: Row = {
    "instance_id": "i1", "user_id": "u1", "labels": {"better": {"selection": "B"}, "scale": {"scale_value": "-2"}},
    "model_a": "sdxl", "model_b": "flux",
}  # fmt: skip
POTATO_2_TABLE: Row = {
    "instance_id": "i1", "user_id": "u1", "better.selection": "tie", "better.justification": "equal", "model_a": "sdxl",
    "model_b": "flux",
}  # fmt: skip

CASES: list[tuple[list[Row], dict[tuple[str, str, str], float]]] = [
    ([PICK_A_PIC, PICK_A_PIC | {"label_0": 0.5, "label_1": 0.5}], {
        ("sdxl", "dreamlike", "left"): 1, ("sdxl", "dreamlike", "tie"): 1,
    }),
    ([{"ranking_id": 1, "user_id": 3, "image_1_uid": "a", "image_2_uid": "b", "image_3_uid": "c", "image_4_uid": None,
       "best_image_uid": "b", "prompt": "a cat"}], {("b", "a", "left"): 1, ("b", "c", "left"): 1}),
    ([{"human_preference": [0, 1], "prompt": "a cat", "file_path": ["1.jpg", "2.jpg"]}], {
        ("1.jpg", "2.jpg", "right"): 1,
    }),
    ([{"prompt": "a cat", "image_path": ["1.jpg", "2.jpg", "3.jpg"], "rank": [1.5, 2, 2.5],
       "raw_annotations": [{"rank": [1, 2, 3], "user_hash": "u"}, {"rank": [2, 2, 1], "user_hash": "v"}]}], {
        ("1.jpg", "2.jpg", "left"): 1, ("1.jpg", "3.jpg", "left"): 1, ("2.jpg", "3.jpg", "left"): 1,
        ("1.jpg", "2.jpg", "tie"): 1, ("1.jpg", "3.jpg", "right"): 1, ("2.jpg", "3.jpg", "right"): 1,
    }),
    ([{"user_id": 0, "prompt": "p0", "image_left_id": "m0", "image_right_id": "m1", "pref": -1, "ranking_id": 4}], {
        ("m0", "m1", "right"): 1,
    }),
    ([{"prompt": "a cat", "path1": "1.jpg", "path2": "2.jpg", "model1": "flux", "model2": "sd3", "confidence": 0.9,
       "choice_dist": [9, 1], "source": "x"}], {("flux", "sd3", "left"): 1}),
    ([{"image_path": image, "prompt_id": "p", "prompt": "a cat", "rank": rank, "overall_rating": 5}
      for image, rank in (("1.webp", 2), ("2.webp", 1))], {("1.webp", "2.webp", "right"): 1}),
    ([{"id": "p", "prompt": "a cat", "generations": ["1.webp", "2.webp"], "ranking": [1, 1]}], {
        ("1.webp", "2.webp", "tie"): 1,
    }),
    ([FASTCHAT, FASTCHAT | {"g1_winner": "model_1"}], {("alpaca", "gpt-4", "right"): 1, ("alpaca", "gpt-4", "tie"): 1}),
    ([ARENA_HARD], {("o3-mini", "qwen", "left"): 1, ("qwen", "o3-mini", "right"): 3}),
    ([ALPACA, ALPACA | {"preference": 0}], {
        ("gpt4", "qwen", "left"): 0.75, ("gpt4", "qwen", "right"): 0.25, ("gpt4", "qwen", "tie"): 1,
    }),
    ([TOURNESOL, TOURNESOL | {"score": "5"}], {("xyz", "uvw", "left"): 1.25, ("xyz", "uvw", "right"): 0.75}),
    ([WEBUI, WEBUI | {"data": WEBUI["data"] | {"rating": -1, "sibling_model_ids": ["m1"]}}], {
        ("m0", "m1", "left"): 1, ("m0", "m2", "left"): 1, ("m0", "m1", "right"): 1,
    }),
    ([STUDIO], {("sdxl", "flux", "right"): 1}),
    ([STUDIO_MIN], {("sdxl", "flux", "left"): 1}),
    ([ARGILLA], {("flux", "sd3", "left"): 1, ("flux", "sd3", "right"): 1}),
    ([ARGILLA_ORDER], {
        ("reply-2", "reply-1", "left"): 1, ("reply-2", "reply-3", "left"): 1, ("reply-1", "reply-3", "left"): 1,
    }),
    ([ARGILLA_1], {("flux", "sd3", "right"): 1}),
    ([LOG, LOG | {"type": "bothbad_vote", "models": ["<h3>Model A: sdxl</h3>\n", "<h3>Model B: flux</h3>\n"]},
      LOG | {"type": "upvote"}], {("sdxl", "flux", "left"): 1, ("sdxl", "flux", "both_bad"): 1}),
    ([RAPIDATA], {("flux", "sd3", "left"): 2, ("flux", "sd3", "right"): 1}),
    ([{"model_a_name": "a", "model_b_name": "b", "chosen_model_name": name, "both_equal": not name}
      for name in ("b", None)], {("a", "b", "right"): 1, ("a", "b", "tie"): 1}),
    ([K_SORT], {("SDXL", "SD-v3.0", "right"): 1, ("SDXL", "LCM", "tie"): 1, ("SD-v3.0", "LCM", "left"): 1}),
    ([POTATO_1, POTATO_1 | {"label_annotations": {"better": {"B": "2"}}}], {
        ("a.jpg", "b.jpg", "left"): 1, ("a.jpg", "b.jpg", "right"): 1,
    }),
    ([POTATO_1_TABLE, POTATO_1_TABLE | {"better:::B": None, "better:::tie": "3"}], {
        ("a.jpg", "b.jpg", "right"): 1, ("a.jpg", "b.jpg", "tie"): 1,
    }),
    ([POTATO_2, POTATO_2 | {"labels": {"better": {"better:::selection": "A"}, "scale": {"scale_value": "0"}}}], {
        ("sdxl", "flux", "right"): 1, ("sdxl", "flux", "left"): 2, ("sdxl", "flux", "tie"): 1,
    }),
    ([POTATO_2_TABLE, POTATO_2_TABLE | {"better.selection": "A"}], {
        ("sdxl", "flux", "tie"): 1, ("sdxl", "flux", "left"): 1,
    }),
    # These have columns that are known by their names.
    ([{"prompt": "a cat", "left_model": "sdxl", "right_model": "flux", "vote_type": "bothbad_vote"}], {
        ("sdxl", "flux", "both_bad"): 1,
    }),
    ([{"question_id": "q", "model_a": "a", "model_b": "b", "winner": "tie (bothbad)", "judge": "arena_user_1",
       "conversation_a": [{"role": "user", "content": "?"}], "turn": 1, "anony": True, "language": "English",
       "tstamp": 1.0}], {("a", "b", "both_bad"): 1}),
    ([{"question_id": 81, "model_a": "a", "model_b": "b", "winner": "model_b", "judge": "author_2", "turn": 1,
       "conversation_a": [], "conversation_b": []}], {("a", "b", "right"): 1}),
    # These are laid out as many are.
    ([{"image_1": "x.jpg", "image_2": "y.jpg", "label_1": 0, "label_2": 1, "annotator": "u"},
      {"image_1": "x.jpg", "image_2": "y.jpg", "label_1": 1, "label_2": 1, "annotator": "v"}], {
        ("x.jpg", "y.jpg", "right"): 1, ("x.jpg", "y.jpg", "tie"): 1,
    }),
    ([{"models": ["a", "b", "c"], "ranks": [2, 1, 2], "user_id": "u"}], {
        ("a", "b", "right"): 1, ("a", "c", "tie"): 1, ("b", "c", "left"): 1,
    }),
    ([{"prompt": "p", "ranking": ["b", "a"]}], {("b", "a", "left"): 1}),
]  # fmt: skip
TITLES = [
    "Pick-a-Pic", "rankings of four", "HPDv2 train", "HPDv2 test", "HPDv2 pairs", "HPDv3", "ImageRewardDB",
    "ImageReward", "FastChat", "Arena-Hard", "AlpacaEval", "Tournesol", "open-webui", "Label Studio", "JSON-MIN",
    "Argilla label", "Argilla order", "Argilla 1", "arena log", "Rapidata", "compar:IA", "K-Sort",
    "Potato 1", "Potato 1 table", "Potato 2", "Potato 2 table",
    "GenAI-Bench", "Chatbot Arena", "MT-bench", "label pair", "ranks", "order",
]  # fmt: skip


def as_json(rows: list[Row]) -> bytes:
    return json.dumps(rows).encode()


def as_jsonl(rows: list[Row]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def as_csv(rows: list[Row]) -> bytes:
    """Lists and objects as Python prints them, as pandas writes them."""
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def as_parquet(rows: list[Row]) -> bytes:
    arrow, parquet = import_module("pyarrow"), import_module("pyarrow.parquet")
    parquet.write_table(arrow.Table.from_pylist(rows), kept := io.BytesIO())
    return kept.getvalue()


def read(folder: Path, content: bytes, names: dict[str, str] | None = None, rules: RowRules | None = None) -> VoteFile:
    (folder / "votes").write_bytes(content)
    return read_votes(folder / "votes", names, rules=rules or RowRules())


def weigh(log: VoteLog) -> dict[tuple[str, str, str], float]:
    """The weight of each comparison: left, right, outcome."""
    found: dict[tuple[str, str, str], float] = {}
    log = log.expand()
    for left, right, outcome, weight in zip(log.left, log.right, log.outcome, log.weight, strict=True):
        key = (log.contenders[left], log.contenders[right], OUTCOMES[outcome])
        found[key] = found.get(key, 0.0) + float(weight)
    return found


@pytest.mark.parametrize("form", [as_json, as_jsonl, as_csv, as_parquet])
@pytest.mark.parametrize(("rows", "expected"), CASES, ids=TITLES)
def test_published_file_is_read_as_it_is(
    rows: list[Row], expected: dict[tuple[str, str, str], float], form: Callable[[list[Row]], bytes], tmp_path: Path
) -> None:
    (log,) = read(tmp_path, form(rows)).votes.values()
    assert weigh(log) == expected


@pytest.mark.parametrize(
    ("columns", "names"),
    [
        (("model_a", "model_b", "wins_a", "wins_b", "ties"), {}),
        (("left", "right", "left_wins", "right_wins", "draws"), {}),
        (("model1", "model2", "votes_image1", "votes_image2", "tie"), {}),
        (("model_1", "model_2", "n_wins_1", "n_wins_2", "n_ties"), {}),
        (("player_a", "player_b", "a_won", "b_won", "draw"), {}),
        (("one", "two", "votes_model_a", "votes_model_b", "votes_tie"), {"left": "one", "right": "two"}),
        (("a", "b", "wins", "losses", "ties"), {}),
    ],
)
def test_counts_of_wins_are_read(columns: tuple[str, ...], names: dict[str, str], tmp_path: Path) -> None:
    rows = [dict(zip(columns, values, strict=True)) for values in (("x", "y", 3, 2, 1), ("y", "z", 0, 4, ""))]
    (log,) = read(tmp_path, as_csv(rows), names).votes.values()
    assert weigh(log) == {("x", "y", "left"): 3, ("x", "y", "right"): 2, ("x", "y", "tie"): 1, ("y", "z", "right"): 4}


def test_voters_and_prompts_come_with_the_layout(tmp_path: Path) -> None:
    test = next(rows for rows, _ in CASES if "raw_annotations" in rows[0])
    found = read(tmp_path, as_json(test))
    assert (found.votes[""].voters, found.votes[""].prompts) == (("u", "v"), ("a cat",))
    assert found.layout.startswith("HPDv2 test.json: each ranking counts as all its pairs")
    assert read(tmp_path, as_json([WEBUI, WEBUI | {"user_id": "u1"}])).votes[""].voters == ("u0", "u1")


def test_ranked_list_without_voters_is_one_cluster(tmp_path: Path) -> None:
    rows = [{"generations": ["a", "b", "c"], "ranking": [1, 2, 3]}, {"generations": ["a", "b"], "ranking": [1, 2]}]
    found = read(tmp_path, as_json(rows))
    assert (found.votes[""].voters, found.votes[""].voter.tolist()) == (("row 1", "row 2"), [0, 0, 0, 1])
    assert found.columns["voter"] == "each row"


def test_rating_written_as_text_is_a_thumb(tmp_path: Path) -> None:
    rows = [WEBUI | {"data": WEBUI["data"] | {"rating": rating}} for rating in ("-1", 7)]
    (log,) = read(tmp_path, as_json(rows), rules=RowRules(skip_missing=True)).votes.values()
    assert weigh(log) == {("m0", "m1", "right"): 1, ("m0", "m2", "right"): 1}
    found = read(tmp_path, as_json([WEBUI, WEBUI | {"data": None}]))
    assert found.left_out == {"without a comparison": 1}


def test_row_that_holds_no_comparison_is_counted(tmp_path: Path) -> None:
    found = read(tmp_path, as_json([WEBUI, WEBUI | {"data": WEBUI["data"] | {"sibling_model_ids": None}}]))
    assert found.left_out == {"without a comparison": 1}
    assert found.unused == ("id", "version", "snapshot")


def test_scale_without_length_is_refused(tmp_path: Path) -> None:
    row = {"video_a": "a", "video_b": "b", "criteria": "c", "score": "0", "score_magnitude": "0"}
    with pytest.raises(BadVoteFile, match="row 1: not as Tournesol lays it out"):
        read(tmp_path, as_csv([row]))


def test_unlabelled_pair_and_self_match_are_left_out_by_rule(tmp_path: Path) -> None:
    rows = [PICK_A_PIC, PICK_A_PIC | {"has_label": False}, PICK_A_PIC | {"model_1": "sdxl"}]
    with pytest.raises(BadVoteFile, match=r"row 2, column label_0: there is no answer. --skip-missing leaves"):
        read(tmp_path, as_json([*rows[:2]]))
    with pytest.raises(BadVoteFile, match=r"row 2, column model_1: 'sdxl' cannot meet itself. --skip-self leaves"):
        read(tmp_path, as_json([rows[0], rows[2]]))
    found = read(tmp_path, as_json(rows), rules=RowRules(skip_self=True, skip_missing=True))
    assert len(found.votes[""]) == 1
    assert found.left_out == {"without an answer": 1, "in which a contender meets itself": 1}


def test_keys_of_the_data_can_be_named(tmp_path: Path) -> None:
    data = {"first": "sdxl", "second": "flux"}
    content = as_json([STUDIO | {"data": data}])
    with pytest.raises(
        BadVoteFile, match=r"row 1: not as Label Studio lays it out .*name two of first, second with --l"
    ):
        read(tmp_path, content)
    (log,) = read(tmp_path, content, {"left": "first", "right": "data.second"}).votes.values()
    assert weigh(log) == {("sdxl", "flux", "right"): 1}


def test_annotations_that_name_no_sides_say_what_to_add(tmp_path: Path) -> None:
    rows = [{name: value for name, value in POTATO_2.items() if not name.startswith("model_")}]
    with pytest.raises(BadVoteFile, match=r"not as Potato lays it out .*add two columns from the data file"):
        read(tmp_path, as_json(rows))
    named = [row | {"first": "sdxl", "second": "flux"} for row in rows]
    found = read(tmp_path, as_json([*named, rows[0] | {"labels": {}}]), {"left": "first", "right": "second"})
    assert weigh(found.votes[""]) == {("sdxl", "flux", "right"): 1, ("sdxl", "flux", "left"): 1}
    assert (found.votes[""].categories, found.votes[""].voters) == (("better", "scale"), ("u1",))
    assert found.left_out == {"without a comparison": 1}


@pytest.mark.parametrize("indent", [None, 1])
def test_list_inside_the_only_object_is_read(indent: int | None, tmp_path: Path) -> None:
    rows = [{"model_a": "a", "model_b": "b", "winner": "tie"}] * 3
    content = json.dumps({"meta": {"x": 1}, "names": ["a"], "votes": rows}, indent=indent).encode()
    assert len(read(tmp_path, content).votes[""]) == 3
    both = json.dumps({"one": rows, "two": rows}, indent=indent).encode()
    with pytest.raises(BadVoteFile, match=r"The file has: one, two\."):
        read(tmp_path, both)


@pytest.mark.parametrize("form", [as_json, as_jsonl, as_csv, as_parquet])
def test_key_inside_a_column_can_be_named(form: Callable[[list[Row]], bytes], tmp_path: Path) -> None:
    rows = [{"pair": {"models": ["a", "b"], "who": who}, "answer": {"best": best}} for who, best in ("ux", "vy")]
    names = {"left": "pair.models.0", "right": "pair.models.1", "winner": "answer.best", "voter": "pair.who"}
    (tmp_path / "votes").write_bytes(form(rows))
    log = read_votes(tmp_path / "votes", names, {"x": "left", "y": "tie"}).votes[""]
    assert weigh(log) == {("a", "b", "left"): 1, ("a", "b", "tie"): 1}
    assert log.voters == ("u", "v")
    with pytest.raises(BadVoteFile, match=r"row 1, column answer.worst: there is no answer"):
        read_votes(tmp_path / "votes", names | {"winner": "answer.worst"})


def test_row_of_another_shape_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadVoteFile, match=r"^row 2: not as wide counts lays it out \('x'|^row 2: not as wide counts"):
        read(tmp_path, as_json([RAPIDATA, RAPIDATA | {"votes_image1": "x"}]))
    with pytest.raises(BadVoteFile, match=r"^row 1: not as HPDv2 train.json lays it out"):
        read(tmp_path, as_json([{"human_preference": [1, 0, 0], "file_path": ["a", "b"]}]))


def test_declared_grades_are_parts_of_a_win(tmp_path: Path) -> None:
    rows = [{"model_a": "a", "model_b": "b", "winner": grade} for grade in ("-2", "0", "1", "2")]
    found = read(tmp_path, as_csv(rows), rules=RowRules(graded=(-2, 2)))
    (log,) = found.votes.values()
    assert weigh(log) == {("a", "b", "left"): 1.25, ("a", "b", "tie"): 1.0, ("a", "b", "right"): 1.75}
    assert log.voters == ("row 1", "row 2", "row 3", "row 4")
    with pytest.raises(BadVoteFile, match=r"row 3: not as grades lays it out \(the grade lies outside"):
        read(tmp_path, as_csv(rows), rules=RowRules(graded=(-2, 0)))
    reversed_scale = read(tmp_path, as_csv(rows), rules=RowRules(graded=(2, -2)))
    assert weigh(reversed_scale.votes[""])["a", "b", "left"] == 1.75
