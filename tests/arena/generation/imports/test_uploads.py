"""A folder comes from a browser: bounded, resumable, for staff only; its plan is a page; a worker imports it."""

import datetime
import io
import json
import math
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client, RequestFactory
from django.utils import timezone
from PIL import Image as PillowImage
from PIL.PngImagePlugin import PngInfo
from pytest_django import Settings

from arena.catalog.models import Contender, Prompt
from arena.errors import Conflict, DomainError
from arena.fake_provider.server import make_png
from arena.generation.imports.uploads import staging
from arena.generation.imports.uploads.staging import receive_file
from arena.generation.imports.uploads.upload_work import read_choices, sweep_uploads, work_on_upload
from arena.generation.models import Image, Run, Upload
from arena.generation.views.imports import receive
from tests.factories import make_prompt

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("plain_static_files")]

PAGE = "/staff/import/"


@pytest.fixture(autouse=True)
def data_folder(settings: Settings, tmp_path: Path) -> Path:
    """A data folder for this test alone."""
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    return tmp_path / "data"


@pytest.fixture
def staff() -> Client:
    """A signed-in member of the staff who may import."""
    client = Client()
    client.force_login(User.objects.create_superuser("staff"))
    return client


def begin(client: Client, files: dict[str, bytes]) -> dict[str, Any]:
    """List files, as a browser does."""
    rows = [[name, len(data), 1] for name, data in files.items()]
    answer = client.post(f"{PAGE}begin/", json.dumps(rows), content_type="application/octet-stream")
    data: dict[str, Any] = answer.json()
    return data


def send(client: Client, files: dict[str, bytes], begun: dict[str, Any]) -> list[int]:
    """Send what is missing; return the statuses."""
    return [send_one(client, begun, number, files[begun["names"][number]]) for number in begun["missing"]]


def send_one(client: Client, begun: dict[str, Any], number: int, data: bytes) -> int:
    address = f"{begun['address']}files/{number}/"
    return client.post(address, data, content_type="application/octet-stream").status_code


def pictures(*names: str) -> dict[str, bytes]:
    return {f"mine/{name}": make_png(name, width=64, height=64) for name in names}


def test_folder_is_sent_planned_corrected_and_imported(staff: Client, data_folder: Path) -> None:
    files = pictures("SDXL/cat.png", "sdxl/dog.png", "other/cat.png", "other/bad.png")
    files |= {"mine/prompts.txt": b"A cat\n", "mine/SDXL/Thumbs.db": b"x", "mine/other/cat.txt": b"A cat in a hat"}
    files["mine/other/bad.png"] = files["mine/other/bad.png"][:200]
    begun = begin(staff, files)
    assert [begun["names"][number] for number in begun["missing"]] == sorted(set(files) - {"mine/SDXL/Thumbs.db"})
    assert set(send(staff, files, begun)) == {204}
    page = staff.get(begun["address"]).content.decode()
    for said in ("SDXL” and “sdxl” differ", "A cat in a hat", "a text file", "other/bad.png", "Thumbs.db", "<h1>mine"):
        assert said in page
    # Neither the open question nor the bad picture lets it be imported.
    staff.post(begun["address"], {"action": "import"})
    assert Upload.objects.get().state == "open"
    answers = {"answer-1": '--map "SDXL=sdxl-large"', "folder": ["other"], "contender": ["Other One"], "skip_bad": "on"}
    staff.post(begun["address"], {"action": "plan", "language": "de", **answers})
    assert "sdxl-large" in staff.get(begun["address"]).content.decode()
    again = {"action": "import", "language": "de", "answer-kept": answers["answer-1"], **answers}
    staff.post(begun["address"], {name: again[name] for name in again if name != "answer-1"})
    upload = Upload.objects.get()
    assert (upload.state, upload.total) == ("queued", 3)
    assert "Waiting for a worker" in staff.get(begun["address"]).content.decode()
    work_on_upload(upload.pk)
    assert staff.get(f"{begun['address']}state/").json() == {"state": "done", "done": 3, "total": 3}
    assert "3 images are imported" in staff.get(begun["address"]).content.decode()
    assert dict(Contender.objects.values_list("slug", "name")) == {
        "sdxl-large": "SDXL", "sdxl": "sdxl", "other-one": "Other One",
    }  # fmt: skip
    assert set(Prompt.objects.values_list("text", "language")) == {("A cat in a hat", "de"), ("Dog", "de")}
    assert Run.objects.get().created_by == User.objects.get()
    assert not list((data_folder / "uploads").iterdir())
    work_on_upload(upload.pk)
    assert Image.objects.count() == 3


