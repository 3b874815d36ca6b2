"""The normal distribution on arrays, accurate in both tails, for TrueSkill's likelihood."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

# W. J. Cody, "Rational Chebyshev approximations for the error function" (1969), highest power first.
_ERF_TOP = (
    1.85777706184603153e-1,
    3.16112374387056560e0,
    1.13864154151050156e2,
    3.77485237685302021e2,
    3.20937758913846947e3,
)
_ERF_BOTTOM = (1.0, 2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3)
_MIDDLE_TOP = (
    2.15311535474403846e-8, 5.64188496988670089e-1, 8.88314979438837594e0, 6.61191906371416295e1,
    2.98635138197400131e2, 8.81952221241769090e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
)  # fmt: skip
_MIDDLE_BOTTOM = (
    1.0, 1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
)  # fmt: skip
_FAR_TOP = (
    1.63153871373020978e-2, 3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1,
    1.60837851487422766e-2, 6.58749161529837803e-4,
)  # fmt: skip
_FAR_BOTTOM = (
    1.0, 2.56852019228982242e0, 1.87295284992346725e0, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3,
)  # fmt: skip
_ROOT_PI = float(np.sqrt(np.pi))


def scaled_erfc(x: Array) -> Array:
    """exp(x²) erfc(x), to 1e-15 relative; infinite below -26.6."""
    size = np.abs(x)
    near, far = size <= 0.46875, size > 4.0
    scaled = np.empty_like(size)
    for part, formula in ((near, _near), (far, _far), (~(near | far), _middle)):
        scaled[part] = formula(size[part])
    below = x < 0
    with np.errstate(over="ignore"):
        scaled[below] = 2.0 * np.exp(size[below] ** 2) - scaled[below]
    return scaled


def _near(size: Array) -> Array:
    square = size * size
    return np.asarray(np.exp(square) * (1.0 - size * _polynomial(_ERF_TOP, square) / _polynomial(_ERF_BOTTOM, square)))


def _middle(size: Array) -> Array:
    return np.asarray(_polynomial(_MIDDLE_TOP, size) / _polynomial(_MIDDLE_BOTTOM, size))


def _far(size: Array) -> Array:
    at = 1.0 / (size * size)
    return np.asarray((1.0 / _ROOT_PI - at * _polynomial(_FAR_TOP, at) / _polynomial(_FAR_BOTTOM, at)) / size)


def _polynomial(coefficients: tuple[float, ...], x: Array) -> Array:
    """Horner's scheme in place, which is twice as fast as `np.polyval`."""
    value = np.full_like(x, coefficients[0])
    for coefficient in coefficients[1:]:
        value *= x
        value += coefficient
    return value


def normal_mass(x: Array) -> Array:
    """Phi(x), to 1e-15 relative in the left tail."""
    half = 0.5 * np.exp(-0.5 * x * x) * scaled_erfc(np.abs(x) / np.sqrt(2))
    return np.where(x < 0, half, 1.0 - half)


def mass_over_density(x: Array) -> Array:
    """Phi(x) / phi(x): Mills' ratio of the left tail; infinite above 37."""
    return np.asarray(np.sqrt(np.pi / 2) * scaled_erfc(-x / np.sqrt(2)))


def win_moments(x: Array) -> tuple[Array, Array]:
    """V = phi(x) / Phi(x), the slope of log Phi(x), and W = V (V + x), minus its second derivative."""
    v = 1.0 / mass_over_density(x)
    return v, np.maximum(v * (v + x), 0.0)


def draw_moments(t: Array, band: float) -> tuple[Array, Array]:
    """V, the slope of log(Phi(t + band) - Phi(t - band)), and W, minus its second derivative.

    All terms are divided by phi(a) with a = band - |t|, so that nothing underflows. A band of zero has the limits V =
    -t, W = 1.
    """
    if band < 1e-5:
        return -t, np.ones_like(t)
    a, b = band - np.abs(t), -band - np.abs(t)
    ratio = np.exp(-2.0 * band * np.abs(t))
    mass = mass_over_density(a) - ratio * mass_over_density(b)
    v = (1.0 - ratio) / mass
    return -np.sign(t) * v, np.clip(v * v + (a - ratio * b) / mass, 0.0, 1.0)
