"""Every table of the reading pages is to be had as data: by its side stand links to the same rows as CSV and JSON."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from arena.catalog.models import Claim, Contender, Fact, Offering, Parameter, Price, Provider
from arena.voting.models import Ledger
from leaderboard.computing.auditing import audit_ledgers
from leaderboard.computing.month_end_boards import compute_month_ends
from leaderboard.computing.on_demand import compute_asked
from tests.factories import (
    make_attempt,
    make_axis,
    make_category,
    make_contender,
    make_generation,
    make_image_model,
    make_prompt,
)
from tests.leaderboard.ledgers import Cast, append_entries, draw_votes, make_ledger
from tests.leaderboard.pages import BOARD, extend_board, make_board
from tests.writing_once import written_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
TEMPLATES = Path(__file__).resolve().parents[3] / "templates"
SOURCE = {"source": "https://example.com/facts", "seen_on": date(2026, 11, 1)}

# Tables without data of their own, by the name that a reader hears.
NO_DATA = {
    "Settings that differ": "two or three settings of two contenders, which `contenders` has whole",
    "Table of gaps": "values of a formula, printed above it",
    "Table of levels": "a definition in words",
    "Which figure answers which question": "definitions in words",
}
# Templates whose tables are nobody else's business, and which no address of the API reads: a voter's own votes, and the
# browsers in which somebody is signed in.
OWN = {"leaderboard/own_board.html", "accounts/account.html"}
# Rooms whose pages staff alone see.
STAFF_ONLY = ("generation/", "leaderboard/watching/")
# Where the data of a page's table is a list that is not the table's rows one by one: grids of two dimensions.
GRIDS = ("matrix", "price-grid", "compare-table", "rating-grid", "weights")
# The column that holds what a table's row is headed by; None where that is no name.
HEADED_BY = {
    "arenas": "ledger_name", "calibration": None, "calls": "contender_name", "changes": "contender_name",
    "choices": "contender_name", "columns": "name", "contenders": "name", "errors": "contender_name", "gaps": "title",
    "history": None,
    "ledgers": "name", "models": "name", "neighbours": "leader_name", "offers": "contender_name",
    "opponents": "opponent_name", "pairs": "contender_name", "parameters": "name", "places": "contender_name",
    "price-bands": None, "prices": "provider_name", "profiles": "name", "ratings": "title",
    "reasons": "contender_name", "releases": "model_name", "sensitivity": None,
    "replays": "contender_name", "results": None, "series": None,
    "side-by-side": "line", "splits": "first_name", "standings": "contender_name", "thousands": "contender_name",
}  # fmt: skip


@dataclass
class Table:
    """A table of a page: its name, its classes, and of each row the heading and the numbers."""

    name: str = ""
    kinds: str = ""
    rows: list[tuple[str, list[str]]] = field(default_factory=list)


class Reader(HTMLParser):
    """Reads the tables of a page, and the links to data that follow each."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Table | tuple[str, str]] = []
        self._labels: list[str] = []
        self._table: Table | None = None
        self._row_kinds, self._cell, self._text, self._skips = "", "", "", False
        self._grid = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: Any) -> None:
        found = dict(attributes)
        kinds = found.get("class") or ""
        if tag == "details":
            self._grid = "rating-grid" if "rating-grid" in kinds else ""
        if "table-scroll" in kinds:
            self._labels.append(found.get("aria-label") or "")
        if tag == "table":
            self._table = Table(self._labels[-1] if self._labels else "", f"{kinds} {self._grid}")
            self.found.append(self._table)
        if tag == "a" and re.search(r"^/api/v1/[^?]*\.csv", found.get("href") or "") and "excel=1" not in found["href"]:
            self.found.append(("csv", found["href"]))
        elif tag == "a" and re.match(r"^/api/v1/[^?]*/(\?|$)", found.get("href") or ""):
            self.found.append(("json", found["href"]))
        if self._table is None:
            return
        if tag == "tr":
            self._row_kinds = kinds
            if not {"group", "unvoted", "details"} & set(kinds.split()):
                self._table.rows.append(("", []))
        if tag in ("th", "td"):
            self._text = ""
            is_heading = tag == "th" and found.get("scope") == "row"
            self._cell = "heading" if is_heading else "number" if tag == "td" and "number" in kinds.split() else ""

    def handle_data(self, data: str) -> None:
        self._text += data

    def handle_endtag(self, tag: str) -> None:
        if self._table is None:
            return
        if tag in ("th", "td") and self._table.rows and not {"group", "unvoted"} & set(self._row_kinds.split()):
            text, (_heading, numbers) = " ".join(self._text.split()), self._table.rows[-1]
            if self._cell == "heading":
                self._table.rows[-1] = (text, numbers)
            elif self._cell == "number":
                numbers.append(text)
        if tag == "table":
            self._table.rows = [row for row in self._table.rows if row[0] or row[1]]
            self._table = None


