"""Which column of a file of votes has which role: by the names that are known, or by the caller's word."""

from collections.abc import Mapping, Sequence

from leaderboard.ratings.columns.votelog import LEFT, RIGHT, TIE
from leaderboard.votefiles.answer_hints import as_option
from leaderboard.votefiles.opening.bad_files import BadVoteFile

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
# Roles that only `rank` reads: votes in which no side is favoured, how much is known of the voter, and the voter's
# network on one day. The latter two are read where they are named, and in exports of Easel.
FOR_RANKING: dict[str, tuple[str, ...]] = {"neutral": ("neutral",), "tier": (), "network": ()}
# More roles that can be read, for ledgers only.
ALSO_KNOWN = {
    "cast_on": ("cast_on", "tstamp", "timestamp", "cast_at", "created_at"),
    "propensity": ("propensity",),
}
# One column per answer with a 1 in exactly one of them, as in LMArena's set of 55,000 votes; read without a winner.
ONE_HOT = {"winner_model_a": LEFT, "winner_model_b": RIGHT, "winner_tie": TIE}
# Columns that an export of Easel has as well; only there they have this meaning. A file that `write_votes` wrote says
# by `dealt` that its votes are from such an export.
_OF_EXPORTS = ("position", "modality", "excluded", "propensity", "dealt", "tier", "network", "control")
# An export of Easel, and a file that `write_votes` wrote, are recognized by these columns.
_MARKS_OF_EXPORTS = {"position", "modality", "left", "right", "outcome"}

# Names that columns of the sides and the answer seem to have; an error proposes them. `{}` holds the side.
_PAIRS = (("a", "b"), ("1", "2"), ("0", "1"), ("left", "right"), ("one", "two"), ("winner", "loser"))
_THINGS = ("{}", "model_{}", "model{}", "image_{}", "image{}", "img_{}", "option_{}", "item_{}", "item{}", "player_{}",
           "player{}", "system_{}", "generator_{}", "contender_{}", "method_{}", "{}_model", "{}_image")  # fmt: skip
_ANSWERS = (
    "winner", "choice", "preferred", "preference", "answer", "vote", "result", "label", "better", "best", "chosen",
    "response", "selected", "selection", "verdict", "judgment", "pref",
)  # fmt: skip
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
    spelled = {spell(name): name for name in reversed(found)}
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
        columns |= {name: spelled[name] for name in _OF_EXPORTS if name in spelled and name not in names}
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
    proposed = _propose(found)
    seem = f" If they mean what they seem to: {' '.join(proposed)}." if proposed else ""
    return f"no column names the {role}: none is called {called}. {way}. {list_columns(found)}{seem}"


def _propose(found: Sequence[str]) -> list[str]:
    """Options for columns whose names look like the sides' and the answer's; a key inside a column counts by itself."""
    spelled = {spell(name.rpartition(".")[2]): name for name in reversed(found)}
    pairs = [tuple(thing.format(side) for side in pair) for pair in _PAIRS for thing in _THINGS]
    sides = next((pair for pair in pairs if all(name in spelled for name in pair)), ())
    answer = next((name for name in _ANSWERS if name in spelled), "")
    if not (sides and answer):
        return []
    roles = dict(zip(("left", "right", "winner"), (*sides, answer), strict=True))
    return [
        as_option(role, spelled[name]) for role, name in roles.items() if spell(spelled[name]) not in KNOWN_NAMES[role]
    ]


def spell(name: str) -> str:
    """A column's name without case; `Model A` and `model-a` are `model_a`."""
    return "_".join(name.casefold().replace("-", " ").split())


def list_columns(found: Sequence[str]) -> str:
    """List a file's columns, for somebody who must name one; long lists and long names are cut."""
    return f"The file has: {shorten(found)}." if found else "The file is empty."


def shorten(names: Sequence[str]) -> str:
    """Names in a row; long lists and long names are cut."""
    names = [name or "(one without a name)" for name in names]
    shown = [name if len(name) <= _LONGEST_SHOWN else f"{name[:_LONGEST_SHOWN]}…" for name in names[:_SHOWN]]
    return f"{', '.join(shown)}{', …' if len(names) > _SHOWN else ''}"
