"""History pages and their API: one contender on one board, over snapshots and methods."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from arena.catalog.models import Contender
from arena.languages.written_figures import write_day
from arena.voting.models import Ledger
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.models import Board, Snapshot, Standing
from leaderboard.views.tabs.history import LINES_PER_PAGE
from tests.leaderboard.ledgers import draw_votes, make_contenders, make_ledger
from tests.leaderboard.pages import BOARD, count_queries, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
PAGE = f"{BOARD}?view=history"
API = "/api/v1/history/"


def page_of(client: Client, contender: str, **more: str) -> str:
    response = client.get(BOARD, {"view": "history", **more, "contender": contender})
    assert response.status_code == 200
    return text_of(response)


def turn(slugs: list[str]) -> None:
    """Refresh again after votes in which the last contender is the best."""
    extend_board(draw_votes(slugs[::-1], 400, categories=("animals", "food"), seed=2))


def test_history_of_one_snapshot_is_a_dot_and_a_line_of_the_table(client: Client) -> None:
    slugs = make_board()
    page = page_of(client, slugs[0])
    assert "1 snapshot" in page
    assert "no earlier snapshot of the same method" in page
    assert page.count('<circle class="dot"') == 2  # a wide and a narrow form
    assert f'href="{BOARD}?at={Snapshot.objects.get(board__slice="overall").pk}"' in page


def test_contender_without_a_snapshot_has_an_empty_history(client: Client) -> None:
    make_ledger()
    (slug,) = make_contenders(1)
    page = page_of(client, slug)
    assert "It has no rating here yet." in page
    assert '<svg class="time-plot' not in page


def test_history_of_what_is_not_there_is_not_found(client: Client) -> None:
    make_board()
    for asked in (
        {"contender": "nobody"}, {"contender": "a\0b"}, {"contender": "c", "category": "nothing"},
        {"contender": "c", "ledger": "nowhere"}, {"contender": "c", "category": "animals", "language": "en"},
    ):  # fmt: skip
        assert client.get(BOARD, {"view": "history", **asked}).status_code == 404, asked
        assert client.get("/leaderboard/sculpture/", {"view": "history", **asked}).status_code == 404, asked


def test_move_is_marked_on_board_and_history_with_words(client: Client) -> None:
    slugs = make_board(4)
    turn(slugs)
    day = Snapshot.objects.filter(board__slice="overall").earliest("pk").computed_at.date()
    moved = Standing.objects.get(
        snapshot=Snapshot.objects.filter(board__slice="overall").latest("pk"), contender__slug=slugs[-1]
    )
    assert moved.moved
    assert moved.elo_change is not None

    board, history = text_of(client.get(BOARD, {"open": slugs[-1]})), page_of(client, slugs[-1])

    said = f"moved up {moved.elo_change:.0f}</span>"
    for page in (board, history):
        assert said in page
        assert f'since <time datetime="{day}">{write_day(day)}</time>' in page
    assert f"It moved up by {moved.elo_change:.0f} since {write_day(day)}." in history
    assert 'class="move move--up" transform' in history
    assert f'href="{PAGE}&amp;contender={slugs[-1]}"' in board


def test_board_on_which_nobody_moved_says_nothing(client: Client) -> None:
    slugs = make_board(4)
    extend_board(draw_votes(slugs, 400, categories=("animals", "food"), seed=2))
    assert "moved" not in text_of(client.get(BOARD))
    assert "it has not moved by more than the luck of the votes explains" in page_of(client, slugs[0])


def test_category_has_a_history_of_its_own_linked_from_its_board_and_the_model(client: Client) -> None:
    slugs = make_board()
    model = Contender.objects.get(slug=slugs[0]).image_model.slug
    link = f'href="{PAGE}&amp;category=food&amp;contender={slugs[0]}"'
    assert link in text_of(client.get(BOARD, {"category": "food", "open": slugs[0]}))
    assert link in text_of(client.get(f"/models/{model}/"))
    assert f'href="{BOARD}?category=food&amp;at=' in page_of(client, slugs[0], category="food")


def test_methods_stand_side_by_side_and_are_never_joined(client: Client, settings: Settings) -> None:
    slugs = make_board()
    settings.PRELIMINARY_VOTES = 20
    refresh_ledger(ledger=Ledger.objects.get())
    turn(slugs)

    page = page_of(client, slugs[0])
    answer = client.get(API, {"contender": slugs[0]}).json()

    hashes = [point["parameters_hash"] for point in answer["results"]]
    assert hashes == [hashes[0], hashes[0], hashes[2]]
    assert hashes[0] != hashes[2]
    for one in set(hashes):
        assert page.count(f"bradley-terry 4 · {one[:6]}") == hashes.count(one)
        assert f"version 4 · {one[:6]}</text>" in page
    assert "Each method has its own line" in page
    assert page.count('<g class="series is-past">') == 4  # Elo and ranks, each wide and narrow
    assert [point["baseline_at"] is None for point in answer["results"]] == [False, True, True]


def test_new_version_of_the_method_is_named(client: Client) -> None:
    slugs = make_board()
    for snapshot in Snapshot.objects.all():
        snapshot.method["version"] = "2"
        snapshot.save()
    refresh_ledger(ledger=Ledger.objects.get())
    page = page_of(client, slugs[0])
    assert "bradley-terry 2</td>" in page
    assert "bradley-terry 4</td>" in page
    versions = [point["method_version"] for point in client.get(API, {"contender": slugs[0]}).json()["results"]]
    assert versions == ["4", "2"]


def test_thousand_snapshots_are_paged_and_drawn_with_fewer_points(client: Client) -> None:
    (slug, *_) = make_board()
    last = Snapshot.objects.get(board__slice="overall")
    standing = last.standings.get(contender__slug=slug)
    now = timezone.now()
    many = [Snapshot(**_fields(last)) for _ in range(1000)]
    Snapshot.objects.bulk_create(many)
    for index, snapshot in enumerate(many):
        snapshot.computed_at = now + timedelta(minutes=index)
    Snapshot.objects.bulk_update(many, ["computed_at"])
    Standing.objects.bulk_create(Standing(**(_fields(standing) | {"snapshot": snapshot})) for snapshot in many)

    response = client.get(BOARD, {"view": "history", "contender": slug, "page": "2"})
    page = text_of(response)

    assert "1,001 snapshots" in page
    assert page.count("<tr") == LINES_PER_PAGE + 1
    assert "Page 2 of 21" in page
    assert len(response.content) < 100_000
    assert 200 <= page.split('class="stroke" d="')[1].split('"')[0].count("L") <= 250


def _fields(row: Snapshot | Standing) -> dict[str, object]:
    names = [field.attname for field in row._meta.concrete_fields if field.name not in ("id", "computed_at")]
    return {name: getattr(row, name) for name in names if name != "snapshot_id"}


def test_queries_do_not_grow_with_snapshots(client: Client) -> None:
    slugs = make_board()
    few = count_queries(client, f"{PAGE}&contender={slugs[0]}")
    turn(slugs)
    turn(slugs)
    assert count_queries(client, f"{PAGE}&contender={slugs[0]}") == few


def test_api_lists_the_history_of_one_or_of_all_and_is_linked(client: Client) -> None:
    slugs = make_board()
    turn(slugs)
    board = client.get("/api/v1/standings/", {"category": "food"}).json()

    everybody = client.get(board["history"])
    one = client.get(board["history"], {"contender": slugs[1]})
    assert "category=food" in board["history"]
    assert everybody.json()["count"] == 6
    only = client.get(f"{board['history']}&contender={slugs[1]}").json()["results"]
    assert [point["contender_slug"] for point in only] == [slugs[1]] * 2
    assert only[0]["snapshot"] == board["snapshot"] > only[1]["snapshot"]
    line = next(line for line in board["standings"] if line["contender_slug"] == slugs[1])
    for name in ("elo", "elo_low", "rank_low", "conservative", "elo_change", "moved"):
        assert only[0][name] == line[name]
    assert client.get(board["history"], headers={"if-none-match": everybody["ETag"]}).status_code == 304
    assert one.status_code == 200
    assert client.get(API, {"contender": "nobody"}).status_code == 404
    assert Board.objects.count() == 4
