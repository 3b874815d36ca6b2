"""A board's audit as tables: decided gaps, who is among the first, what predictions came to, replays, both errors."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from arena.errors import NotFound
from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.opening_boards import BoardAtQuery, question_of
from leaderboard.api.page_tables.naming_rows import Row
from leaderboard.api.reading import PageQuery
from leaderboard.presentation.auditing.error_lines import list_errors
from leaderboard.presentation.auditing.sureness import name_contenders
from leaderboard.queries.audits import read_audit
from leaderboard.queries.standings import read_board

# To be among the first 1, 2, … 10.
_MOST_PLACES = 10
_ERRORS = ("pooled", "clustered", "ratio", "between_voters", "between_prompts")


class AuditTableQuery(BoardAtQuery, PageQuery):
    """Of which board."""

    search = SearchField()


def read_facts(query: Row) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """Return what the audit of the board found, and the names of its contenders. Raises NotFound without an audit."""
    board = read_board(**question_of(query))
    audit = read_audit(board, with_model=False)
    if audit is None:
        raise NotFound(_("There is no audit of this board yet. They are made in the background within minutes."))
    return audit.facts, name_contenders(board.rows)


class NeighboursQuery(AuditTableQuery):
    """Of which board."""

    sort = SortField(["gap"])


class NeighbourSerializer(serializers.Serializer[Any]):
    """A contender and the next one below it by Elo."""

    leader = serializers.CharField()
    leader_name = serializers.CharField(help_text="Its name.")
    other = serializers.CharField()
    other_name = serializers.CharField(help_text="Its name.")
    gap = serializers.FloatField(help_text="Elo points between the two.")
    half_width = serializers.FloatField(
        allow_null=True, help_text="Half the width of the band that holds at every look, Elo points."
    )
    decided = serializers.BooleanField()
    more_votes = serializers.IntegerField(
        allow_null=True, help_text="Further rated votes on the whole board that would decide it; null: decided, or far."
    )
    flip_votes = serializers.IntegerField(
        allow_null=True, help_text="So few votes left out turn the two; null: not searched, or none found."
    )
    flip_voters = serializers.IntegerField(allow_null=True, help_text="So few voters left out turn the two.")
    flip_prompts = serializers.IntegerField(allow_null=True, help_text="So few prompts left out turn the two.")
    win = serializers.FloatField(help_text="Chance that a next vote prefers the leader.")
    tie = serializers.FloatField()
    loss = serializers.FloatField()


class NeighboursView(ListView):
    """List each contender of a board with the next one below it: whether the gap is decided, and what turns it."""

    name = "neighbours"
    query = NeighboursQuery
    item = NeighbourSerializer
    searched = ("leader", "leader_name", "other", "other_name")
    sorts: ClassVar = {"gap": "gap"}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them by falling Elo. Raises NotFound without an audit."""
        facts, names = read_facts(query)
        return [
            {
                **{name: pair["decision"][name] for name in ("leader", "other", "gap", "half_width", "decided")},
                "more_votes": pair["decision"]["more_votes"],
                "leader_name": names.get(pair["decision"]["leader"], pair["decision"]["leader"]),
                "other_name": names.get(pair["decision"]["other"], pair["decision"]["other"]),
                **{f"flip_{unit}s": None for unit in ("vote", "voter", "prompt")},
                **{f"flip_{flip['unit']}s": flip["count"] for flip in pair["flips"]},
                **{name: pair[name] for name in ("win", "tie", "loss")},
            }
            for pair in facts["pairs"]
        ]


class PlacesQuery(AuditTableQuery):
    """Of which board."""

    sort = SortField(["contender_name"])


class PlacesSerializer(serializers.Serializer[Any]):
    """How likely a contender is to be among the first so many; null beyond the number of contenders."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """One column for each number of places."""
        within = {
            f"first_{count}": serializers.FloatField(
                allow_null=True, help_text=f"Chance of being among the first {count}, 0 to 1."
            )
            for count in range(1, _MOST_PLACES + 1)
        }
        return super().get_fields() | within


class PlacesView(ListView):
    """List how likely each contender of a board is to be among the first 1, 2, … 10, from the strongest down."""

    name = "places"
    query = PlacesQuery
    item = PlacesSerializer
    searched = ("contender_slug", "contender_name")
    sorts: ClassVar = {"contender_name": "contender_name"}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them. Raises NotFound without an audit."""
        facts, names = read_facts(query)
        empty: Row = {f"first_{count}": None for count in range(1, _MOST_PLACES + 1)}
        return [
            {
                "contender_slug": line["contender"],
                "contender_name": names.get(line["contender"], line["contender"]),
                **empty,
                **{f"first_{at}": chance for at, chance in enumerate(line["within"][:_MOST_PLACES], 1)},
            }
            for line in facts.get("places", ())
        ]


