"""The board page: rows, states, addresses, sorting."""

import re

import pytest
from django.test import Client
from django.utils.html import escape

from arena.catalog.models import Contender
from leaderboard.models import Snapshot
from tests.factories import make_category, make_contender, make_prompt
from tests.leaderboard.ledgers import Cast, draw_votes, make_contenders, make_ledger
from tests.leaderboard.pages import BOARD, count_queries, extend_board, make_board, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def contenders_of(html: str) -> list[str]:
    """The contenders of the board's table, in order."""
    table = html[html.index("board-table") : html.index("board-facts")]
    return re.findall(r'<th scope="row"><a href="[^"]*">Name of ([^<]*)</a>', table)


def test_leaderboard_leads_to_text_to_image(client: Client) -> None:
    assert client.get("/leaderboard/").headers["Location"] == BOARD


@pytest.mark.parametrize(
    "path", ["/leaderboard/video/", f"{BOARD}?category=nope", f"{BOARD}?ledger=nope", f"{BOARD}?at=987654321"]
)
def test_unknown_board_is_not_found(client: Client, path: str) -> None:
    make_board(2, 10)
    assert client.get(path).status_code == 404


def test_board_without_votes_invites_to_vote(client: Client) -> None:
    make_category(slug="animals", name="Animals")
    overall, animals = text_of(client.get(BOARD)), text_of(client.get(f"{BOARD}?category=animals"))
    assert 'href="/vote/"' in overall
    assert 'href="/vote/animals/"' in animals
    assert "<table" not in overall


def test_demonstration_without_votes_sends_nobody_to_vote_elsewhere(client: Client) -> None:
    make_category(slug="animals", name="Animals")
    make_ledger("demonstration")
    for page in (BOARD, f"{BOARD}?view=matrix"):
        html = text_of(client.get(f"{page}{'&' if '?' in page else '?'}ledger=demonstration"))
        assert "Be the first to vote" not in html
        assert "Be the first to vote" in text_of(client.get(page))
    assert "Simulated voters have not voted here yet." in text_of(client.get(f"{BOARD}?ledger=demonstration"))


def test_empty_board_names_the_nearest_one_with_votes(client: Client) -> None:
    make_board()
    make_category(slug="logos", name="Logos")
    assert "The board with most votes: Overall, 400 votes" in text_of(client.get(f"{BOARD}?category=logos"))


def test_board_shows_every_row_with_its_numbers(client: Client) -> None:
    slugs = make_board()
    html = text_of(client.get(BOARD))
    assert contenders_of(html) == slugs
    assert html.count('class="interval-cell"') == 3
    snapshot = Snapshot.objects.get(board__slice="overall")
    assert snapshot.output_hash in html
    assert f'datetime="{snapshot.computed_at.isoformat()}"' in html
    assert "/api/v1/standings.csv?ledger=native&amp;modality=text-to-image" in html
    assert f'href="{BOARD}?at={snapshot.pk}"' in html


def test_preliminary_row_has_no_rank_and_thin_row_no_numbers(client: Client) -> None:
    make_contender(slug="some")
    make_contender(slug="thin")
    strong = make_board(2, 600)
    extend_board(
        [
            *(Cast("some", strong[0], "right", f"voter-{n}") for n in range(6)),
            Cast("thin", strong[1], "left", "voter-1"),
            Cast("thin", strong[1], "both_bad", "voter-2"),
        ]
    )
    html = text_of(client.get(BOARD))
    rows = {slug: html[html.index(f">Name of {slug}</a>") :].split("</tr>")[0] for slug in ("some", "thin")}
    assert "preliminary</span>" in rows["some"]
    assert "rated votes: 1 of 3" in rows["thin"]
    assert "interval-cell" not in rows["thin"]
    assert 'class="rank"' in html
    assert "Fewer than 30 votes, or fewer than 5 voters: no rank yet." in html


def test_unlinked_row_says_so_only_beside_numbers(client: Client) -> None:
    strong = make_board(3)
    for slug in ("far", "off", "lone", "thin"):
        make_contender(slug=slug)
    apart = [Cast("far", "off", "left", f"voter-{n}") for n in range(8)]
    extend_board([*apart, Cast("lone", "thin", "left")])
    html = text_of(client.get(BOARD))
    rows = {slug: html[html.index(f">Name of {slug}</a>") :].split("</tr>")[0] for slug in ("far", "thin", strong[0])}
    assert [slug for slug, row in rows.items() if "unlinked" in row] == ["far"]


