"""Staff upload the pictures of an editing prompt in the admin, together with the prompt."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from arena.catalog.models import Prompt
from tests.factories import make_category, make_editing_prompt, make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]


def upload(colour: str = "red", *, size: tuple[int, int] = (80, 64)) -> SimpleUploadedFile:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, "PNG")
    return SimpleUploadedFile(f"{colour}.png", file.getvalue())


def save(client: Client, prompt: Prompt, *rows: dict[str, Any], **changes: Any) -> list[str]:
    """Send the prompt's page with these rows of pictures; return what is wrong with them, nothing if it was saved."""
    path = f"/admin/catalog/prompt/{prompt.pk}/change/"
    form = client.get(path).context["adminform"].form
    sent = {name: "" if form[name].value() is None else form[name].value() for name in form.fields} | changes
    stored = prompt.source_images.count()
    sent |= {"source_images-TOTAL_FORMS": len(rows), "source_images-INITIAL_FORMS": stored}
    for number, row in enumerate(rows):
        values = {"role": "source", "licence": "CC0-1.0", "origin": "", "prompt": prompt.pk} | row
        sent |= {f"source_images-{number}-{name}": value for name, value in values.items()}
    answer = client.post(path, sent)
    if answer.status_code == 302:
        return []
    formset = answer.context["inline_admin_formsets"][0].formset
    return [*formset.non_form_errors(), *(str(error) for errors in formset.errors for error in errors.values())]


def draft() -> Prompt:
    return make_editing_prompt(sources=0, state="draft")


def stored(prompt: Prompt) -> list[tuple[str, int, str, str]]:
    rows = prompt.source_images.order_by("-role", "position")
    return list(rows.values_list("role", "position", "licence", "origin"))


def test_uploaded_pictures_are_stored_with_licence_and_origin(admin_client: Client) -> None:
    prompt = draft()
    rows = [
        {"picture": upload(), "origin": "My camera"},
        {"picture": upload("blue"), "licence": "CC-BY-4.0"},
        {"picture": upload("white"), "role": "mask"},
    ]
    assert save(admin_client, prompt, *rows) == []
    assert stored(prompt) == [
        ("source", 0, "CC0-1.0", "My camera"), ("source", 1, "CC-BY-4.0", ""), ("mask", 0, "CC0-1.0", ""),
    ]  # fmt: skip
    page = admin_client.get(f"/admin/catalog/prompt/{prompt.pk}/change/").content.decode()
    assert f"/sources/{prompt.source_images.get(position=1).sha256}/" in page


def test_stored_pictures_are_kept_relabelled_exchanged_and_deleted(admin_client: Client) -> None:
    prompt = make_editing_prompt(sources=2, state="draft")
    first, second = prompt.source_images.order_by("position")
    assert save(admin_client, prompt, {"id": first.pk, "origin": "Found"}, {"id": second.pk}) == []
    assert [row[3] for row in stored(prompt)] == ["Found", ""]
    first, second = prompt.source_images.order_by("position")
    assert save(admin_client, prompt, {"id": first.pk, "DELETE": "on"}, {"id": second.pk}) == []
    only = prompt.source_images.get()
    assert (only.position, only.sha256) == (0, second.sha256)
    assert save(admin_client, prompt, {"id": only.pk, "picture": upload("navy")}) == []
    assert prompt.source_images.get().sha256 != second.sha256


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([{"picture": SimpleUploadedFile("a.png", b"no picture")}], "The file "),
        ([{"origin": "nowhere"}], "Choose a file"),
        ([{"picture": upload("white"), "role": "mask"}], "no source picture that it is for"),
        ([{"picture": upload()}, {"picture": upload("white", size=(64, 64)), "role": "mask"}], "The mask is 64 × 64"),
        ([{"picture": upload()}, *({"picture": upload("white"), "role": "mask"} for _ in "12")], "one mask at most"),
        ([{"picture": upload()} for _ in "12345"], "at most 4"),
    ],
    ids=range(6),
)
def test_upload_that_cannot_be_is_refused_on_the_page(
    admin_client: Client, rows: list[dict[str, Any]], reason: str
) -> None:
    for row in rows:
        if "picture" in row:
            row["picture"].seek(0)
    prompt = draft()
    assert reason in " ".join(save(admin_client, prompt, *rows))
    assert not prompt.source_images.exists()


def test_prompt_in_play_keeps_a_source_and_text_prompts_get_none(admin_client: Client) -> None:
    prompt = make_editing_prompt()
    row = {"id": prompt.source_images.get().pk, "DELETE": "on"}
    assert "needs a source picture" in " ".join(save(admin_client, prompt, row))
    text = make_prompt(category=make_category(), state="draft")
    assert "text-to-image category" in " ".join(save(admin_client, text, {"picture": upload()}))


def test_frozen_prompt_shows_its_pictures_and_takes_no_others(admin_client: Client) -> None:
    prompt = make_editing_prompt()
    Prompt.objects.filter(pk=prompt.pk).update(frozen_at=timezone.now())
    before = stored(prompt)
    path = f"/admin/catalog/prompt/{prompt.pk}/change/"
    assert 'type="file"' not in admin_client.get(path).content.decode()
    save(admin_client, prompt, {"id": prompt.source_images.get().pk, "picture": upload("navy")}, title="Better")
    prompt.refresh_from_db()
    assert stored(prompt) == before
