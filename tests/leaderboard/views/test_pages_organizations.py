"""The page of an organization: its models over time, and what the votes say of newer ones."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from arena.catalog.models import Contender, Fact, Organization
from leaderboard.computing.auditing import audit_ledgers
from tests.factories import make_image_model
from tests.leaderboard.pages import make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
SEEN: dict[str, Any] = {"source": "https://www.example.com/page", "seen_on": date(2026, 11, 1)}


def make_maker(dates: dict[int, str], *, of: int = 4, votes: int = 900) -> list[Contender]:
    """Contenders, best first; one maker has those with a date, which may be empty for an unknown one."""
    slugs = make_board(of, votes)
    lab = Organization.objects.create(slug="lab", name="Lab")
    contenders = [Contender.objects.get(slug=slug) for slug in slugs]
    for place, released in dates.items():
        model = contenders[place].image_model
        model.organization = lab
        model.save()
        if released:
            Fact.objects.create(image_model=model, key="released_on", value=released, **SEEN)
    return contenders


def page(client: Client) -> str:
    return text_of(client.get("/organizations/lab/"))


def test_each_newer_model_is_surely_better_where_the_votes_say_so(client: Client) -> None:
    contenders = make_maker({0: "2026-03-01", 1: "2025-09", 2: "2025-01-31", 3: "2024-05-01"}, votes=6000)
    audit_ledgers(at_once=True)
    html = page(client)
    assert "Each newer model is surely better than the one before it." in html
    names = [one.image_model.name for one in reversed(contenders)]
    # Oldest first in the figure's data.
    data = html[html.index("Best of all by then") :]
    assert sorted(names, key=data.index) == names
    assert "September 2025" in data


def test_two_models_are_told_by_name(client: Client) -> None:
    older, *_, newer = make_maker({0: "2025-01-31", 3: "2026-03-01"}, votes=3000)
    assert f"The newer {newer.image_model.name} is surely worse than {older.image_model.name}." in page(client)


def test_few_votes_leave_it_open(client: Client) -> None:
    one, two, *_ = make_maker({0: "2026-03-01", 1: "2025-01-31"}, votes=40)
    expected = (
        f"The votes do not tell yet whether the newer {one.image_model.name} is better than {two.image_model.name}."
    )
    assert expected in page(client)


def test_models_of_one_month_are_not_called_newer(client: Client) -> None:
    make_maker({0: "2026-03", 3: "2026-03-20"}, votes=3000)
    assert "No newer model to compare with has a release date and a rating yet." in page(client)


def test_models_without_date_or_votes_are_named(client: Client) -> None:
    contenders = make_maker({0: "2026-03-01", 1: ""})
    make_image_model(slug="silent", organization=Organization.objects.get(slug="lab"))
    html = page(client)
    assert f"because no source tells their release: {contenders[1].image_model.name}</p>" in html
    assert "because they have too few votes: Name of silent</p>" in html
    assert html.count('<svg class="release-plot') == 2


def test_field_is_the_best_model_known_by_then(client: Client) -> None:
    contenders = make_maker({3: "2025-01-31", 2: "2026-03-01"}, votes=3000)
    rival = contenders[0].image_model
    Fact.objects.create(image_model=rival, key="released_on", value="2025-06-01", **SEEN)
    html = page(client)
    data = html[html.index("Best of all by then") :]
    lines = data[data.index("<tbody>") : data.index("</tbody>")].split("</tr>")
    assert f"<td>{contenders[3].image_model.name}</td>" in lines[0]
    assert f"<td>{rival.name}</td>" in lines[1]


def test_without_votes_there_is_no_figure(client: Client) -> None:
    lab = Organization.objects.create(slug="lab", name="Lab")
    model = make_image_model(slug="one", organization=lab)
    Fact.objects.create(image_model=model, key="released_on", value="2025-06-01", **SEEN)
    html = page(client)
    assert "release-plot" not in html
    assert "1 June 2025" in html


def test_without_any_date_there_is_neither_figure_nor_its_heading(client: Client) -> None:
    make_maker({0: "", 1: ""})
    html = page(client)
    assert "better with time?" not in html
    assert "Not in the figure" not in html