def test_page_says_in_the_readers_language_what_is_wrong_and_how_names_are_read(staff: Client) -> None:
    files = pictures("SDXL/cat.png", "sdxl/cat.png", "other/cat.png", "other/cut.png")
    files["mine/other/cut.png"] = files["mine/other/cut.png"][:-300]
    files |= {"mine/other/huge.png": b"", "mine/other/notes.doc": b"x", "mine/other/cat.txt": b"Ein Caf\xe9"}
    rows = [[name, 2**26 if name.endswith("huge.png") else len(data), 1] for name, data in files.items()]
    begun = staff.post(f"{PAGE}begin/", json.dumps(rows), content_type="application/octet-stream").json()
    send(staff, files, begun)
    page = staff.get(begun["address"], headers={"Accept-Language": "de"}).content.decode()
    for said in (
        "Zeilen sind angekommen.", "Die Datei hat 67.108.864 Bytes; höchstens 41.943.040 werden angenommen.",
        "Der Text eines Prompts kann nicht gelesen werden: Zeile 1 ist kein Text in UTF-8 (Byte 7).",
        "Es ist kein Bild.", "„SDXL“ und „sdxl“ unterscheiden sich nur in der Schreibweise.", "der Dateiname",
        "sie sind ein Kandidat, „SDXL“",
    ):  # fmt: skip
        assert said in page
    assert "rows came" not in page
    # The same checks, read by somebody else.
    assert "rows came." in staff.get(begun["address"], headers={"Accept-Language": "en"}).content.decode()


def test_what_stops_an_import_is_said_in_the_language_of_its_page(staff: Client, data_folder: Path) -> None:
    files = pictures("a/cat.png", "b/cat.png")
    begun = begin(staff, files)
    send(staff, files, begun)
    staff.post(begun["address"], {"action": "import"}, headers={"Accept-Language": "de"})
    for name in next((data_folder / "uploads").iterdir()).glob("*[0-9]"):
        name.write_bytes(name.read_bytes()[:-1] + b"x")
    work_on_upload(Upload.objects.get().pk)
    assert Upload.objects.get().message.endswith("Ihre Bytes sind jetzt andere. Importieren Sie noch einmal.")


def test_drafts_that_nobody_votes_on_are_named_beside_the_result(staff: Client) -> None:
    make_prompt(slug="cat", state="draft")
    files = pictures("a/cat.png", "b/cat.png")
    begun = begin(staff, files)
    send(staff, files, begun)
    staff.post(begun["address"], {"action": "import"})
    work_on_upload(Upload.objects.get().pk)
    assert (
        "Nobody votes on 1 prompt yet, because it or its category is a draft: cat."
        in staff.get(begun["address"]).content.decode()
    )


def test_interrupted_upload_goes_on_where_it_stopped(staff: Client) -> None:
    files = pictures("a/cat.png", "b/cat.png")
    first = begin(staff, files)
    assert send_one(staff, first, 0, files["mine/a/cat.png"]) == 204
    assert "Files still to come: 1." in staff.get(first["address"]).content.decode()
    assert "mine" in staff.get(PAGE).content.decode()
    again = begin(staff, files)
    assert (again["address"], again["missing"]) == (first["address"], [1])
    assert send_one(staff, again, 1, b"too short") == 400
    assert send_one(staff, again, 1, files["mine/b/cat.png"] + b"x") == 400
    assert begin(staff, files)["missing"] == [1]
    assert send_one(staff, again, 7, b"x") == 404


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([], "1 to 20,000 files"),
        ([["../../etc/passwd", 1, 1]], "no path below a folder"),
        ([["/etc/passwd", 1, 1]], "no path below a folder"),
        ([["a\x00.png", 1, 1]], "no path below a folder"),
        ([["a.png", 1, 1], ["a.png", 2, 1]], "the same path"),
        ([["a.png", 2**60, 1]], "more than 50 GB"),
        ([["a.png"]], "no list of files"),
        ([["a.png", math.inf, 1]], "no list of files"),
        ([["a.png", 2**60, 1], [5, 1, 1]], "more than 50 GB"),
    ],
)  # fmt: skip
def test_list_that_is_not_accepted_is_refused(staff: Client, rows: list[Any], reason: str) -> None:
    answer = staff.post(f"{PAGE}begin/", json.dumps(rows), content_type="application/octet-stream")
    assert answer.status_code == 400
    assert reason in answer.json()["message"]
    assert not Upload.objects.exists()


