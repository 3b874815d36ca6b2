"""Which contender is the best under given wishes, over REST."""

from typing import Any, ClassVar

from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from arena.catalog.models import Modality
from leaderboard.api.lists import send_table, tabulate_rows
from leaderboard.api.opening_boards import wait_while
from leaderboard.api.reading import LanguageField, LedgerField, ModalityField, Query, ReadView, describe
from leaderboard.computing.category_boards import open_category_boards
from leaderboard.presentation.choices.choice_sentences import explain_left_out, state_choice
from leaderboard.presentation.choices.wishes_address import read_weights
from leaderboard.presentation.tables.table_files import Form
from leaderboard.queries.choosing.picks import Choice, LeftOut, Pick, WeighedBoard, choose_contender
from leaderboard.queries.choosing.reader_wishes import LICENCES, MOST_WEIGHT, MUSTS, SIZES, Wishes
from leaderboard.queries.slices import default_ledger


class ChoiceQuery(Query):
    """A reader's wishes; what is left out is no wish."""

    ledger = LedgerField()
    modality = ModalityField(default=Modality.TEXT_TO_IMAGE)
    weights = serializers.CharField(
        max_length=4000,
        required=False,
        help_text=f"How much categories count, 1 to {MOST_WEIGHT}: `food:2,text-rendering:1`. Without it, all alike.",
    )
    language = LanguageField()
    max_price = serializers.DecimalField(
        max_digits=12, decimal_places=6, min_value=0, required=False, help_text="USD for one image, list price."
    )
    max_seconds = serializers.FloatField(
        min_value=0, max_value=1e6, required=False, help_text="Median seconds from call to image, measured here."
    )
    licence = serializers.ChoiceField(
        choices=LICENCES, required=False, help_text="open: the weights can be had. commercial: commercial use allowed."
    )
    musts = serializers.CharField(max_length=100, required=False, help_text=f"Any of {', '.join(MUSTS)}, with commas.")
    size = serializers.ChoiceField(choices=SIZES, required=False, help_text="Pixels of the longer side, at least.")

    def validate_weights(self, value: str) -> dict[str, int]:
        """Return the weights by category."""
        try:
            return read_weights(value)
        except ValueError as error:
            text = _("“{part}” is not a category, a colon and a number from 1 to {most}.")
            raise serializers.ValidationError(text.format(part=error, most=MOST_WEIGHT)) from error

    def validate_musts(self, value: str) -> tuple[str, ...]:
        """Return what a model must be able to do."""
        musts = tuple(filter(None, value.split(",")))
        unknown = [must for must in musts if must not in MUSTS]
        if unknown:
            text = _("“{must}” is none of {musts}.")
            raise serializers.ValidationError(text.format(must=unknown[0], musts=", ".join(MUSTS)))
        return musts


class WeighedBoardSerializer(serializers.Serializer[WeighedBoard]):
    """A category's board, and how much it counts; one without votes does not."""

    category = serializers.CharField(source="slug", help_text="The category's slug; empty: all.")
    title = serializers.CharField(source="board.title", help_text="The board's title.")
    weight = serializers.IntegerField(help_text="How much it counts, compared with the others.")
    snapshot = serializers.IntegerField(
        source="snapshot.pk", default=None, allow_null=True, help_text="The snapshot that was read; null without votes."
    )
    output_hash = serializers.CharField(
        source="snapshot.output_hash",
        default=None,
        allow_null=True,
        help_text="The hash of that snapshot's standings; null without votes.",
    )
    votes = serializers.IntegerField(source="snapshot.votes", default=0, help_text="Votes behind that snapshot.")


