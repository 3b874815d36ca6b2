"""What the lists of tables of pages share: the model or prompt that is asked for, and a line's figures as columns."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers

from arena.catalog.models import ImageModel, Modality
from arena.errors import NotFound
from leaderboard.api.lists import SearchField
from leaderboard.api.reading import PageQuery
from leaderboard.models import Standing
from leaderboard.queries.model_pages.everything_known import load_models
from leaderboard.ratings.results import Line

Row = dict[str, Any]
LINE = ("level", "rank_low", "rank_high", "elo", "elo_low", "elo_high", "votes")
NAMED = ("contender_slug", "contender_name")


class ModelField(serializers.SlugField):
    """A model's slug."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=80, **{"help_text": "The model's slug."} | options)


class OfModelQuery(PageQuery):
    """Of which model the rows are."""

    model = ModelField()
    search = SearchField()


class LineSerializer(serializers.Serializer[Any]):
    """A contender's line on a board; rank and ratings are null where it has too few votes there."""

    level = serializers.ChoiceField(choices=Standing.Level.values, allow_null=True)
    rank_low = serializers.IntegerField(allow_null=True, help_text="Best rank that the votes leave open.")
    rank_high = serializers.IntegerField(allow_null=True, help_text="Worst rank that the votes leave open.")
    elo = serializers.FloatField(allow_null=True, help_text="Elo points.")
    elo_low = serializers.FloatField(allow_null=True, help_text="Lower end of the 95 % interval, Elo points.")
    elo_high = serializers.FloatField(allow_null=True, help_text="Upper end of the 95 % interval, Elo points.")
    votes = serializers.IntegerField(help_text="Votes on it, each counted once.")


def tell_line(line: Line | None, names: Sequence[str] = LINE) -> Row:
    """Return figures of a line by column; without a line, 0 votes and nothing else."""
    return {name: getattr(line, name) if line else (0 if name == "votes" else None) for name in names}


def find_model(slug: str) -> ImageModel:
    """Return a model with everything known of it. Raises NotFound."""
    found = load_models().filter(slug=slug).first()
    if found is None:
        raise NotFound(_("There is no model “{slug}”.").format(slug=slug))
    return found


def modalities_of(query: Row) -> Sequence[str]:
    """Return the modality that is asked for, or all."""
    return [query["modality"]] if "modality" in query else Modality.values
