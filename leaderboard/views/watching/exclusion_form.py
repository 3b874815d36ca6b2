"""The form that chooses votes to exclude."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from arena.voting.excluding.entry_filter import EntryFilter, last_control
from arena.voting.models import Tier


class Words(forms.Textarea):
    """A text of names; a list of voters sends one for each that is marked."""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> str:
        """Return all that were sent, separated by spaces."""
        sent = data.getlist(name) if isinstance(data, QueryDict) else [data.get(name, "")]
        return " ".join(sent)


class WordsField(forms.CharField):
    """Names separated by white space or commas."""

    def to_python(self, value: Any) -> Any:
        """Return them as a tuple."""
        return tuple((super().to_python(value) or "").replace(",", " ").split())


class Mark(forms.CheckboxInput):
    """A box that sends the last position of the ledger of controls as it was when the page was made."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """Add the position."""
        context = super().get_context(name, value, attrs)
        if not context["widget"]["attrs"].get("checked"):
            context["widget"]["value"] = last_control()
        return context

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Any:
        """Return the position that was sent."""
        return data.get(name)


def _day(label: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.DateField(required=False, label=label, widget=widget, input_formats=["%Y-%m-%d"])


class ExclusionForm(forms.Form):
    """A filter over the ledger's columns, as `EntryFilter` has it; `as_filter` once it is valid."""

    voters = WordsField(
        required=False,
        label=_("Voters"),
        help_text=_("Pseudonyms, as in the ledger."),
        widget=Words(attrs={"rows": 3, "spellcheck": "false"}),
    )
    networks = WordsField(
        required=False,
        label=_("Networks"),
        help_text=_("Labels, as in the ledger. A network has another label each day."),
        widget=Words(attrs={"rows": 2, "spellcheck": "false"}),
    )
    contenders = WordsField(
        required=False, label=_("Contenders"), help_text=_("Slugs; votes in which one of them stands on either side.")
    )
    tiers = forms.MultipleChoiceField(
        required=False, label=_("Tiers"), choices=Tier.choices, widget=forms.CheckboxSelectMultiple
    )
    since = _day(_("First day of the votes"))
    until = _day(_("Last day of the votes"))
    new_since = _day(_("Only voters whose first vote was on or after"))
    doubted = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=2**62,
        label=_("Only voters who are doubted"),
        help_text=_("Their answers to gold pairs are those of somebody who does not look."),
        widget=Mark,
    )

    def clean_doubted(self) -> int | None:
        """Return the position; the last one instead of one that is yet to come, of which nobody has seen a preview."""
        position: int | None = self.cleaned_data["doubted"]
        return None if position is None else min(position, last_control())

    def as_filter(self) -> EntryFilter:
        """Return what was chosen."""
        stated = self.cleaned_data
        names: dict[str, Any] = {name: tuple(stated[name]) for name in ("voters", "networks", "contenders", "tiers")}
        numbers = {name: stated[name] for name in ("since", "until", "new_since", "doubted")}
        return EntryFilter(**names, **numbers)