class PickSerializer(serializers.Serializer[Pick]):
    """A contender that meets all wishes."""

    contender_slug = serializers.CharField(help_text="The contender; of an imported ledger, the file's label.")
    contender_name = serializers.CharField(help_text="Its name.")
    model_slug = serializers.CharField(help_text="Its model; empty if the catalogue has none.")
    organization_name = serializers.CharField(help_text="Who makes the model.")
    chance = serializers.FloatField(help_text="Chance that no other pick is better, 0 to 1.")
    elo = serializers.FloatField(help_text="Weighted mean of the boards' Elo.")
    elo_low = serializers.FloatField(help_text="Lower end of its comparison interval.")
    elo_high = serializers.FloatField(help_text="Upper end of its comparison interval.")
    behind = serializers.FloatField(help_text="Elo behind the first pick.")
    behind_low = serializers.FloatField(help_text="Lower end of the gap's 95 % interval.")
    behind_high = serializers.FloatField(help_text="Upper end of the gap's 95 % interval.")
    as_good = serializers.BooleanField(help_text="Whether the votes leave open that it is as good as the first pick.")
    price = serializers.FloatField(allow_null=True, help_text="Lowest list price of one image, in USD.")
    price_source = serializers.CharField(help_text="Where the price was read; empty without one.")
    median_seconds = serializers.FloatField(
        source="reliability.median_seconds", allow_null=True, help_text="Median seconds from call to image."
    )
    success_rate = serializers.FloatField(
        source="reliability.success_rate", allow_null=True, help_text="Share of calls that gave an image, 0 to 1."
    )


class LeftOutSerializer(serializers.Serializer[LeftOut]):
    """A contender that does not meet a wish, or of which that is not known."""

    contender_slug = serializers.CharField(help_text="The contender; of an imported ledger, the file's label.")
    contender_name = serializers.CharField(help_text="Its name.")
    unmet = serializers.ListField(child=serializers.CharField(), help_text="Codes of the wishes that it does not meet.")
    lacking = serializers.ListField(child=serializers.CharField(), help_text="Boards that lack votes on it.")
    reasons = serializers.SerializerMethodField(help_text="The same as sentences.")

    def get_reasons(self, left_out: LeftOut) -> list[str]:
        """State why."""
        return explain_left_out(left_out)


class ChoiceSerializer(serializers.Serializer[Choice]):
    """The picks by falling chance of being the best, and what they follow from."""

    ledger = serializers.CharField(source="ledger.slug", help_text="The ledger that was read.")
    sentence = serializers.SerializerMethodField(help_text="The answer in one or two sentences.")
    boards = WeighedBoardSerializer(many=True)
    picks = PickSerializer(many=True)
    left_out = LeftOutSerializer(many=True)

    def get_sentence(self, choice: Choice) -> str:
        """State the answer."""
        return state_choice(choice)


class ChoicesView(ReadView):
    """The best contender for a reader's wishes."""

    @describe(query=ChoiceQuery, answer=ChoiceSerializer, missing=True, operation_id="choose_contender")
    def get(self, request: Request) -> Response:
        """Order the contenders by the chance of being the best under the weights, among those that meet all wishes."""
        choice = _choose(ChoiceQuery.read(request))
        return Response(ChoiceSerializer(choice, context={"request": request}).data)


class ChoicesTableView(ReadView):
    """Read the picks alone: the contenders that meet all wishes, by the chance of being the best."""

    name = "choices"
    query: ClassVar[type[Query]] = ChoiceQuery
    form: ClassVar[Form] = "csv"
    more_answers: ClassVar[dict[Any, Any]] = {}

    def get(self, request: Request) -> HttpResponseBase:
        """Send the rows."""
        query = self.query.read(request)
        table = tabulate_rows(PickSerializer, _choose(query).picks, request)
        return send_table(table, self.form, query, name="choices")


def _choose(query: dict[str, Any]) -> Choice:
    """Choose by a ChoiceQuery; wait for boards that are computed for the first time."""
    wishes = Wishes(
        modality=query["modality"],
        weights=query.get("weights", {}),
        language=query.get("language", ""),
        ledger=query.get("ledger") or default_ledger(query["modality"]),
        max_price=query.get("max_price"),
        max_seconds=query.get("max_seconds"),
        licence=query.get("licence", ""),
        musts=query.get("musts", ()),
        size=query.get("size", 0),
    )
    wait_while(lambda: open_category_boards(wishes), bool)
    return choose_contender(wishes)
