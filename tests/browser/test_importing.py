"""A folder goes from the browser into the arena: sent, planned, one question answered, imported."""

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect
from pytest_django import Settings

from arena.catalog.models import Contender
from arena.fake_provider.server import make_png
from arena.generation.imports.uploads.upload_work import work_on_upload
from arena.generation.models import Image, Upload
from tests.browser.conftest import OpenPage

pytestmark = pytest.mark.browser


def test_folder_is_chosen_planned_and_imported(open_page: OpenPage, settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    media = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path / "media")}}
    settings.STORAGES = settings.STORAGES | {"default": media}
    for name in ("SDXL/a cat.png", "sdxl/a cat.png", "通义万相/a cat.png"):
        path = tmp_path / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(make_png(name))
    (tmp_path / "pictures" / "SDXL" / "Thumbs.db").write_bytes(b"x")
    User.objects.create_superuser("staff", password="x")
    page = open_page("/staff/import/")
    page.get_by_label("Username").fill("staff")
    page.get_by_label("Password").fill("x")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Bring pictures")).to_be_visible()
    page.locator("input[type=file]").set_input_files(tmp_path / "pictures")
    expect(page.get_by_role("heading", name="pictures", exact=True)).to_be_visible()
    expect(page.get_by_text("1 file is ignored")).to_be_visible()
    page.get_by_role("button", name="Import 3 pictures").click()
    expect(page.get_by_text("Answer what is asked")).to_be_visible()
    page.get_by_label("they are different contenders").check()
    page.get_by_role("button", name="Import 3 pictures").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    work_on_upload(Upload.objects.get().pk)
    expect(page.get_by_text("3 images are imported.")).to_be_visible()
    assert Image.objects.count() == 3
    assert set(Contender.objects.values_list("name", flat=True)) == {"SDXL", "sdxl", "通义万相"}
