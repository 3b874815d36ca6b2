"""TrueSkill's update of two players in closed form: plain Python, which numba compiles as it is."""

from math import copysign, erfc, exp, pi, sqrt
from typing import Any

_ROOT_HALF = sqrt(0.5)
_PDF0 = 1 / sqrt(2 * pi)
# Below this, the normal's tail underflows and the asymptotic series is exact to the last digit.
_FAR = -35.0
# Below this half-width (in standard deviations) the draw band is treated as its limit, a point.
_NARROW = 1e-5


def replay_rows(
    first: Any, second: Any, decided: Any, mu: Any, variance: Any, margin: float, drift: float, noise: float
) -> None:
    """Update `mu` and `variance` in place by rows of (first, second, decided): `first` won, or it was a draw."""
    for one, two, won in zip(first, second, decided):  # noqa: B905  # numba has no `strict`
        v1, v2 = variance[one] + drift, variance[two] + drift
        square = noise + v1 + v2
        c = sqrt(square)
        if won:
            x = (mu[one] - mu[two] - margin) / c
            if x > _FAR:
                # This is win_moments, inlined: the loop runs once per vote, and a call costs a third of it.
                v = 2 * _PDF0 * exp(-0.5 * x * x) / erfc(-x * _ROOT_HALF)
                w = v * (v + x)
            else:
                v, w = win_moments(x)
        else:
            v, w = draw_moments((mu[one] - mu[two]) / c, margin / c)
        v /= c
        w /= square
        mu[one] += v1 * v
        mu[two] -= v2 * v
        variance[one] = v1 * (1 - v1 * w)
        variance[two] = v2 * (1 - v2 * w)


def win_moments(x: float) -> tuple[float, float]:
    """V = phi(x) / Phi(x) and W = V (V + x): the shift and the shrinkage after a win, for any finite x."""
    if x > _FAR:
        v = 2 * _PDF0 * exp(-0.5 * x * x) / erfc(-x * _ROOT_HALF)
        return v, v * (v + x)
    over = excess(-x)
    return over - x, (over - x) * over


def draw_moments(t: float, band: float) -> tuple[float, float]:
    """The shift and the shrinkage after a draw at a gap of `t`, within ±`band`, both in standard deviations.

    V = (phi(b) - phi(a)) / D · sgn t and W = V² + (a phi(a) - b phi(b)) / D with a = band - |t|, b = -band - |t| and D
    = Phi(a) - Phi(b). A band of zero has the limits V = -t, W = 1.
    """
    if band < _NARROW:
        return -t, 1.0
    gap = abs(t)
    a, b = band - gap, -band - gap
    if a > _FAR:
        mass = 0.5 * (erfc(-a * _ROOT_HALF) - erfc(-b * _ROOT_HALF))
        at_a, at_b = _PDF0 * exp(-0.5 * a * a), _PDF0 * exp(-0.5 * b * b)
        v = (at_b - at_a) / mass
        return copysign(1.0, t) * v, v * v + (a * at_a - b * at_b) / mass
    return far_draw(t, a, b)


def far_draw(t: float, a: float, b: float) -> tuple[float, float]:
    """`draw_moments` where both masses underflow: all terms are divided by phi(a), by Mills' ratio."""
    ratio = exp((a - b) * (a + b) / 2)
    if ratio < 1e-18:
        over = excess(-a)
        return copysign(over - a, -t), (over - a) * over
    mass = 1 / (excess(-a) - a) - ratio / (excess(-b) - b)
    v = (1 - ratio) / mass
    return copysign(v, -t), min(max(v * v + (a - b * ratio) / mass, 0.0), 1.0)


def excess(z: float) -> float:
    """phi(z) / Phi(-z) - z for z >= 35, by the asymptotic series of the inverse Mills ratio."""
    s = 1 / (z * z)
    return (1 - s * (2 - s * (10 - s * (74 - s * 706)))) / z
