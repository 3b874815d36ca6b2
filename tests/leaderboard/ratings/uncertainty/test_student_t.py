import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from leaderboard.ratings.uncertainty.student_t import t_quantile, t_quantiles, upper_tail

FREEDOMS = (0.7, 1.0, 1.3, 2.0, 4.5, 19.2, 150.0, 9_999.0, 10_001.0, 1e7)


@pytest.mark.parametrize("freedom", FREEDOMS)
@pytest.mark.parametrize("tail", [0.4, 0.025, 1e-4, 5e-6, 1e-8])
def test_quantile_equals_scipy(freedom: float, tail: float) -> None:
    assert t_quantile(tail, freedom) == pytest.approx(stats.t.isf(tail, freedom), rel=1e-9)


def test_quantiles_of_many_are_those_of_each() -> None:
    freedoms = np.array(FREEDOMS)
    each = [t_quantile(1e-5, freedom) for freedom in FREEDOMS]
    assert t_quantiles(1e-5, freedoms) == pytest.approx(each, rel=1e-13)


@given(st.floats(1e-8, 0.49), st.floats(0.5, 9_000))
def test_quantile_inverts_the_tail(tail: float, freedom: float) -> None:
    x = t_quantile(tail, freedom)
    assert upper_tail(np.array([x]), np.array([freedom])) == pytest.approx(tail, rel=1e-8)


def test_quantile_without_limit_of_freedom_is_normal() -> None:
    assert t_quantile(0.025, math.inf) == pytest.approx(1.959963984540054, abs=1e-12)


@pytest.mark.parametrize(
    ("tail", "freedom"), [(0.0, 5.0), (0.5, 5.0), (0.025, 0.0), (math.nan, 5.0), (0.025, math.nan)]
)
def test_quantile_outside_its_domain_is_refused(tail: float, freedom: float) -> None:
    with pytest.raises(ValueError, match="need 0 < tail"):
        t_quantile(tail, freedom)
