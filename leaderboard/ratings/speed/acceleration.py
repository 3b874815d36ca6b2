"""The inner loops, compiled where numba is installed (the `compiled` extra); NumPy gives the same numbers without."""

import os
from functools import cache
from importlib import import_module
from typing import Any


@cache
def kernels() -> Any | None:
    """The module `compiled`, or None without numba or under EASEL_COMPILED=0.

    Numba is imported on the first call, not with this module: that takes a quarter of a second, which a web process
    need not spend.
    """
    if os.environ.get("EASEL_COMPILED", "1") == "0":
        return None
    try:
        return import_module("leaderboard.ratings.speed.compiled")
    except ImportError:
        return None
