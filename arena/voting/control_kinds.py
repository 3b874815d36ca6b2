"""Controls: matchups that test whether a voter looks. They count nowhere; their votes have a ledger of their own.

A *gold pair* has two images by the same contender, of which one was made for another prompt. A *repeat* is a pair that
the voter has judged before, with its sides swapped; until then the names of its first matchup are withheld.

How far a voter's answers to gold pairs speak against somebody who looks is an e-value: how much likelier they are of
somebody who chooses by chance (half of them right) than of somebody who looks (19 of 20 right). It holds at any time,
however often it is read: of voters who look, at most one in 100 ever reaches 100.
"""

from math import exp, log

from django.db import models
from django.utils.translation import gettext_lazy as _

# A right and a wrong answer multiply the e-value by so much: .5 / .95 and .5 / .05. "Both bad" says nothing.
RIGHT, WRONG = 10 / 19, 10.0
# The logarithm of the largest e-value that is told: beyond it nothing changes, and numbers end.
_LARGEST = log(1e9)
# From this e-value on a voter is doubted: their cookie is not settled.
DOUBTED = 100.0
# In SQL the logarithm is compared: an e-value of many wrong answers is larger than any number.
DOUBTED_FROM = f"{log(DOUBTED)}::float8"


class Control(models.TextChoices):
    """What a matchup tests of its voter, if it tests anything."""

    GOLD_LEFT = "gold_left", _("Gold pair: the left image is right")
    GOLD_RIGHT = "gold_right", _("Gold pair: the right image is right")
    FIRST = "first", _("Is dealt once more later")
    REPEAT = "repeat", _("Repeat with its sides swapped")


GOLD = (Control.GOLD_LEFT.value, Control.GOLD_RIGHT.value)


def write_evidence(*, control: str, answer: str) -> str:
    """Return SQL for the logarithm of the e-value of a group of controls; NULL where no answer says anything.

    `control` and `answer` are the columns. A tie is wrong.
    """
    return (
        f"sum(CASE WHEN {control} = 'gold_' || {answer} THEN {log(RIGHT)}::float8 ELSE {log(WRONG)}::float8 END)"
        f" FILTER (WHERE {control} IN {GOLD} AND {answer} IN ('left', 'right', 'tie'))"
    )


def weigh_answers(*, right: int, wrong: int) -> float:
    """Return the e-value of these answers to gold pairs: each wrong one is ten times as much, each right one half."""
    return exp(min(wrong * log(WRONG) + right * log(RIGHT), _LARGEST))