def test_full_disk_is_said_before_anything_is_sent(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "RESERVE", 2**60)
    assert "no room" in begin(staff, pictures("a/cat.png"))["message"]


def test_uploads_are_for_staff_who_may_import_and_for_themselves(staff: Client, client: Client) -> None:
    begun = begin(staff, pictures("a/cat.png"))
    assert client.get(PAGE).headers["location"] == f"/accounts/login/?next={PAGE}"
    client.force_login(User.objects.create_user("reader", is_staff=True))
    assert client.get(PAGE).status_code == 302
    assert begin(client, pictures("a/cat.png"))["code"] == "forbidden"
    assert send_one(client, begun, 0, b"x") == 403
    client.force_login(User.objects.create_superuser("other"))
    assert client.get(begun["address"]).status_code == 404
    assert client.get(f"{PAGE}{uuid.uuid4()}/").status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(User.objects.get(username="other"))
    assert strict.post(f"{PAGE}begin/", "[]", content_type="application/octet-stream").status_code == 403


def test_answers_that_are_none_are_refused(staff: Client) -> None:
    begun = begin(staff, pictures("a/cat.png"))
    refused = {"answer-1": '--map "x'}, {"layout": "sideways"}, {"language": "?"}, {"folder": "\0", "contender": "a"}
    for posted in refused:
        page = staff.post(begun["address"], {"action": "plan", **posted}, follow=True).content.decode()
        assert "no answer" in page or "no language code" in page
    assert Upload.objects.get().choices == {}


def test_failed_import_says_why_and_can_be_removed(staff: Client, data_folder: Path) -> None:
    files = pictures("a/cat.png")
    begun = begin(staff, files)
    send(staff, files, begun)
    staff.post(begun["address"], {"action": "import"})
    upload = Upload.objects.get()
    (data_folder / "uploads" / upload.token.hex / "000000").write_bytes(make_png("other"))
    Upload.objects.update(listing=[["a/cat.png", len(make_png("other"))]])
    work_on_upload(upload.pk)
    assert "Its bytes are others now" in staff.get(begun["address"]).content.decode()
    staff.post(begun["address"], {"action": "discard"})
    assert not Upload.objects.exists()
    assert not list((data_folder / "uploads").iterdir())


def test_sweep_revives_what_a_worker_left_and_removes_what_nobody_wants(staff: Client, data_folder: Path) -> None:
    files = pictures("a/cat.png")
    send(staff, files, begin(staff, files))
    Upload.objects.update(state="working", touched_at=timezone.now() - datetime.timedelta(minutes=6))
    sweep_uploads()
    assert Upload.objects.get().state == "queued"
    staff.post(f"{PAGE}{Upload.objects.get().token}/", {"action": "discard"})
    assert Upload.objects.exists()
    Upload.objects.update(touched_at=timezone.now() - datetime.timedelta(hours=25))
    sweep_uploads()
    assert not Upload.objects.exists()
    assert not list((data_folder / "uploads").iterdir())


