"""Quantiles of Student's t distribution for any real number of degrees of freedom."""

from functools import lru_cache
from math import exp, fabs, inf, lgamma, log, log1p, pi, sqrt
from statistics import NormalDist

_TINY = 1e-300
_SERIES_FROM = 1e3
_START_FROM = 3.0


@lru_cache(maxsize=4096)
def t_quantile(tail: float, freedom: float) -> float:
    """The x > 0 with P(T > x) = `tail`, for 0 < tail < 1/2 and `freedom` > 0 (may be infinite).

    Newton's method on the logarithm of the tail against log x, where the function is concave, so that it converges from
    any start. The expansion of Abramowitz and Stegun 26.7.5 is the start for all but very few degrees of freedom, and
    exact to 1e-11 beyond 1,000.
    """
    if not (0 < tail < 0.5 and freedom > 0):
        raise ValueError("need 0 < tail < 1/2 and a positive number of degrees of freedom")
    normal = -NormalDist().inv_cdf(tail)
    if freedom > _SERIES_FROM:
        return _expand(normal, freedom)
    point, target = log(_expand(normal, freedom) if freedom > _START_FROM else normal), log(tail)
    for _ in range(200):
        x = exp(point)
        mass = upper_tail(x, freedom)
        step = (log(mass) - target) * mass / (x * _density(x, freedom))
        point += step
        # The error after a step is about its square.
        if fabs(step) < 1e-8:
            break
    return exp(point)


def upper_tail(x: float, freedom: float) -> float:
    """P(T > x) for x > 0 by the incomplete beta function."""
    share = x * x / (freedom + x * x)
    if share * (freedom + 5) < 3:
        return 0.5 - 0.5 * _incomplete_beta(0.5, freedom / 2, share, log(share), log1p(-share))
    left = freedom / (freedom + x * x)
    return 0.5 * _incomplete_beta(freedom / 2, 0.5, left, -log1p(x * x / freedom), log(share))


def _expand(z: float, freedom: float) -> float:
    if freedom == inf:
        return z
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    fourth = (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / 92160
    return z + first / freedom + second / freedom**2 + third / freedom**3 + fourth / freedom**4


def _density(x: float, freedom: float) -> float:
    scale = lgamma((freedom + 1) / 2) - lgamma(freedom / 2)
    return exp(scale - (freedom + 1) / 2 * log1p(x * x / freedom)) / sqrt(freedom * pi)


def _incomplete_beta(a: float, b: float, x: float, log_x: float, log_rest: float) -> float:
    """I_x(a, b) by its continued fraction (Lentz), which converges fast for x < (a + 1) / (a + b + 2)."""
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log_x + b * log_rest) / a
    c, d = 1.0, 1 / _away_from_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, 2000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        change = 1.0
        for term in (even, odd):
            d = 1 / _away_from_zero(1 + term * d)
            c = _away_from_zero(1 + term / c)
            change = c * d
            fraction *= change
        if fabs(change - 1) < 1e-15:
            break
    return front * fraction


def _away_from_zero(value: float) -> float:
    return value if fabs(value) > _TINY else _TINY
