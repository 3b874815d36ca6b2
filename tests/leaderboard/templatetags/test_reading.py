"""How pages write hosts and unknown words."""

from leaderboard.presentation.price_words import item_name
from leaderboard.templatetags import reading


def test_host_is_the_site_without_www() -> None:
    assert reading.host("https://www.example.com/a?b") == "example.com"


def test_unknown_words_are_shown_as_they_are() -> None:
    assert reading.fact_name("colour_depth") == "Colour depth"
    assert item_name("video_second") == "Video second"
    assert reading.language_name("tlh") == "tlh"
