"""The search over REST: the rows of the page, of all kinds in one list."""

from collections.abc import Sequence
from typing import Any, ClassVar

from rest_framework import serializers

from arena.catalog.models import Prompt
from leaderboard.api.lists import ListView, SearchField, SortField
from leaderboard.api.reading import ModalityField, PageQuery
from leaderboard.presentation.searching.excerpts import Part
from leaderboard.presentation.searching.hits import Hit, Hits
from leaderboard.queries.searching.catalogue_search import KINDS, LONGEST, search_catalogue


class SearchQuery(PageQuery):
    """What is looked for."""

    q = serializers.CharField(
        max_length=LONGEST,
        allow_blank=True,
        default="",
        help_text="Words. A row has to hold each, or a word that begins so; accents and case do not matter.",
    )
    kind = serializers.ChoiceField(choices=KINDS, required=False, help_text="Only rows of this kind.")
    modality = ModalityField(required=False)
    search = SearchField(help_text="Only rows found whose slug or title contains each of these words, too.")
    sort = SortField(["kind", "slug", "title"])


class HitSerializer(serializers.Serializer[Hit]):
    """What was found: its kind, and what that kind has; the rest is empty."""

    kind = serializers.ChoiceField(choices=KINDS, help_text="Which list has it, under this slug.")
    slug = serializers.CharField()
    title = serializers.SerializerMethodField(help_text="Its name; of a prompt its title.")
    url = serializers.SerializerMethodField(help_text="Address of its page.")
    excerpt = serializers.SerializerMethodField(
        help_text="Of a prompt's text around the first match, a model's summary, a category's criterion."
    )
    modalities = serializers.ListField(child=serializers.CharField(), help_text="text-to-image, image-editing.")
    organization_name = serializers.CharField(source="organization", help_text="Of a model: who makes it.")
    contenders = serializers.SerializerMethodField(
        help_text="Of a model: the slugs of at most four contenders with a name of their own, matching ones first."
    )
    category_name = serializers.CharField(source="category", help_text="Of a prompt: its category.")
    language = serializers.CharField(help_text="Of a prompt: the code of its language.")
    state = serializers.ChoiceField(
        choices=["", Prompt.State.PLAY, Prompt.State.OPEN], help_text="Of a prompt: in play, or open."
    )

    def get_title(self, hit: Hit) -> str:
        """Return the whole name."""
        return hit.name

    def get_url(self, hit: Hit) -> str:
        """Return the address with this site's name."""
        return str(self.context["request"].build_absolute_uri(hit.url))

    def get_excerpt(self, hit: Hit) -> str:
        """Return the excerpt without marks."""
        return _plain(hit.excerpt)

    def get_contenders(self, hit: Hit) -> list[str]:
        """Return their slugs."""
        return [slug for slug, _name in hit.contenders]


class SearchView(ListView):
    """Find models, organizations, categories and prompts by their words, in this order, the nearest of each first."""

    name = "search"
    query = SearchQuery
    item = HitSerializer
    searched = ("slug", "name")
    sorts: ClassVar = {"kind": "kind", "slug": "slug", "title": "name"}

    def rows(self, query: dict[str, Any]) -> Sequence[Hit]:
        """Return what was found; nothing for no words."""
        kinds = [query["kind"]] if "kind" in query else KINDS
        hits = Hits(search_catalogue(query["q"], kinds=kinds, modality=query.get("modality", "")))
        # To be put in order or looked through, all of them are read, in few queries.
        return hits[:] if "sort" in query or "search" in query else hits


def _plain(parts: Sequence[Part]) -> str:
    return "".join(part.text for part in parts)
