"""Every address of the reading site with hostile words in its path, its query and in the data: no fault, no mark-up."""

import gzip
import random
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode
from xml.dom import minidom

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from arena.catalog.models import Claim, Fact, LogLine, Offering, Price, Provider
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.computing.vote_import import ImportOrder, import_votes
from leaderboard.models import Snapshot
from tests.factories import make_axis, make_category, make_contender, make_generation, make_image_model, make_prompt
from tests.leaderboard.ledgers import append_entries, draw_votes, make_ledger

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
MARKUP = "</script><b x=\"'`>]]>"
HOSTILE = f"{MARKUP}\u202e{{{{y}}}}|[a](javascript:1)&amp;"
LABELS = ("=1+1", "a/b", "a?b#c", "..", '"a"', "é ü", "<b>", "x" * 299, "one")
NUMBERS = ("", "-1", "0", "9" * 19, "9" * 40, "9" * 5000, "1e999", "nan", "٣", "²", "1_0")
TEXTS = ("x\x00y", "\n", "%s{0}", "../..", "axis:detail", "axis:", "2026-11-30", "9999-12-31T23:59:59-23:59", HOSTILE)
CHOICES: dict[str, tuple[str, ...]] = {
    "view": ("intervals", "pareto", "matrix", "history", "changes", "sensitivity", "reasons"),
    "form": ("chances", "list"),
    "ledger": ("native", "theirs"), "category": ("animals", "food"), "language": ("en", "de"), "axis": ("detail",),
    "modality": ("text-to-image", "image-editing"), "days": ("30",), "at": ("1",), "first": ("all",), "c": LABELS,
    "one": LABELS, "two": LABELS, "m": LABELS, "contender": LABELS, "open": LABELS, "pair": ("0-1", "1-99"), "of": (),
    "page": ("2", "last"), "since": ("2026-10",), "sort": ("-elo", "name", "price"), "q": (), "columns": ("none",),
    "max_price": (), "max_seconds": (), "weights": ("animals:2,food:1",), "weight.food": ("2",), "licence": (),
    "musts": ("edit",), "size": (), "reference": ("model",), "outcome": ("won",), "kind": ("added",),
    "state": ("open",), "organization": ("org",), "level": ("established",), "competition": ("2",), "p": (),
}  # fmt: skip
HEADERS: tuple[dict[str, str], ...] = (
    {}, {}, {}, {"Accept": "text/markdown"}, {"Accept": ";;,*/*;q=nan"}, {"If-None-Match": '"x", W/'},
    {"Accept-Encoding": "gzip"}, {"Cookie": "voter=x; messages=x"}, {"Accept-Language": "x" * 999 + ";q=" + "9" * 99},
)  # fmt: skip
REQUESTS = 500


