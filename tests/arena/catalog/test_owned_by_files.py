"""Fields that a catalogue file sets are read-only in the admin, so that no load undoes what staff have saved."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from arena.catalog.curation import supersede_prompt
from arena.catalog.loading.load import load_catalogue
from arena.catalog.models import Category, Contender, ImageModel, Offering, Organization, Prompt, Provider
from tests.arena.catalog.folders import Edit, everything
from tests.factories import make_category, make_image_model, make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files", "built_in", "folder")]

OWNED: list[tuple[type[Model], dict[str, str], dict[str, Any]]] = [
    (Organization, {"slug": "atelier"}, {}),
    (Provider, {"slug": "atelier-api"}, {}),
    (Category, {"slug": "tapestries"}, {"state": "draft", "weight": 3, "reasons": ["looks", "text"], "gold": True}),
    (ImageModel, {"slug": "weaver"}, {}),
    (Offering, {"image_model__slug": "weaver"}, {}),
    (Contender, {"slug": "weaver-fine"}, {"retired_on": "2026-12-01", "retired_because": "It is slow."}),
    (Prompt, {"slug": "unicorn-in-wool"}, {"note": "ours", "axes": []}),
]


def test_admin_of_what_a_file_owns_takes_only_what_no_load_undoes(admin_client: Client) -> None:
    load_catalogue()
    for model, key, ours in OWNED:
        row = model._default_manager.get(**key)
        path = f"/admin/catalog/{model._meta.model_name}/{row.pk}/"
        page = admin_client.get(f"{path}change/")
        assert set(page.context["adminform"].form.fields) == set(ours), model
        assert "which the setting CATALOG_DIR names" in page.content.decode()
        formsets = page.context["inline_admin_formsets"]
        assert not any(inline.has_add_permission or inline.has_change_permission for inline in formsets), model
        sent = {"name": "Other", "slug": "other", "model_id": "other", "title": "Other", "position": "1", **ours}
        empty = {f"{inline.formset.prefix}-{part}_FORMS": "0" for inline in formsets for part in ("TOTAL", "INITIAL")}
        assert admin_client.post(f"{path}change/", sent | empty).status_code == 302
        assert admin_client.get(f"{path}delete/").status_code == 403
    before = everything()
    assert load_catalogue().changes == 0
    assert everything() == before
    tapestries = Category.objects.get(slug="tapestries")
    assert (tapestries.state, tapestries.reasons) == ("draft", ["looks", "text"])
    contender = Contender.objects.get(slug="weaver-fine")
    assert (contender.retired_on, contender.retired_because) == (date(2026, 12, 1), "It is slow.")
    assert Prompt.objects.get(note="ours").slug == "unicorn-in-wool"


def test_admin_of_what_staff_made_stays_theirs(admin_client: Client) -> None:
    load_catalogue()
    model = make_image_model()
    for row in (model, make_category(), make_prompt()):
        path = f"/admin/catalog/{row._meta.model_name}/{row.pk}/"
        fields = set(admin_client.get(f"{path}change/").context["adminform"].form.fields)
        assert {"slug"} < fields
        assert admin_client.get(f"{path}delete/").status_code == 200
    choices: Any = admin_client.get("/admin/catalog/offering/add/").context["adminform"].form.fields["image_model"]
    assert list(choices.queryset) == [model]


def test_load_without_the_entry_hands_the_row_over(edit: Edit, folder: Path) -> None:
    load_catalogue()
    assert Prompt.objects.get(slug="harvest-in-wool").from_file
    edit("prompts/wool.toml", "harvest-in-wool", "harvest-in-silk")
    load_catalogue()
    assert not Prompt.objects.get(slug="harvest-in-wool").from_file
    assert Prompt.objects.get(slug="harvest-in-silk").from_file


def test_successor_of_a_files_prompt_is_editable() -> None:
    load_catalogue()
    assert not supersede_prompt(prompt=Prompt.objects.get(slug="unicorn-in-wool")).from_file
