"""Ledgers over REST: files in ledger order, with documented columns."""

import csv
import io
import json
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from arena.voting.ledger.chain import FORMATS, Entry, Sealed, walk_chain
from arena.voting.models import Ledger, LedgerEntry, LedgerOrigin
from leaderboard.api.delivery.downloads import AT_ONCE
from tests.factories import make_contender
from tests.leaderboard.ledgers import Cast, append_entries, draw_votes, exclude, make_contenders, make_ledger

pytestmark = pytest.mark.django_db
ENTRIES = "/api/v1/ledgers/native/entries/"


def test_both_forms_hold_the_ledger_in_order(client: Client) -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 50, languages=["en", "ja"]))
    exclude(ledger, 2)

    objects = [json.loads(line) for line in client.get(ENTRIES).getvalue().decode().splitlines()]
    text = client.get(ENTRIES, {"format": "csv"}).getvalue().decode()
    lines = list(csv.DictReader(io.StringIO(text)))

    stored = LedgerEntry.objects.filter(ledger=ledger)
    assert [each["position"] for each in objects] == list(range(1, 51))
    for entry, sent, line in zip(stored, objects, lines, strict=True):
        assert list(sent) == list(line)
        for name in set(sent) - {"excluded", "cast_on"}:
            assert sent[name] == getattr(entry, name)
            assert line[name] == str(getattr(entry, name))
        assert sent["cast_on"] == line["cast_on"] == str(entry.cast_on)
    assert [each["position"] for each in objects if each["excluded"]] == [2]
    assert [each["excluded"] for each in lines[:3]] == ["", "true", ""]


def test_file_says_which_chain_it_is(client: Client) -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 20))

    response = client.get(ENTRIES)

    rows = [json.loads(line) for line in response.getvalue().splitlines()]
    walk = walk_chain(
        Sealed(
            Entry(**{name: row[name] for name in FORMATS[1]} | {"cast_on": date.fromisoformat(row["cast_on"])}),
            row["salt"], row["leaf"], row["chain"],
        )
        for row in rows
    )  # fmt: skip
    assert walk.bad_position is None
    assert (walk.head, walk.length) == (ledger.head, 20)
    assert (response["X-Ledger-Head"], response["X-Ledger-Length"]) == (ledger.head, "20")


def test_head_of_a_ledger_is_known_without_its_entries(client: Client) -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 20))

    response = client.head(ENTRIES)

    assert (response["X-Ledger-Head"], response.getvalue()) == (ledger.head, b"")
    assert response["Content-Length"] == str(len(client.get(ENTRIES).content))


def test_file_goes_on_behind_a_position(client: Client) -> None:
    append_entries(make_ledger(), draw_votes(make_contenders(3), 20))

    lines = client.get(ENTRIES, {"after": 17}).getvalue().splitlines()

    assert [json.loads(line)["position"] for line in lines] == [18, 19, 20]
    assert client.get(ENTRIES, {"after": 20}).getvalue() == b""


def test_ledger_longer_than_a_batch_comes_whole(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path
    append_entries(make_ledger(), draw_votes(make_contenders(3), 20))
    whole = {form: client.get(f"{ENTRIES[:-1]}.{form}") for form in ("csv", "jsonl")}
    monkeypatch.setattr("leaderboard.queries.exporting.ledger_export.BATCH", 8)
    monkeypatch.setattr("leaderboard.api.ledgers.BATCH", 8)
    monkeypatch.setattr("leaderboard.api.delivery.answers._CHUNK", 500)

    for form, content in whole.items():
        address = f"{ENTRIES[:-1]}.{form}"
        response = client.get(address)
        part = client.get(address, headers={"range": "bytes=700-799"})
        assert response.streaming
        assert (response.getvalue(), response["ETag"]) == (content.content, content["ETag"])
        assert client.head(address)["Content-Length"] == response["Content-Length"] == str(len(content.content))
        assert (part.status_code, part.getvalue()) == (206, content.content[700:800])


def test_entries_come_without_proofs_and_as_they_were_sealed(client: Client) -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(3), 20))
    sealed = f"{ENTRIES[:-1]}.jsonl?columns=sealed&limit=8"
    before = client.get(sealed)
    exclude(ledger, 2)

    votes = [json.loads(line) for line in client.get(f"{ENTRIES}?columns=votes").content.splitlines()]

    assert not {"salt", "leaf", "chain"} & set(votes[0])
    assert votes[1]["excluded"]
    assert client.get(sealed).content == before.content
    assert "immutable" in before["Cache-Control"]
    assert "immutable" not in client.get(f"{ENTRIES}?limit=8")["Cache-Control"]


