"""Addresses of boards: defaults are left out, unusable values are dropped, the order is fixed."""

import pytest
from django.http import QueryDict

from leaderboard.presentation.board_address import BoardAddress, read_address


def read(query: str) -> BoardAddress:
    return read_address("text-to-image", QueryDict(query), usual_ledger="native")


@pytest.mark.parametrize(
    ("query", "canonical"),
    [
        ("", ""),
        ("category=&language=&q=&sort=", ""),
        ("sort=rank", ""),
        ("ledger=native", ""),
        ("ledger=demonstration", "ledger=demonstration"),
        ("sort=-votes&category=animals", "category=animals&sort=-votes"),
        ("sort=nonsense&level=best&max_price=cheap&x=1", ""),
        ("max_price=NaN", ""),
        ("days=7", ""),
        ("days=30&language=de&category=food", "category=food&language=de&days=30"),
        ("max_price=-1", ""),
        ("level=established&max_price=0.05", "level=established&max_price=0.05"),
        ("q=+two++words+", "q=two++words"),
        ("view=intervals&category=food", "view=intervals&category=food"),
        ("view=nothing", ""),
        ("columns=votes&columns=price&columns=none", "columns=price%2Cvotes"),
        ("columns=change,price,seconds,success,votes", ""),
        ("columns=none", "columns=none"),
        ("columns=nonsense", ""),
    ],
)
def test_address_is_canonical(query: str, canonical: str) -> None:
    assert read(query).query == canonical
    assert read(read(query).query) == read(query)


def test_address_tells_hidden_rows_from_another_board() -> None:
    address = read("category=animals&level=established&q=mini&sort=price")
    assert address.hides_rows
    assert address.shown_rows().query == "category=animals&sort=price"
    assert not read("category=animals&sort=price").hides_rows


def test_address_but_keeps_the_rest() -> None:
    assert read("category=animals&sort=price").but(sort="").url == "/leaderboard/text-to-image/?category=animals"
