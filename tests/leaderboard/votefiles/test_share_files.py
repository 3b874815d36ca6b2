"""Files of shares and of missing pictures: read in either form, written so that they are read again, or refused."""

import json
from pathlib import Path

import pytest

from leaderboard.ratings.columns.picture_gaps import PictureGaps
from leaderboard.ratings.columns.shares import BadShares
from leaderboard.votefiles.beside.gap_files import BadGaps, read_gaps, write_gaps
from leaderboard.votefiles.beside.share_files import read_shares, write_shares

TOML = """
name = "Our shop"
[shares.category]
text-rendering = 70
photo = 30
[shares.group]
team = 1
[voters]
team = ["b", "a"]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "mix.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_profile_survives_a_round_trip(tmp_path: Path) -> None:
    shares = read_shares(write(tmp_path, TOML))
    assert (shares.name, shares.members) == ("Our shop", {"team": ("a", "b")})
    assert shares.parts["category"] == {"photo": 300_000, "text-rendering": 700_000}
    again = read_shares(write(tmp_path, json.dumps(write_shares(shares))))
    assert again == shares


def test_nameless_profile_is_named_after_its_file(tmp_path: Path) -> None:
    assert read_shares(write(tmp_path, "[shares.language]\nde = 1\n")).name == "mix"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("shares = ", "neither TOML nor JSON"),
        ('{"shares": ', "neither TOML nor JSON"),
        ("share.category = {a = 1}", "has 'share', but only"),
        ('hash = "00"\n[shares.category]\na = 1', "not the 00 that it states"),
        ("name = 3\n[shares.category]\na = 1", "`name` must be a text"),
    ],
)
def test_bad_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadShares, match=said):
        read_shares(write(tmp_path, text))
    with pytest.raises(BadShares, match="cannot be read"):
        read_shares(tmp_path / "none.toml")


def test_gaps_survive_a_round_trip(tmp_path: Path) -> None:
    gaps = PictureGaps({"p1": ("a", "b")}, {"p1": ("a",)})
    assert read_gaps(write(tmp_path, json.dumps(write_gaps(gaps)))) == gaps


@pytest.mark.parametrize("text", ["[", "[]", '{"missing": {}}', '{"missing": {"p": "a"}, "refused": {}}'])
def test_bad_gaps_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadGaps, match=r"mix\.toml"):
        read_gaps(write(tmp_path, text))


def test_gaps_must_have_the_hash_that_they_state(tmp_path: Path) -> None:
    stated = write_gaps(PictureGaps({"p1": ("a",)}, {})) | {"hash": "00"}
    with pytest.raises(BadGaps, match="not the 00"):
        read_gaps(write(tmp_path, json.dumps(stated)))