def test_address_that_is_not_canonical_leads_to_the_one_that_is(client: Client) -> None:
    make_board()
    response = client.get(f"{BOARD}?sort=-votes&category=animals&language=&utm_source=x")
    assert (response.status_code, response.headers["Location"]) == (302, f"{BOARD}?category=animals&sort=-votes")


def test_canonical_link_leaves_sorting_and_hidden_rows_out(client: Client) -> None:
    make_board()
    html = text_of(client.get(f"{BOARD}?category=animals&level=established&sort=-votes"))
    assert f'<link rel="canonical" href="http://testserver{BOARD}?category=animals">' in html


def test_sorting_turns_the_table_and_says_so(client: Client) -> None:
    slugs = make_board()
    down = text_of(client.get(f"{BOARD}?sort=-win_rate"))
    up = text_of(client.get(f"{BOARD}?sort=win_rate"))
    assert contenders_of(down) == slugs
    assert contenders_of(up) == slugs[::-1]
    assert re.findall(r'aria-sort="(\w+)"><a id="([\w-]+)"', down) == [("descending", "sort-win_rate")]
    assert re.findall(r'aria-sort="(\w+)"><a id="([\w-]+)"', up) == [("ascending", "sort-win_rate")]
    assert f'id="sort-win_rate" href="{BOARD}?sort=win_rate"' in down


def test_filters_hide_rows_and_count_them(client: Client) -> None:
    slugs = make_board()
    html = text_of(client.get(f"{BOARD}?q={slugs[1]}"))
    assert contenders_of(html) == [slugs[1]]
    assert "1 of 3 shown" in html
    nothing = text_of(client.get(f"{BOARD}?q=nobody"))
    assert "No row matches" in nothing


def test_earlier_snapshot_stays_readable(client: Client) -> None:
    make_board()
    snapshot = Snapshot.objects.get(board__slice="overall")
    html = text_of(client.get(f"{BOARD}?at={snapshot.pk}"))
    assert "These are earlier numbers of this board." in html
    assert f"at={snapshot.pk}" in html.split("CSV</a>")[0].rsplit("href=", 1)[1]


def test_demonstration_stands_under_a_banner_and_apart(client: Client) -> None:
    demonstrated = make_board(2, kind="demonstration")
    html = text_of(client.get(BOARD))
    assert "Demonstration." in html
    assert contenders_of(html) == demonstrated

    native = make_board(2)
    html = text_of(client.get(BOARD))
    assert "Demonstration." not in html
    assert contenders_of(html) == native
    html = text_of(client.get(f"{BOARD}?ledger=demonstration"))
    assert "Demonstration." in html
    assert contenders_of(html) == demonstrated


def test_names_are_escaped(client: Client) -> None:
    slugs = make_board()
    Contender.objects.filter(slug=slugs[0]).update(name="<img src=x onerror=alert(1)>")
    html = text_of(client.get(BOARD))
    assert "<img src=x" not in html
    assert "&lt;img src=x" in html


def test_queries_do_not_grow_with_rows(client: Client) -> None:
    make_board(2)
    few = count_queries(client, BOARD)
    extend_board(draw_votes(make_contenders(6), 300))
    assert count_queries(client, BOARD) == few


def test_nonsense_in_an_address_is_no_failure(client: Client) -> None:
    make_board(2, 10)
    for path in (
        f"{BOARD}?category=%00",
        f"{BOARD}?q=%00",
        f"{BOARD}?at=%00",
        f"{BOARD}?q=%ff%fe",
        "/models/?organization=%00",
        "/competitions/?category=%00&page=-5",
        "/competitions/%00/",
        f"{BOARD}?q={'long+' * 500}",
    ):
        assert client.get(path, follow=True).status_code in (200, 404), path


def test_pages_are_only_read(client: Client) -> None:
    for path in ("/", BOARD, "/models/", "/competitions/", "/methodology/", "/status/"):
        assert client.post(path).status_code == 405
        assert client.head(path).status_code == 200


def test_board_of_a_modality_without_prompts_does_not_send_to_vote(client: Client) -> None:
    make_category()
    html = text_of(client.get("/leaderboard/image-editing/"))
    assert "No prompts of this kind yet" in html
    assert "/vote/" not in html.split('id="main"')[1]


