import csv
import gzip
import io
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from arena.voting.ledger.exports import BadExport
from leaderboard.votefiles.export_reader import Export, read_export

Entry = dict[str, object]
Form = Callable[..., bytes]

COLUMNS = (
    "position,left,right,outcome,prompt,category,language,modality,propensity,voter,excluded,salt,leaf,chain".split(",")
)
ENTRY: Entry = {
    "position": 4,
    "left": "a",
    "right": "b, the second",
    "outcome": "left",
    "prompt": "p",
    "category": "photo",
    "language": "en",
    "modality": "text-to-image",
    "propensity": 0.1,
    "voter": "u",
    "excluded": "",
    "salt": "s",
    "leaf": "l",
    "chain": "c",
}
ENTRIES: list[Entry] = [
    ENTRY,
    ENTRY | {"position": 5, "modality": "image-editing"},
    ENTRY | {"position": 6, "excluded": "robot"},
    ENTRY | {"position": 9, "outcome": "both_bad", "voter": ""},
]


def as_csv(entries: list[Entry], columns: Sequence[str] = COLUMNS) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(entries)
    return text.getvalue().encode()


def as_jsonl(entries: list[Entry], _columns: Sequence[str] = COLUMNS) -> bytes:
    return "".join(json.dumps(entry) + "\n" for entry in entries).encode()


def write(folder: Path, content: bytes) -> Path:
    path = folder / "export"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
@pytest.mark.parametrize("form", [as_csv, as_jsonl])
def test_export_comes_back_by_modality(form: Form, pack: Callable[[bytes], bytes], tmp_path: Path) -> None:
    logs = read_export(write(tmp_path, pack(form(ENTRIES)))).votes
    assert list(logs) == ["image-editing", "text-to-image"]
    log = logs["text-to-image"]
    assert log.position.tolist() == [4, 9]
    assert log.contenders == ("a", "b, the second")
    assert log.outcome.tolist() == [0, 3]
    assert log.voters == ("", "u")


def test_csv_and_jsonl_give_the_same_hash(tmp_path: Path) -> None:
    hashes = {
        read_export(write(tmp_path, form(ENTRIES))).votes["text-to-image"].input_hash() for form in (as_csv, as_jsonl)
    }
    assert len(hashes) == 1


def test_modality_without_a_counted_entry_is_empty(tmp_path: Path) -> None:
    logs = read_export(write(tmp_path, as_csv([ENTRY | {"excluded": "robot"}]))).votes
    assert {modality: len(log) for modality, log in logs.items()} == {"text-to-image": 0}


@pytest.mark.parametrize("form", [as_csv, as_jsonl])
def test_export_without_entries_is_empty(form: Form, tmp_path: Path) -> None:
    assert read_export(write(tmp_path, form([]))) == Export({}, [], dealt=True)


def test_label_that_is_not_text_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(BadExport, match="line 2: voter 3 is not text"):
        read_export(write(tmp_path, as_jsonl([ENTRY, ENTRY | {"position": 5, "voter": 3}])))


@pytest.mark.parametrize("form", [as_csv, as_jsonl])
@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"outcome": "skip"}, "outcome 'skip' is none of"),
        ({"right": "a"}, "cannot meet itself"),
        ({"left": ""}, "has no name"),
        ({"position": 4}, "position 4 does not follow 4"),
        ({"position": "x"}, "position 'x' is not a whole number"),
        ({"position": -1}, "is not a whole number"),
        ({"position": 2**63}, "is not a whole number"),
    ],
)
def test_bad_value_is_refused_with_its_line(form: Form, change: Entry, message: str, tmp_path: Path) -> None:
    line = 3 if form is as_csv else 2
    with pytest.raises(BadExport, match=f"line {line}: .*{message}"):
        read_export(write(tmp_path, form([ENTRY, ENTRY | {"position": 5} | change])))


@pytest.mark.parametrize("form", [as_csv, as_jsonl])
def test_tiers_and_networks_come_back_where_an_export_has_them(form: Form, tmp_path: Path) -> None:
    columns = [*COLUMNS, "tier", "network"]
    tiers = [("open", "1a2b"), ("", ""), ("named", ""), ("settled", "")]
    entries = [
        entry | {"tier": tier, "network": network} for entry, (tier, network) in zip(ENTRIES, tiers, strict=True)
    ]
    logs = read_export(write(tmp_path, form(entries, columns))).votes
    log = logs["text-to-image"]
    assert (log.tiers, log.networks) == (("open", "settled"), ("", "1a2b"))
    assert log.tier is not None
    assert log.network is not None
    assert (log.tier.tolist(), log.network.tolist()) == ([0, 1], [1, 0])
    assert (logs["image-editing"].tier, logs["image-editing"].network) == (None, None)
    with pytest.raises(BadExport, match="line 1: tier 3 is not text"):
        read_export(write(tmp_path, as_jsonl([ENTRY | {"tier": 3}])))
