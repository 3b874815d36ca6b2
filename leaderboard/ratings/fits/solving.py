"""Linear systems of Newton steps: small ones are solved directly, large ones by conjugate gradients."""

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