def as_number(text: str) -> tuple[float, float] | None:
    """The first number of a cell, and half a unit of its last place; None without one."""
    found = re.search(r"[−-]?\d[\d,]*(\.\d+)?", text)
    if not found:
        return None
    number = float(found.group().replace(",", "").replace("−", "-"))
    return number, 0.5 * 10 ** -len((found.group(1) or ".")[1:]) * 1.001


def says(row: dict[str, str], text: str) -> bool:
    """Whether a row of data has the number of a cell: as it is, as percent, for 1,000, or in cents or milliseconds."""
    asked = as_number(text)
    if asked is None or text[0] in "<>":
        return True
    number, half = asked
    values = [float(value) for value in row.values() if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value)]
    return any(abs(abs(value) * scale - abs(number)) <= half for value in values for scale in (1, 100, 1000))


def read_csv(client: Client, url: str) -> list[dict[str, str]]:
    answer = client.get(url)
    body = b"".join(answer).decode() if answer.streaming else answer.content.decode()
    assert answer.status_code == 200, (url, body[:300])
    return list(csv.DictReader(io.StringIO(body)))


def compare(tables: list[Table], url: str, rows: list[dict[str, str]]) -> Iterator[str]:
    """What differs between tables of a page that share a link and the data behind it."""
    column = HEADED_BY[re.findall(r"/([^/]+)\.csv", url)[0]]
    shown = [row for table in tables for row in table.rows]
    if any(grid in table.kinds for table in tables for grid in GRIDS):
        if column and not rows:
            yield f"{url} is empty"
        return
    if len(shown) != len(rows):
        yield f"{url}: {len(shown)} rows on the page, {len(rows)} in the data"
        return
    for (heading, numbers), row in zip(shown, rows, strict=True):
        if column and row[column] not in heading:
            yield f"{url}: {heading!r} on the page, {row[column]!r} in the data"
        for text in numbers:
            if not says(row, text):
                yield f"{url}: {text!r} of {heading!r} is not in {row}"


def check(client: Client, path: str, html: str) -> Iterator[str]:
    """What is wrong with the tables of one page."""
    waiting: list[Table] = []
    links: list[str] = []
    for found in Reader(html).found:
        if isinstance(found, Table):
            links = []
            if found.name not in NO_DATA and found.rows:
                waiting.append(found)
        elif found[0] == "csv" and waiting:
            yield from compare(waiting, found[1], read_csv(client, found[1]))
            waiting, links = [], [found[1]]
        elif found[0] == "json" and links:
            asked = links[0].partition("?")[2]
            if found[1].partition("?")[2] != asked:
                yield f"{path}: {found[1]} asks for other rows than {links[0]}"
            answer = client.get(found[1])
            if answer.status_code != 200:
                yield f"{found[1]}: {answer.status_code}"
            links = ["done"]
        if links == ["done"]:
            links = []
    for table in waiting:
        yield f"{path}: no link to data by the table {table.name or table.rows[0]}"


