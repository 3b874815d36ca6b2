"""How pages write times."""

from datetime import UTC, date, datetime

from leaderboard.presentation.price_words import item_name
from leaderboard.templatetags import reading


def test_times_are_for_people_and_programs() -> None:
    when = datetime(2026, 11, 21, 4, 0, 30, tzinfo=UTC)
    assert reading.moment(when) == '<time datetime="2026-11-21T04:00:30+00:00">21 November 2026, 04:00 UTC</time>'
    assert reading.day(date(2026, 11, 21)) == '<time datetime="2026-11-21">21 November 2026</time>'


def test_host_is_the_site_without_www() -> None:
    assert reading.host("https://www.example.com/a?b") == "example.com"


def test_unknown_words_are_shown_as_they_are() -> None:
    assert reading.fact_name("colour_depth") == "Colour depth"
    assert item_name("video_second") == "Video second"
    assert reading.language_name("tlh") == "tlh"
