"""The inner loops, compiled where numba is installed (the `compiled` extra); NumPy gives the same numbers without."""

import os
from functools import cache
from importlib import import_module
from typing import Any


@cache
def kernels() -> Any | None:
    """The module `compiled`, or None without numba or under EASEL_COMPILED=0.

    Numba is looked for on the first call, not on import: it takes a quarter of a second that a web process can spare.
    """
    if os.environ.get("EASEL_COMPILED", "1") == "0":
        return None
    try:
        return import_module("leaderboard.ratings.speed.compiled")
    except ImportError:
        return None
