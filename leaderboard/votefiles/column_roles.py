"""Which column of a file of votes has which role: by the names that are known, or by the caller's word."""

from collections.abc import Mapping, Sequence

from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE
from leaderboard.votefiles.coded_columns import BadVoteFile

# The roles of columns and the names that each is known by: the first that a file has is used; case does not matter.
KNOWN_NAMES = {
    "left": ("model_a", "left", "left_model"),
    "right": ("model_b", "right", "right_model"),
    "winner": ("winner", "outcome", "vote_type"),
    "voter": ("voter", "judge", "user", "judge_hash", "worker", "user_id"),
    "prompt": ("prompt", "question_id"),
    "category": ("category",),
    "language": ("language",),
    "weight": ("weight", "weights"),
    "count": ("count", "counts", "n", "n_votes", "num_votes", "frequency", "freq"),
}
# Columns that may count votes, or something else: asked about.
MAY_COUNT = ("votes", "times", "total", "cnt", "num", "occurrences", "multiplicity", "repeats")
# A role that only `rank` reads: votes in which no side is favoured.
FOR_RANKING = {"neutral": ("neutral",)}
# More roles that can be read, for ledgers only.
ALSO_KNOWN = {
    "cast_on": ("cast_on", "tstamp", "timestamp", "cast_at", "created_at"),
    "propensity": ("propensity",),
}
# One column per answer with a 1 in exactly one of them, as in LMArena's set of 55,000 votes; read without a winner.
ONE_HOT = {"winner_model_a": LEFT, "winner_model_b": RIGHT, "winner_tie": TIE}
# Columns that an export of Easel has as well; only there they have this meaning. A file that `write_votes` wrote says
# by `dealt` that its votes are from such an export.
_OF_EXPORTS = ("position", "modality", "excluded", "propensity", "dealt")
# An export of Easel, and a file that `write_votes` wrote, are recognized by these columns.
_MARKS_OF_EXPORTS = {"position", "modality", "left", "right", "outcome"}

# An error that asks for a column's name lists this many columns, each with this many characters of its name.
_SHOWN = 12
_LONGEST_SHOWN = 40


def find_columns(
    found: Sequence[str], names: Mapping[str, str], wanted: Mapping[str, tuple[str, ...]]
) -> dict[str, str]:
    """The file's name for each role that it has a column for. Raises BadVoteFile for a name that it does not have.

    `names` says which column a role has, "" for none, where the known names are not right; `column.key` is a key inside
    a column. One column per answer takes
    the place of a winner.
    """
    spelled = {name.strip().casefold(): name for name in reversed(found)}
    columns = {}
    for role, known in wanted.items():
        if role in names:
            if names[role] and names[role] not in found and names[role].partition(".")[0] not in found:
                raise BadVoteFile(f"there is no such column for the {role}. {list_columns(found)}", column=names[role])
            columns[role] = names[role]
        else:
            columns[role] = next((spelled[name] for name in known if name in spelled), "")
    if not columns["winner"] and spelled.keys() >= ONE_HOT.keys():
        columns |= {name: spelled[name] for name in ONE_HOT}
    if spelled.keys() >= _MARKS_OF_EXPORTS:
        columns |= {name: spelled[name] for name in _OF_EXPORTS if name in spelled}
    return {role: name for role, name in columns.items() if name}


def name_missing(columns: Mapping[str, str]) -> str | None:
    """The first role that every file must have and this one lacks."""
    answered = "winner" in columns or all(name in columns for name in ONE_HOT)
    lacking = [role for role in ("left", "right") if role not in columns]
    return next(iter([*lacking, *["winner"] * (not answered)]), None)


def explain_missing(role: str, found: Sequence[str]) -> str:
    """Say that no column has this role, and what can be done."""
    *others, last = KNOWN_NAMES[role]
    called = f"{', '.join(others)} or {last}"
    way = f"Name it with --{role}; column.key is a key inside a column"
    return f"no column names the {role}: none is called {called}. {way}. {list_columns(found)}"


def list_columns(found: Sequence[str]) -> str:
    """List a file's columns, for somebody who must name one; long lists and long names are cut."""
    return f"The file has: {shorten(found)}." if found else "The file is empty."


def shorten(names: Sequence[str]) -> str:
    """Names in a row; long lists and long names are cut."""
    shown = [name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…" for name in names[:_SHOWN]]
    return f"{', '.join(shown)}{', …' if len(names) > _SHOWN else ''}"