def test_ledger_is_read_in_parts_by_its_links(client: Client) -> None:
    append_entries(make_ledger(), draw_votes(make_contenders(3), 20))

    address, parts = f"{ENTRIES}?limit=8", []
    while address:
        response = client.get(address)
        parts.append(response.getvalue())
        link = response.headers.get("Link", "")
        assert link.endswith('; rel="next"') or not link
        address = link.partition(">")[0].removeprefix("<http://testserver")

    assert [len(part.splitlines()) for part in parts] == [8, 8, 4]
    assert b"".join(parts) == client.get(ENTRIES).getvalue()


def test_download_too_many_is_asked_to_come_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
) -> None:
    append_entries(make_ledger(), draw_votes(make_contenders(3), 20))
    monkeypatch.setattr("leaderboard.api.ledgers.BATCH", 8)
    monkeypatch.setattr("leaderboard.api.delivery.answers._CHUNK", 500)
    settings.DATA_DIR = tmp_path

    going_on = [client.get(ENTRIES) for _ in range(AT_ONCE)]
    refused = client.get(ENTRIES)

    assert (refused.status_code, refused["Retry-After"]) == (503, "5")
    assert refused["Content-Type"].startswith("text/plain")
    assert client.get(ENTRIES, {"limit": 8}).status_code == 200
    assert [len(each.getvalue().splitlines()) for each in going_on] == [20, 20]
    assert [len(client.get(ENTRIES).getvalue().splitlines()) for _ in range(AT_ONCE + 1)] == [20] * (AT_ONCE + 1)


def test_labels_of_any_script_and_quotes_come_through(client: Client) -> None:
    one, two = make_contenders(2)
    strange = 'ねこ "and", a\\backslash\tß'
    append_entries(make_ledger(), [Cast(one, two, "left", prompt=strange)])

    assert json.loads(client.get(ENTRIES).getvalue())["prompt"] == strange
    (line,) = csv.DictReader(io.StringIO(client.get(ENTRIES, {"format": "csv"}).getvalue().decode()))
    assert line["prompt"] == strange


def test_slugs_cannot_be_formulas() -> None:
    # The chain needs the cells of this file unchanged. A spreadsheet executes none of them: no slug begins with =, +
    # or @, and one that begins with - contains nothing that calls a function.
    for slug in ("=1+1", "+1", "@SUM(A1)", "-1+cmd|'/C calc'!A0", "-SUM(A1)"):
        with pytest.raises(ValidationError):
            make_contender().__class__(slug=slug, name="x").clean_fields(exclude=["image_model"])
        with pytest.raises(ValidationError):
            validate_slug(slug)


def test_dictionary_describes_exactly_the_columns(client: Client) -> None:
    one, two = make_contenders(2)
    append_entries(make_ledger(), [Cast(one, two, "left")])

    described = client.get("/api/v1/ledgers/native/dictionary/").json()

    assert [each["name"] for each in described["columns"]] == list(json.loads(client.get(ENTRIES).getvalue()))
    assert all(each["meaning"] and each["type"] for each in described["columns"])


def test_ledgers_are_listed_with_their_heads(client: Client) -> None:
    ledger = make_ledger()
    append_entries(ledger, draw_votes(make_contenders(2), 3))
    make_ledger("demonstration")

    listed = client.get("/api/v1/ledgers/").json()["results"]

    assert [(each["slug"], each["length"]) for each in listed] == [("native", 3), ("demonstration", 0)]
    assert client.get("/api/v1/ledgers/native/").json() == listed[0]
    assert listed[0]["head"] == ledger.head


def test_listing_imported_ledgers_takes_as_many_queries_for_two_as_for_one(client: Client) -> None:
    taken = []
    for number in range(2):
        ledger = Ledger.objects.create(slug=f"import-{number}", name=f"Import {number}", kind=Ledger.Kind.IMPORTED)
        LedgerOrigin.objects.create(ledger=ledger, file_name=f"{number}.csv", sha256=f"{number}" * 64, rows=1)
        with CaptureQueriesContext(connection) as captured:
            listed = client.get("/api/v1/ledgers/").json()["results"]
        taken.append(len(captured))
    assert [each["origin"]["file_name"] for each in listed] == ["0.csv", "1.csv"]
    assert taken[0] == taken[1]


def test_arena_without_votes_exports_an_empty_ledger(client: Client) -> None:
    assert client.get(ENTRIES).getvalue() == b""
    assert client.get(ENTRIES, {"format": "csv"}).getvalue().startswith(b"position,left,right,outcome,")
    assert client.get("/api/v1/ledgers/native/").json()["length"] == 0


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("native/entries/?format=xml", 400),
        ("native/entries/?after=-1", 400),
        ("native/entries/?limit=0", 400),
        ("native/entries/?limit=5001", 400),
        ("native/entries/?from=3", 400),
        ("nowhere/entries/", 404),
        ("nowhere/", 404),
        ("nowhere/dictionary/", 404),
    ],
)
def test_bad_question_has_an_answer_in_the_one_shape(client: Client, address: str, status: int) -> None:
    response = client.get(f"/api/v1/ledgers/{address}")

    assert response.status_code == status
    assert {"code", "message"} <= set(response.json())
