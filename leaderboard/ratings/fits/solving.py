"""Newton's method with halved steps, and its linear systems: solved directly, large ones by conjugate gradients."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

# From this many unknowns on, a few products with the matrix cost less than factorising it.
_LARGE = 400
# A poorly connected board needs more products than this; then factorising is faster.
_MOST_PRODUCTS = 120
# Relative to the first residual; the next Newton step corrects the rest.
_CLOSE = 1e-10
_MOST_STEPS = 200
_MOST_HALVINGS = 60


def climb(
    derivatives: Callable[[Vector], tuple[Vector, Matrix]], start: Vector, *, close: float
) -> tuple[Vector, Matrix]:
    """The maximum of a strictly concave function, float64[n], and its negative Hessian there.

    `derivatives` gives gradient and negative Hessian. A step is halved until the slope at its end, along the step, is
    at least -1/2 of the slope at its start. The last step moves no unknown by `close`.
    """
    at = start
    gradient, total = derivatives(at)
    for _ in range(_MOST_STEPS):
        step = solve(total, gradient)
        rise = float(gradient @ step)
        for halvings in range(_MOST_HALVINGS):
            part = step * 0.5**halvings
            gradient, total = derivatives(at + part)
            if float(gradient @ step) >= -0.5 * rise:
                break
        at = at + part
        if np.max(np.abs(part), initial=0.0) < close:
            break
    return at, total


def solve(matrix: Matrix, right: Vector) -> Vector:
    """The x with matrix @ x = right, for a symmetric positive definite matrix, float64[n, n] and float64[n]."""
    found = _conjugate_gradients(matrix, right) if len(right) >= _LARGE else None
    return _factorise(matrix, right) if found is None else found


def _factorise(matrix: Matrix, right: Vector) -> Vector:
    """The shortest solution where beside the votes a weak prior has vanished: only the common level is open then."""
    try:
        return np.asarray(np.linalg.solve(matrix, right))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.lstsq(matrix, right)[0])


def _conjugate_gradients(matrix: Matrix, right: Vector) -> Vector | None:
    """Hestenes and Stiefel (1952), with the diagonal as preconditioner; None if it takes too many products."""
    scale = 1.0 / np.diagonal(matrix)
    found, rest = np.zeros_like(right), right.copy()
    direction = scaled = scale * rest
    size = first = float(rest @ scaled)
    for _ in range(_MOST_PRODUCTS):
        if size <= _CLOSE**2 * first:
            return found
        product = matrix @ direction
        length = size / float(direction @ product)
        found, rest = found + length * direction, rest - length * product
        scaled = scale * rest
        before, size = size, float(rest @ scaled)
        direction = scaled + size / before * direction
    return None
