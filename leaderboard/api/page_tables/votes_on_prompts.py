"""How people voted on open prompts: each contender's result, and how they split on each pair."""

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from rest_framework import serializers

from arena.catalog.models import Contender, Prompt
from arena.errors import NotFound
from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.page_tables.naming_rows import ModelField, Row, find_model, modalities_of
from leaderboard.api.reading import LedgerField, ModalityField, PageQuery
from leaderboard.queries.competitions.galleries import pictures_of_model
from leaderboard.queries.competitions.prompt_results import EntryCount, count_results
from leaderboard.queries.competitions.results_on_prompts import list_all_entries
from leaderboard.queries.competitions.shown_prompts import shown_prompts
from leaderboard.queries.slices import default_ledger

_COUNTS = ("wins", "ties", "losses", "both_bad", "votes")


class PromptField(serializers.CharField):
    """An open prompt."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=200, **{"help_text": "An open prompt, by its slug."} | options)


class ResultsQuery(PageQuery):
    """Of which prompt, or of which model, the results are."""

    prompt = PromptField(required=False, help_text="An open prompt, by its slug. Either it or a model is named.")
    model = ModelField(required=False)
    category = serializers.SlugField(max_length=80, required=False, help_text="With a model: only in this category.")
    modality = ModalityField(required=False, help_text="With a model: only prompts of this modality.")
    ledger = LedgerField()
    search = SearchField()
    sort = SortField(["share", "votes", "contender_name"])

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse what names neither or both."""
        if ("prompt" in attrs) == ("model" in attrs):
            raise serializers.ValidationError({"prompt": [_("Name a prompt or a model, one of the two.")]})
        return attrs


class ResultSerializer(serializers.Serializer[Any]):
    """A contender's result on one prompt; share and place are null without rated votes."""

    prompt = serializers.CharField(help_text="The prompt's slug.")
    prompt_title = serializers.CharField(help_text="The prompt's title.")
    category = serializers.CharField()
    contender_slug = serializers.CharField()
    contender_name = serializers.CharField()
    place = serializers.IntegerField(allow_null=True, help_text="Place by the share, 1 the best.")
    entrants = serializers.IntegerField(help_text="Contenders that have a share there.")
    share = serializers.FloatField(allow_null=True)
    wins = serializers.IntegerField()
    ties = serializers.IntegerField()
    losses = serializers.IntegerField()
    both_bad = serializers.IntegerField()
    votes = serializers.IntegerField(help_text="Votes on it there.")


class ResultsView(ListView):
    """List the results of contenders on an open prompt, best first, or a model's results on all open prompts."""

    name = "results"
    query = ResultsQuery
    item = ResultSerializer
    searched = ("prompt", "prompt_title", "contender_slug", "contender_name")
    sorts: ClassVar = {name: name for name in ("share", "votes", "contender_name")}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them in the page's order. Raises NotFound for a prompt that is not open, or an unknown model."""
        return list_of_prompt(query) if "prompt" in query else list_of_model(query)


def list_of_prompt(query: Row) -> list[Row]:
    """Every contender's result on one prompt."""
    prompt = find_open(query["prompt"])
    result = count_results(prompt=prompt, ledger=query.get("ledger") or default_ledger(prompt.category.modality))
    names = dict(Contender.objects.filter(slug__in=result.entries).values_list("slug", "name"))
    shares = [one.share for one in result.best_first if one.share is not None]
    return [
        _tell(prompt, one.contender, names.get(one.contender, one.contender), one, shares) for one in result.best_first
    ]


def list_of_model(query: Row) -> list[Row]:
    """One model's results on every prompt of which it has a public picture."""
    model = find_model(query["model"])
    pictures = pictures_of_model(model).filter(prompt__category__modality__in=modalities_of(query))
    if "category" in query:
        pictures = pictures.filter(prompt__category__slug=query["category"])
    entries = list_all_entries(pictures, {}, ledger=query.get("ledger") or default_ledger(query.get("modality", "")))
    return [
        _tell(each.prompt, each.contender.slug, each.contender.name, each.count, [])
        | {"place": each.place, "entrants": each.entrants}
        for each in entries
    ]


def find_open(slug: str) -> Prompt:
    """Return an open prompt. Raises NotFound, also for one in play: its results would tell whose pictures are whose."""
    found = shown_prompts().filter(slug=slug, state=Prompt.State.OPEN).first()
    if found is None:
        raise NotFound(_("There is no open prompt “{slug}”.").format(slug=slug))
    return found


def _tell(prompt: Prompt, slug: str, name: str, count: EntryCount | None, shares: list[float]) -> Row:
    share = count.share if count else None
    return {
        "prompt": prompt.slug,
        "prompt_title": prompt.title,
        "category": prompt.category.slug,
        "contender_slug": slug,
        "contender_name": name,
        "place": None if share is None else 1 + sum(other > share for other in shares),
        "entrants": len(shares),
        "share": share,
        **{each: getattr(count, each) if count else 0 for each in _COUNTS},
    }


class SplitsQuery(PageQuery):
    """On which prompt."""

    prompt = PromptField()
    ledger = LedgerField()
    search = SearchField()
    sort = SortField(["votes"])


class SplitSerializer(serializers.Serializer[Any]):
    """How voters split on two contenders' images of a prompt."""

    first_slug = serializers.CharField(help_text="Slug of the one of the two that comes first in the alphabet.")
    first_name = serializers.CharField(help_text="Its name.")
    second_slug = serializers.CharField(help_text="Slug of the other.")
    second_name = serializers.CharField(help_text="Its name.")
    first_wins = serializers.IntegerField(help_text="Votes for the first.")
    ties = serializers.IntegerField()
    second_wins = serializers.IntegerField(help_text="Votes for the second.")
    both_bad = serializers.IntegerField()
    votes = serializers.IntegerField(help_text="Votes on the two there.")


class SplitsView(ListView):
    """List who beat whom on an open prompt: how voters split on each pair, most votes first."""

    name = "splits"
    query = SplitsQuery
    item = SplitSerializer
    searched = ("first_slug", "first_name", "second_slug", "second_name")
    sorts: ClassVar = {"votes": "votes"}

    def rows(self, query: dict[str, Any]) -> list[Row]:
        """Return them. Raises NotFound for a prompt that is not open."""
        prompt = find_open(query["prompt"])
        result = count_results(prompt=prompt, ledger=query.get("ledger") or default_ledger(prompt.category.modality))
        names = dict(Contender.objects.filter(slug__in=result.entries).values_list("slug", "name"))
        return [
            {
                "first_slug": pair.first,
                "first_name": names.get(pair.first, pair.first),
                "second_slug": pair.second,
                "second_name": names.get(pair.second, pair.second),
                **{name: getattr(pair, name) for name in ("first_wins", "ties", "second_wins", "both_bad", "votes")},
            }
            for pair in result.pairs
        ]