@written_once
def fill() -> list[str]:
    """An arena with something in every table of its reading pages; returns the slugs of its contenders, best first."""
    prompts = [
        make_prompt(slug=f"{category.slug}-{number}", category=category, language=("en", "de")[number % 2])
        for category in (make_category(slug="animals", name="Animals"), make_category(slug="food", name="Food"))
        for number in range(12)
    ]
    make_axis("fine-detail", *prompts[::2])
    slugs = make_board(4, 0)
    first, second = Contender.objects.get(slug=slugs[0]), Contender.objects.get(slug=slugs[1])
    steps = [make_contender(image_model=first.image_model, series="run", step=step) for step in (1, 2)]
    everybody = [*slugs, *(one.slug for one in steps)]
    votes = draw_votes(everybody, 1500, categories=("animals", "food"), languages=("en", "de"))
    halves = [
        cast._replace(cast_on=date(2026, 10 + number // 750, 9), reasons="text" if number % 3 else "")
        for number, cast in enumerate(votes)
    ]
    extend_board(halves)
    opened = make_prompt(slug="open", state="open", category=prompts[0].category)
    for slug in slugs:
        generation = make_generation(contender=Contender.objects.get(slug=slug), prompt=opened)
        make_attempt(generation=generation)
    extend_board(
        Cast(one, two, "left", f"voter-{place}", prompt="open", category="animals", cast_on=date(2026, 11, 10))
        for place, (one, two) in enumerate([(slugs[0], slugs[1]), (slugs[1], slugs[2]), (slugs[0], slugs[2])] * 3)
    )
    for contender, amount in ((first, "0.04"), (second, "0.02")):
        host = Provider.objects.create(slug=f"host-{amount}", name=f"Host {amount}")
        offering = Offering.objects.create(provider=host, image_model=contender.image_model, model_id="m")
        Price.objects.create(
            offering=offering, item="image", unit="image", quality="", size="", amount=Decimal(amount), **SOURCE
        )
        Price.objects.create(
            offering=offering, item="text_input", unit="million_tokens", quality="", size="", amount=Decimal(5),
            **SOURCE,
        )  # fmt: skip
    Parameter.objects.create(image_model=first.image_model, name="n", type="integer", allowed="1..4", **SOURCE)
    Claim.objects.create(image_model=first.image_model, kind="strength", text="Said to be quick.", **SOURCE)
    for contender, day in ((first, "2026-03-04"), (second, "2026-05-06")):
        Fact.objects.create(image_model=contender.image_model, key="released_on", value=day, **SOURCE)
    # So that each modality hides a model.
    make_image_model(modalities=["image-editing"])
    make_ledger("demonstration")
    demonstration = Ledger.objects.get(kind="demonstration")
    append_entries(demonstration, draw_votes(slugs, 300))
    extend_board([], kind="demonstration")
    audit_ledgers(at_once=True)
    return everybody


def test_every_table_has_its_rows_as_csv_and_json(client: Client) -> None:
    slugs = fill()
    first = Contender.objects.select_related("image_model__organization").get(slug=slugs[0]).image_model
    one, two = sorted(slugs[:2])
    for path in (f"/models/{first.slug}/", f"{BOARD}?view=changes"):
        client.get(path)
    compute_asked(ledger=Ledger.objects.get(kind="native"))
    compute_month_ends(ledger=Ledger.objects.get(kind="native"))
    paths = [
        "/", "/models/", "/models/?sort=price", f"/models/?organization={first.organization.slug}&sort=rank",
        "/models/?modality=image-editing", "/models/?modality=text-to-image&sort=rank", f"/models/{first.slug}/",
        f"/organizations/{first.organization.slug}/",
        "/categories/animals/", "/competitions/open/", f"/compare/{one}/vs/{two}/",
        f"/compare/?m={slugs[0]}&m={slugs[1]}&m={slugs[2]}", "/methodology/", "/status/", "/data/native/",
        "/choose/?modality=text-to-image", BOARD, f"{BOARD}?level=established&sort=-votes", f"{BOARD}?q={slugs[1]}",
        f"{BOARD}?max_price=0.03", f"{BOARD}?category=food", f"{BOARD}?axis=fine-detail",
        *(f"{BOARD}?view={view}" for view in ("intervals", "pareto", "matrix", "history", "changes", "reasons")),
        f"{BOARD}?view=sensitivity",
        f"{BOARD}?view=matrix&form=list", f"{BOARD}?view=matrix&form=list&one={slugs[1]}",
        f"{BOARD}?view=matrix&one={slugs[4]}&two={slugs[5]}", f"{BOARD}?view=intervals&q={slugs[1]}",
    ]  # fmt: skip
    wrong: list[str] = []
    drawn = set(OWN)
    for path in paths:
        page = client.get(path, follow=True)
        assert page.status_code == 200, path
        drawn |= {str(template.name) for template in page.templates}
        wrong += check(client, path, page.content.decode())
    with_tables = {
        str(file.relative_to(TEMPLATES)) for file in TEMPLATES.rglob("*.html") if "<table" in file.read_text()
    }
    assert {name for name in with_tables - drawn if not name.startswith(STAFF_ONLY)} == set()
    assert wrong == [], "\n".join(wrong)


def test_table_without_a_link_is_found(client: Client) -> None:
    bare = '<table class="table"><tr><th scope="row">Linden</th><td class="number">12</td></tr></table>'
    assert list(check(client, "/", bare)) == ["/: no link to data by the table ('Linden', ['12'])"]
