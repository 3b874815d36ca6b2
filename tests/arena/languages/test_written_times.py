"""How pages write days and times."""

from datetime import UTC, date, datetime

from django.utils.translation import override

from arena.languages.written_times import day, moment, moment_text

WHEN = datetime(2026, 11, 21, 4, 0, 30, tzinfo=UTC)


def test_times_are_for_people_and_programs() -> None:
    assert moment(WHEN) == '<time datetime="2026-11-21T04:00:30+00:00">21 November 2026, 04:00 UTC</time>'
    assert day(date(2026, 11, 21)) == '<time datetime="2026-11-21">21 November 2026</time>'


def test_times_have_seconds_where_they_are_asked_for_in_every_language() -> None:
    for language, shown in (("en", "21 November 2026, 04:00:30 UTC"), ("ja", "2026年11月21日 04:00:30 UTC")):
        with override(language):
            assert shown in moment(WHEN, seconds=True)
    with override("de"):
        assert moment_text(WHEN) == "21. November 2026, 04:00 UTC"