@pytest.fixture
def words(tmp_path: Path) -> dict[str, tuple[str, ...]]:
    """Plant names with mark-up in everything; return what the parts of a path can be."""
    model = make_image_model(slug="model", name=HOSTILE, summary=HOSTILE)
    slugs = [make_contender(slug=slug, name=HOSTILE + slug, image_model=model).slug for slug in ("one", "two", "three")]
    for slug, state in (("animals", "open"), ("food", "play")):
        prompt = make_prompt(
            slug=f"{slug}-0", title=HOSTILE, text=HOSTILE, state=state,
            category=make_category(slug=slug, name=HOSTILE, criterion=HOSTILE),
        )  # fmt: skip
        for contender in model.contenders.all():
            make_generation(contender=contender, prompt=prompt, entered_at="2026-11-01T00:00Z")
    make_axis("detail", prompt, name=HOSTILE)
    known = {"source": "https://example.com/(a)", "seen_on": "2026-11-01"}
    host = Provider.objects.create(slug="host", name=HOSTILE)
    offering = Offering.objects.create(provider=host, image_model=model, model_id=HOSTILE)
    Price.objects.create(offering=offering, item="image", unit="image", amount="0.5", note=HOSTILE, **known)
    Fact.objects.create(image_model=model, key="licence", value=HOSTILE, **known)
    Claim.objects.create(image_model=model, kind="strength", text=HOSTILE, **known)
    LogLine.objects.create(day="2026-11-02", kind="added", name=HOSTILE, reason=HOSTILE, image_model=model)
    ledger = make_ledger()
    append_entries(ledger, draw_votes(slugs, 120, categories=("animals", "food"), languages=("en", "de")))
    refresh_ledger(ledger=ledger)
    draw = random.Random(3)
    rows = ["\t".join((*draw.sample(LABELS, 2), draw.choice(("left", "tie")), '=1"<i>')) for _ in range(150)]
    (tmp_path / "votes.tsv").write_text("\n".join(["left\tright\toutcome\tcategory", *rows]) + "\n")
    order = ImportOrder(
        path=tmp_path / "votes.tsv", slug="theirs", name=HOSTILE.replace("\u202e", ""), contenders={"one": "one"}
    )
    refresh_ledger(ledger=import_votes(order)[0])
    pictures = [str(each.image.public_id) for each in prompt.generations.all()[:1]]
    return {
        "modality": ("text-to-image", "image-editing", "x"), "one": (*slugs, "x"), "two": (*slugs, "x"),
        "contender": (*slugs, "x"), "public_id": (*pictures, "0" * 8 + "-0000-0000-0000-" + "0" * 12),
        "alarm_id": ("1", "9" * 30), "decision_id": ("1", "9" * 30),
        "width": ("512", "0", "9" * 30), "digest": ("x",), "module": ("boards", "x"),
        "number": (*map(str, Snapshot.objects.values_list("pk", flat=True)[:2]), "9" * 30),
        "slug": ("model", "one", "animals", "food", "animals-0", "food-0", "native", "theirs", "x", "a\x00", "a" * 999),
    }  # fmt: skip


def patterns(resolver: URLResolver, before: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield every address of the reading site and the API with the route before it."""
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            if str(each.pattern) in ("", "api/v1/"):
                yield from patterns(each, before + str(each.pattern))
        elif each.callback.__module__.startswith("leaderboard."):
            yield before, each


def write_address(draw: random.Random, route: str, words: dict[str, tuple[str, ...]]) -> str:
    """Fill a route's parts, and give it a query of a few choices, some of them hostile."""
    path = re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>.*?\)", lambda part: _fill(draw, part[1] or part[2], words), route)
    query = []
    for name in draw.sample(sorted(CHOICES), draw.choice((0, 1, 2, 3))):
        usual = CHOICES[name]
        query.append((name, draw.choice(usual if usual and draw.random() < 0.6 else NUMBERS + TEXTS)))
    return f"/{path.strip('^$')}" + (f"?{urlencode(query)}" if query else "")


def _fill(draw: random.Random, name: str, words: dict[str, tuple[str, ...]]) -> str:
    return quote(draw.choice(words[name]), safe="")


def test_no_address_fails_or_lets_mark_up_through(client: Client, words: dict[str, tuple[str, ...]]) -> None:
    draw = random.Random(20_261_130)
    known = list(patterns(get_resolver()))
    assert len(known) > 90
    statuses = set()
    for number in range(REQUESTS):
        before, pattern = known[number % len(known)]
        address = write_address(draw, before + str(pattern.pattern), words)
        answer = client.get(address, headers=draw.choice(HEADERS))
        content, kind = answer.getvalue(), answer.headers.get("Content-Type", "").partition(";")[0]
        if answer.headers.get("Content-Encoding") == "gzip":
            content = gzip.decompress(content)
        statuses.add(answer.status_code)
        assert answer.status_code < 500 or answer.status_code == 503, address
        if kind in ("text/html", "image/svg+xml", "application/atom+xml"):
            assert MARKUP.encode() not in content, address
        if kind in ("image/svg+xml", "application/atom+xml", "application/xml") and content:
            minidom.parseString(content)  # noqa: S318 - these are our own answers.
    assert statuses >= {200, 302, 400, 404}
