"""An organization's models by release, as the figure on its page draws them."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from arena.catalog.models import ImageModel, Modality, Organization
from arena.errors import NotFound
from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.page_tables.naming_rows import Row
from leaderboard.api.reading import LedgerField, ModalityField, PageQuery
from leaderboard.presentation.contenders.models_over_time import tell_models_over_time
from leaderboard.queries.comparing.verdicts import read_opinion
from leaderboard.queries.model_pages.release_dates import read_release_dates
from leaderboard.queries.slices import default_ledger, find_ledger
from leaderboard.queries.standings import read_board


class ReleasesQuery(PageQuery):
    """Whose models are listed, and on which overall board they are rated."""

    organization = serializers.SlugField(max_length=80, help_text="The organization's slug.")
    ledger = LedgerField()
    modality = ModalityField(required=False)
    search = SearchField()
    sort = SortField(["released", "elo"])


class ReleaseSerializer(serializers.Serializer[Any]):
    """A rated model whose release a source tells, and the best of all models that were released by then."""

    released = serializers.DateField(help_text="Its day; of a month alone, a day in its middle.")
    is_month = serializers.BooleanField(help_text="Whether only the month is known.")
    model_slug = serializers.CharField(help_text="The model's slug.")
    model_name = serializers.CharField(help_text="The model's name.")
    elo = serializers.FloatField(help_text="Elo points of its best contender.")
    elo_low = serializers.FloatField(allow_null=True, help_text="Lower end of the 95 % interval, Elo points.")
    elo_high = serializers.FloatField(allow_null=True, help_text="Upper end of the 95 % interval, Elo points.")
    best_model_name = serializers.CharField(
        allow_null=True, help_text="Whose established contender was the best of those released by then."
    )
    best_elo = serializers.FloatField(allow_null=True, help_text="Its Elo points.")


class ReleasesView(ListView):
    """List an organization's rated models by their release, beside the best of all by then."""

    name = "releases"
    query = ReleasesQuery
    item = ReleaseSerializer
    searched = ("model_slug", "model_name")
    sorts: ClassVar = {name: name for name in ("released", "elo")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them, the oldest first. Raises NotFound for an unknown organization or ledger."""
        if not Organization.objects.filter(slug=query["organization"]).exists():
            raise NotFound(_("There is no organization “{slug}”.").format(slug=query["organization"]))
        modality = query.get("modality") or Modality.TEXT_TO_IMAGE
        board = read_board(ledger=find_ledger(query.get("ledger") or default_ledger(modality)).slug, modality=modality)
        models = ImageModel.objects.filter(organization__slug=query["organization"])
        found = tell_models_over_time(board, read_opinion(board), models, read_release_dates())
        return [
            {
                "released": one.released.day,
                "is_month": one.released.is_month,
                "model_slug": one.row.model_slug,
                "model_name": one.row.model_name,
                **{name: getattr(one.row.line, name) for name in ("elo", "elo_low", "elo_high")},
                "best_model_name": one.best.model_name if one.best else None,
                "best_elo": one.best.line.elo if one.best else None,
            }
            for one in found.models
        ]