@pytest.mark.parametrize("view", ["", "matrix"])
def test_moment_before_the_first_snapshot_is_not_said_to_be_without_votes(client: Client, view: str) -> None:
    make_board()
    for days in ("", "30"):
        chosen = {"view": view, "days": days, "at": "2020-01-01"}
        html = text_of(client.get(BOARD, {name: value for name, value in chosen.items() if value}))
        assert "This board had not been computed yet at the time that you chose." in html
        assert "Nobody has voted" not in html
        assert "Be the first to vote" not in html


def test_language_without_votes_is_not_an_arena_without_votes(client: Client) -> None:
    make_board()
    make_prompt(language="fr", state="play")
    html = text_of(client.get(f"{BOARD}?language=fr"))
    assert "Nobody has voted in French yet." in html
    assert "Nobody has voted yet." not in html


@pytest.mark.parametrize("tab", ["", "view=matrix&"])
def test_snapshot_that_is_gone_leads_to_the_next_one(client: Client, tab: str) -> None:
    slugs = make_board()
    first = Snapshot.objects.get(board__slice="overall")
    extend_board(draw_votes(slugs, 30))
    gone = first.pk
    first.delete()
    answer = client.get(f"{BOARD}?{tab}at={gone}")
    assert answer.status_code == 410
    kept = Snapshot.objects.get(board__slice="overall").pk
    link = f'<a href="{BOARD}?{escape(tab)}at={kept}">Go to the next snapshot that was kept</a>'
    assert link in text_of(answer)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("matrix/?category=food&view=chances", "?category=food&view=matrix&form=chances"),
        ("history/?contender=a", "?contender=a&view=history"),
    ],
)
def test_old_addresses_of_pairs_and_histories_lead_to_the_tabs(client: Client, old: str, new: str) -> None:
    answer = client.get(f"{BOARD}{old}")
    assert (answer.status_code, answer.headers["Location"]) == (301, f"{BOARD}{new}")


def test_columns_are_chosen_and_the_sorted_one_is_always_shown(client: Client) -> None:
    make_board()
    shown = {
        query: re.findall(r'id="sort-(\w+)"', text_of(client.get(f"{BOARD}?{query}")))
        for query in ("", "columns=voters%2Cfloor_rate", "columns=none", "sort=-win_rate&columns=none")
    }
    first = ["rank", "name", "elo"]
    assert shown == {
        "": [*first, "price", "seconds", "success", "votes"],
        "columns=voters%2Cfloor_rate": [*first, "voters", "floor_rate"],
        "columns=none": first,
        "sort=-win_rate&columns=none": [*first, "win_rate"],
    }


def test_row_opens_by_address_and_by_itself_with_its_best_and_worst_category(client: Client) -> None:
    slugs = make_board()
    page = text_of(client.get(f"{BOARD}?open={slugs[1]}"))
    row = text_of(client.get(f"{BOARD}row/?open={slugs[1]}"))
    assert page.count('class="row-details"') == 1
    for said in (
        "Best category",
        "Worst category",
        "Chance to be the best",
        "μ ",
        "?category=food",
        "?category=animals",
    ):
        assert said in row
        assert said in page
    assert row.startswith("<tbody>")
    assert f"contender={slugs[1]}" in row
    closed = text_of(client.get(f"{BOARD}row/?contender={slugs[1]}"))
    assert 'aria-expanded="false"' in closed
    assert "row-details" not in closed
    assert client.get(f"{BOARD}row/?open=nobody").status_code == 404


def test_board_without_script_says_what_a_screen_reader_announces(client: Client) -> None:
    make_board()
    assert 'data-said="3 contenders, sorted by Price"' in text_of(client.get(f"{BOARD}?sort=price"))


def test_open_row_says_what_few_voters_and_prompts_are_worth(client: Client) -> None:
    *slugs, newcomer = make_contenders(5)
    make_ledger()
    few = "Its votes are worth those of "
    # Twelve prompts, some used more often; fifty voters, some much busier.
    extend_board(draw_votes(slugs, 300, categories=("animals", "food")))
    html = text_of(client.get(BOARD, {"open": slugs[0]}))
    assert few not in html
    extend_board(Cast(newcomer, slugs[1], "left", f"busy-{index % 3}", prompt="one") for index in range(60))
    html = text_of(client.get(BOARD, {"open": newcomer}))
    assert few in html
    assert "equally used prompts." in html
