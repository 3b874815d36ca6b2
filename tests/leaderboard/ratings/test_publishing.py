import json
from dataclasses import asdict, replace

import numpy as np
from hypothesis import given

from leaderboard.ratings.methods import fit
from leaderboard.ratings.publishing import hash_lines, publish, round_published
from tests.leaderboard.ratings.logs import Duel, duels, simulate, write_log


def test_published_floats_have_six_decimals_and_no_negative_zero() -> None:
    assert round_published(1.23456789) == 1.234568
    assert str(round_published(-1e-9)) == "0.0"


@given(duels())
def test_publishing_twice_changes_nothing(rows: list[Duel]) -> None:
    once = publish(fit(write_log(rows)))
    assert publish(once) == once
    assert hash_lines(once.contenders) == once.output_hash


def test_output_hash_survives_json_and_any_order_of_lines() -> None:
    result = publish(fit(simulate([0, 0.5, 1], votes=400, voters=30, seed=2)))
    lines = [replace(line, **json.loads(json.dumps(asdict(line)))) for line in result.contenders]
    assert hash_lines(reversed(lines)) == result.output_hash


def test_output_hash_ignores_noise_below_the_published_digits_only() -> None:
    result = publish(fit(simulate([0, 0.5, 1], votes=400, voters=30, seed=2)))
    first, *rest = result.contenders
    assert first.elo is not None
    assert hash_lines([replace(first, elo=np.nextafter(first.elo, 0)), *rest]) == result.output_hash
    assert hash_lines([replace(first, elo=first.elo + 1e-6), *rest]) != result.output_hash