class Slow(io.BytesIO):
    """A file of which a part has come when something else happens."""

    def __init__(self, data: bytes, *, meanwhile: Callable[[], object]) -> None:
        super().__init__(data)
        self.meanwhile = meanwhile

    def read(self, size: int | None = -1, /) -> bytes:
        """Return half of what is left at most; after the first part something else happens."""
        part = super().read(min(size or 1, max(1, len(self.getvalue()) // 2)))
        if self.tell() == len(part):
            self.meanwhile()
        return part


def test_file_that_two_tabs_send_at_once_comes_once_and_whole(staff: Client, data_folder: Path) -> None:
    files = pictures("a/cat.png", "b/cat.png")
    begun, cat = begin(staff, files), files["mine/a/cat.png"]
    first = Slow(cat, meanwhile=lambda: send_one(staff, begun, 0, cat))
    receive_file(upload=Upload.objects.get(), number=0, stream=first)
    folder = data_folder / "uploads" / Upload.objects.get().token.hex
    assert {path.name: path.read_bytes() for path in folder.iterdir() if not path.suffix} == {"000000": cat}
    assert {path.name for path in folder.iterdir()} == {"000000", "000000.json"}
    # What comes after the import was begun, or discarded, is not kept.
    discard = Slow(cat, meanwhile=lambda: staff.post(begun["address"], {"action": "discard"}))
    with pytest.raises(Conflict, match="was removed"):
        receive_file(upload=Upload.objects.get(), number=0, stream=discard)
    assert not list((data_folder / "uploads").iterdir())


def test_files_that_come_slowly_leave_threads_to_voters(staff: Client) -> None:
    files = pictures("a/cat.png", "b/cat.png", "c/cat.png")
    begun = begin(staff, files)
    statuses: list[int] = []

    def send_while(number: int) -> None:
        """Send a file while this one and those before it are coming."""
        if number < 3:
            data = files[begun["names"][number]]
            body: dict[str, Any] = {"wsgi.input": Slow(data, meanwhile=lambda: send_while(number + 1))}
            request = RequestFactory().post("/", data, content_type="application/octet-stream", **body)
            request.user = User.objects.get()
            statuses.append(receive(request, token=Upload.objects.get().token, number=number).status_code)

    send_while(0)
    assert statuses == [503, 204, 204]
    assert begin(staff, files)["missing"] == [2]
    assert send_one(staff, begun, 2, files["mine/c/cat.png"]) == 204


def test_upload_that_takes_days_is_not_swept(staff: Client) -> None:
    files = pictures("a/cat.png", "b/cat.png")
    begun = begin(staff, files)
    for go_on in (lambda: send(staff, files, begun), lambda: begin(staff, files)):
        Upload.objects.update(touched_at=timezone.now() - datetime.timedelta(hours=25))
        go_on()
        sweep_uploads()
        assert Upload.objects.exists()


def test_import_that_cannot_store_files_stops_and_says_why(staff: Client, settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    options = {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "file")},
    }
    settings.STORAGES = settings.STORAGES | {"default": options}
    files = pictures("a/cat.png", "b/cat.png")
    begun = begin(staff, files)
    send(staff, files, begun)
    staff.post(begun["address"], {"action": "import"})
    work_on_upload(Upload.objects.get().pk)
    assert "Files could not be read or stored (" in staff.get(begun["address"]).content.decode()


def test_page_shows_settings_series_and_sources_and_takes_answers(staff: Client) -> None:
    def marked(name: str) -> bytes:
        data = io.BytesIO()
        info = PngInfo()
        info.add_text("parameters", "a red fox\nSteps: 20, Sampler: Euler a, Seed: 5, Model: foo")
        PillowImage.open(io.BytesIO(make_png(name))).save(data, "PNG", pnginfo=info)
        return data.getvalue()

    files = {
        **{f"run/{name}": marked(name) for name in ("epoch10/fox.png", "epoch20/fox.png", "base/fox.png")},
        "run/sources/fox.png": make_png("source"),
    }
    begun = begin(staff, files)
    send(staff, files, begun)
    html = staff.get(begun["address"]).content.decode()
    assert "<code>checkpoint=foo</code> <code>sampler=Euler a</code> <code>steps=20</code>" in html
    assert "<code>sources/fox.png</code>" in html
    assert "source images of edits" in html
    staff.post(begun["address"], {"action": "plan", "series": "Cats", "modality": "image-editing"})
    html = staff.get(begun["address"]).content.decode()
    assert '<td class="number">20</td>' in html
    assert "Step of base" in html
    sent = {"series": "Cats", "stepped": "base", "step": "x", "action": "plan"}
    assert "is no step" in staff.post(begun["address"], sent, follow=True).content.decode()
    staff.post(begun["address"], {**sent, "step": "0", "no_settings": "on", "action": "import"})
    work_on_upload(Upload.objects.get().pk)
    rows = Contender.objects.order_by("step").values_list("series", "step", "settings__checkpoint")
    assert list(rows) == [("cats", 0, None), ("cats", 10, None), ("cats", 20, None)]
    prompt = Prompt.objects.get()
    assert (prompt.category.modality, prompt.source_images.count()) == ("image-editing", 1)


@pytest.mark.parametrize("stored", [{"modality": "video"}, {"steps": {"base": "1e9"}}, {"steps": {"base": "-1"}}])
def test_particulars_that_are_no_answers_are_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(DomainError):
        read_choices(stored)