class CalibrationQuery(AuditTableQuery):
    """Of which board."""

    sort = SortField(["predicted", "votes"])


class BinSerializer(serializers.Serializer[Any]):
    """Votes of people who were left out of the rating, by the chance that was predicted for the left image."""

    predicted = serializers.FloatField(help_text="Mean predicted share of wins of the left image.")
    observed = serializers.FloatField(help_text="Share that it won.")
    votes = serializers.IntegerField(help_text="Votes predicted so.")


class CalibrationView(ListView):
    """List how predicted chances came true, from the least to the greatest."""

    name = "calibration"
    query = CalibrationQuery
    item = BinSerializer
    searched = ("votes",)
    sorts: ClassVar = {name: name for name in ("predicted", "votes")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them; nothing where too few voters could be held out. Raises NotFound without an audit."""
        found = read_facts(query)[0]["calibration"]
        return (
            [{name: each[name] for name in ("predicted", "observed", "votes")} for each in found["bins"]]
            if found
            else []
        )


class ReplaysQuery(AuditTableQuery):
    """Of which board."""

    sort = SortField(["contender_name", "at_once"])


class ReplaySerializer(serializers.Serializer[Any]):
    """A contender's TrueSkill μ − 3σ from all votes at once, and vote by vote in several orders of the same votes."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    at_once = serializers.FloatField(help_text="As published, from all votes at once, in TrueSkill points.")
    in_order = serializers.FloatField(help_text="Vote by vote in ledger order.")
    lowest = serializers.FloatField(help_text="The lowest of random orders.")
    highest = serializers.FloatField(help_text="The highest of random orders.")
    sd = serializers.FloatField(help_text="Standard deviation over random orders.")


class ReplaysView(ListView):
    """List how much TrueSkill, computed vote by vote, depends on the order of a board's votes."""

    name = "replays"
    query = ReplaysQuery
    item = ReplaySerializer
    searched = ("contender_slug", "contender_name")
    sorts: ClassVar = {name: name for name in ("contender_name", "at_once")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them; nothing where it was not measured. Raises NotFound without an audit."""
        facts, names = read_facts(query)
        lines = facts["replays"]["lines"] if facts["replays"] else ()
        return [
            {
                "contender_slug": line["contender"],
                "contender_name": names.get(line["contender"], line["contender"]),
                **{name: line[name] for name in ("at_once", "in_order", "lowest", "highest", "sd")},
            }
            for line in lines
        ]


class ErrorsQuery(AuditTableQuery):
    """Of which board."""

    sort = SortField(["contender_name", "pooled", "clustered"])


class ErrorLineSerializer(serializers.Serializer[Any]):
    """Half of a contender's 95 % interval in Elo points two ways, and how far its strength differs."""

    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    pooled = serializers.FloatField(help_text="As published, with spreads estimated for the whole board, Elo points.")
    clustered = serializers.FloatField(
        allow_null=True, help_text="As a check, from its own voters and prompts alone, Elo points."
    )
    ratio = serializers.FloatField(allow_null=True, help_text="The first over the second.")
    between_voters = serializers.FloatField(
        allow_null=True, help_text="How far its strength differs between voters, Elo points (standard deviation)."
    )
    between_prompts = serializers.FloatField(
        allow_null=True, help_text="How far its strength differs between prompts, Elo points (standard deviation)."
    )


class ErrorsView(ListView):
    """List the errors of a board's contenders: pooled over the board as published, and from their own votes alone."""

    name = "errors"
    query = ErrorsQuery
    item = ErrorLineSerializer
    searched = ("contender_slug", "contender_name")
    sorts: ClassVar = {name: name for name in ("contender_name", "pooled", "clustered")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them; none where no contender has an interval. Raises NotFound without an audit."""
        found = list_errors(*read_facts(query))
        return [
            {"contender_slug": line.slug, "contender_name": line.name} | {name: getattr(line, name) for name in _ERRORS}
            for line in (found.lines if found else ())
        ]
