"""Sequential TrueSkill with the `trueskill` package itself, to compare our own replay with."""

import warnings
from functools import cache
from importlib import import_module
from math import erfc, exp, pi, sqrt
from statistics import NormalDist
from typing import Any

import numpy as np

from leaderboard.ratings.columns.votelog import BOTH_BAD, RIGHT, TIE, VoteLog
from leaderboard.ratings.fits.skills import Skills
from leaderboard.ratings.parameters import Method

_ROOT_HALF = sqrt(0.5)
_PDF0 = 1 / sqrt(2 * pi)


def replay_by_package(votes: VoteLog, method: Method) -> Skills:
    """Rate every vote of the log in order, as `replay` does, with one call of the package per vote: about 0.1 ms each.

    Raises FloatingPointError if a vote goes against a gap of more than 38 standard deviations; `replay` handles these.
    """
    package = set_up_package(method)
    ratings = [package.create_rating() for _ in votes.contenders]
    rated = votes.select(votes.outcome != BOTH_BAD)
    for left, right, outcome in zip(rated.left.tolist(), rated.right.tolist(), rated.outcome.tolist(), strict=True):
        first, second = (right, left) if outcome == RIGHT else (left, right)
        groups = [(ratings[first],), (ratings[second],)]
        (ratings[first],), (ratings[second],) = package.rate(groups, ranks=[0, int(outcome != TIE)])
    mu, sigma = ([getattr(rating, name) for rating in ratings] for name in ("mu", "sigma"))
    return Skills(np.array(mu, dtype=np.float64), np.array(sigma, dtype=np.float64))


def set_up_package(method: Method) -> Any:
    """The package's `TrueSkill` with the method's parameters.

    Its `backend` is the standard library's normal distribution, whose tails are exact; the package's own are good to
    seven digits.
    """
    backend = (_cdf, _pdf, NormalDist().inv_cdf)
    return _load_package().TrueSkill(
        method.mu0, method.sigma0, method.beta, method.tau, method.draw_probability, backend=backend
    )


@cache
def _load_package() -> Any:
    """The package, imported on the first call, since few runs need it."""
    with warnings.catch_warnings():
        # Its docstrings contain invalid escapes, which Python reports whenever it compiles the package.
        warnings.simplefilter("ignore")
        return import_module("trueskill")


def _cdf(x: float) -> float:
    return 0.5 * erfc(-x * _ROOT_HALF)


def _pdf(x: float) -> float:
    return _PDF0 * exp(-0.5 * x * x)
