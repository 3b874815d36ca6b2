"""What prompts test: from files, from an imported set, and as staff choose, who have the last word."""

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from arena.catalog.curation import supersede_prompt
from arena.catalog.loading.load import load_catalogue
from arena.catalog.loading.tables import BadCatalogue
from arena.catalog.models import Axis, Claim, LogLine, Prompt
from arena.catalog.prompt_sets.prompt_files import read_prompts
from arena.catalog.prompt_sets.prompt_import import import_prompts
from arena.catalog.prompt_sets.prompt_plan import Defaults
from arena.catalog.prompt_sets.prompt_rows import BadPromptFile, Choices
from tests.arena.catalog.folders import Edit
from tests.factories import make_axis, make_image_model, make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]
TAGGED = 'title = "Unicorn in Wool"\naxes = ["style-adherence", "multi-subject"]'


def axes_of(slug: str) -> list[str]:
    return list(Prompt.objects.get(slug=slug).axes.values_list("slug", flat=True))


@pytest.mark.usefixtures("loaded")
def test_axes_of_files_stay_as_staff_change_them_and_the_log_says_so(edit: Edit, admin_client: Client) -> None:
    edit("prompts/wool.toml", 'title = "Unicorn in Wool"', TAGGED)
    load_catalogue()
    assert axes_of("unicorn-in-wool") == ["style-adherence", "multi-subject"]
    assert Axis.objects.count() == 9
    assert not LogLine.objects.filter(kind="axes").exists()

    prompt = Prompt.objects.get(slug="unicorn-in-wool")
    Prompt.objects.filter(pk=prompt.pk).update(frozen_at=timezone.now())
    page = f"/admin/catalog/prompt/{prompt.pk}/change/"
    chosen = Axis.objects.get(slug="fine-detail")
    empty = {f"source_images-{part}_FORMS": "0" for part in ("TOTAL", "INITIAL")}
    assert admin_client.post(page, {"note": "", "axes": [chosen.pk], **empty}).status_code == 302
    assert axes_of("unicorn-in-wool") == ["fine-detail"]
    line = LogLine.objects.get(kind="axes")
    assert line.details == {
        "prompt": "unicorn-in-wool",
        "old": ["multi-subject", "style-adherence"],
        "new": ["fine-detail"],
    }
    assert "it now tests fine-detail; before, it tested multi-subject" in admin_client.get("/log/").content.decode()

    shown = {"name": "Detail", "description": "Ours.", "position": "3", "active": ""}
    assert admin_client.post(f"/admin/catalog/axis/{chosen.pk}/change/", shown).status_code == 302
    assert load_catalogue().changes == 0
    chosen.refresh_from_db()
    assert (chosen.name, chosen.active) == ("Detail", False)
    assert axes_of("unicorn-in-wool") == ["fine-detail"]
    assert admin_client.get(f"/admin/catalog/axis/{chosen.pk}/delete/").status_code == 403


@pytest.mark.usefixtures("loaded", "folder")
def test_load_of_other_axes_tags_frozen_prompts_and_is_logged_once(edit: Edit) -> None:
    edit("prompts/wool.toml", 'title = "Unicorn in Wool"', TAGGED)
    load_catalogue()
    Prompt.objects.filter(slug="unicorn-in-wool").update(frozen_at=timezone.now())
    edit("prompts/wool.toml", '"style-adherence", "multi-subject"', '"fine-detail"')
    assert load_catalogue().changes == 1
    assert axes_of("unicorn-in-wool") == ["fine-detail"]
    assert LogLine.objects.get(kind="axes").details == {"prompts": 1}


@pytest.mark.usefixtures("loaded")
@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ('["no-such-axis"]', "prompt[0]: axes: 'no-such-axis' is not in axes.toml; known are photorealism, "),
        ('["fine-detail", "fine-detail"]', "axes: names one twice"),
        ('"fine-detail"', "axes: expected a list of texts"),
    ],
)
def test_load_of_bad_axes_is_refused_by_name(edit: Edit, tags: str, reason: str) -> None:
    edit("prompts/wool.toml", 'title = "Unicorn in Wool"', f'title = "Unicorn in Wool"\naxes = {tags}')
    with pytest.raises(BadCatalogue) as refused:
        load_catalogue()
    assert reason in refused.value.message


@pytest.mark.usefixtures("loaded")
def test_estimates_are_claims_with_an_axis_and_a_value(edit: Edit) -> None:
    estimate = 'kind = "capability"\naxis = "fine-detail"\nvalue = 71'
    edit("models/weaver.toml", 'kind = "strength"', estimate)
    load_catalogue()
    claim = Claim.objects.get(image_model__slug="weaver")
    assert (claim.axis and claim.axis.slug, claim.value) == ("fine-detail", 71)
    mini = Claim.objects.filter(image_model__slug="gpt-image-1-mini").exclude(axis=None).order_by("axis__position")
    assert list(mini.values_list("value", flat=True)) == [65, 60, 58, 35, 65, 58, 52, 60, 55]
    assert load_catalogue().changes == 0

    edit("models/weaver.toml", estimate, 'kind = "strength"\nvalue = 71')
    with pytest.raises(BadCatalogue, match="an axis and a value are given together"):
        load_catalogue()
    with pytest.raises(IntegrityError), transaction.atomic():
        make_image_model().claims.create(
            kind="strength", text="?", source="https://a.test", seen_on="2026-11-01", axis=claim.axis, value=5
        )


def test_import_takes_axes_by_slug_or_name(tmp_path: Path) -> None:
    make_axis("fine-detail", name="Fine detail")
    make_axis("storytelling", name="Storytelling")
    file = tmp_path / "set.csv"
    file.write_text('prompt,axes\nA cat,"fine-detail; Storytelling"\nA dog,\n')
    found = read_prompts(path=file, choices=Choices())
    assert len(import_prompts(found=found, defaults=Defaults()).tagged) == 1
    assert list(Prompt.objects.get(text="A cat").axes.values_list("slug", flat=True)) == ["fine-detail", "storytelling"]
    assert not Prompt.objects.get(text="A dog").axes.exists()

    file.write_text("prompt,axes\nA cow,smell\n")
    with pytest.raises(BadPromptFile, match="line 2: there is no axis 'smell'; known are fine-detail, storytelling"):
        import_prompts(found=read_prompts(path=file, choices=Choices()), defaults=Defaults())


def test_successor_of_a_prompt_tests_the_same() -> None:
    prompt = make_prompt(frozen_at=timezone.now())
    axis = make_axis("fine-detail", prompt)
    assert list(supersede_prompt(prompt=prompt).axes.all()) == [axis]
