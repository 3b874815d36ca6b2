"""Workflows of ComfyUI in contenders' settings: read from files, pinned whole, refused in the editor's format."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from arena.catalog.loading.load import load_catalogue
from arena.catalog.loading.tables import BadCatalogue
from arena.catalog.models import Contender
from arena.catalog.workflows import brief_settings, slots_of
from tests.arena.catalog.folders import Edit
from tests.factories import make_contender

pytestmark = pytest.mark.django_db

WORKFLOW: dict[str, Any] = {
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "{{prompt}}", "clip": ["4", 1]}, "_meta": {"t": "{{no}}"}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["8", 0], "more": {"deep": ["{{seed}}"]}}},
}
SETTINGS = '{ quality = "fine" }'


@pytest.mark.usefixtures("loaded")
def test_workflow_file_is_stored_whole_and_pinned(folder: Path, edit: Edit) -> None:
    file = folder / "models" / "workflows" / "weave.json"
    file.parent.mkdir()
    file.write_text(json.dumps(WORKFLOW))
    edit("models/weaver.toml", SETTINGS, '{ workflow = "workflows/weave.json", output = "9" }')

    load_catalogue()

    contender = Contender.objects.get(slug="weaver-fine")
    assert contender.settings == {"workflow": WORKFLOW, "output": "9"}
    before = contender.settings_hash
    file.write_text(json.dumps({**WORKFLOW, "10": WORKFLOW["9"]}))
    load_catalogue()
    contender.refresh_from_db()
    assert contender.settings_hash != before


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("weave.json", '{"nodes": [], "links": []}', r"settings\.workflow: is a workflow in the format of the editor"),
        ("weave.json", '{"3": {"class_type": "X"}}', r"node 3 lacks class_type or inputs"),
        ("weave.json", "[]", r"is not a workflow; in ComfyUI choose"),
        ("weave.json", "{", r"'weave.json' is not JSON"),
        ("weave.json", "[" * 100_000, r"'weave.json' has too many levels"),
        ("weave.json", '{"3": ' + "[" * 200 + "]" * 200 + "}", r"has more than 32 levels of tables and lists"),
        ("weave.json", '{"3": NaN}', r"'weave.json' is not JSON"),
        ("weave.json", '{"3": "\\u0000"}', r"'weave.json' holds a NUL character"),
        ("other.json", "{}", r"'weave.json' cannot be read in models/"),
    ],
)
def test_workflow_file_that_is_none_is_refused(folder: Path, edit: Edit, name: str, text: str, said: str) -> None:
    (folder / "models" / name).write_text(text)
    edit("models/weaver.toml", SETTINGS, '{ workflow = "weave.json" }')
    with pytest.raises(BadCatalogue, match=said):
        load_catalogue()


def test_workflow_file_outside_the_folder_is_refused(folder: Path, edit: Edit) -> None:
    (folder / "weave.json").write_text(json.dumps(WORKFLOW))
    edit("models/weaver.toml", SETTINGS, '{ workflow = "../weave.json" }')
    with pytest.raises(BadCatalogue, match="leads out of the folder models/"):
        load_catalogue()


def test_workflow_of_the_editor_is_refused_in_the_admin_too() -> None:
    contender = make_contender(settings={"workflow": {"nodes": [], "links": []}})
    with pytest.raises(ValidationError, match="format of the editor"):
        contender.full_clean()


def test_slots_are_those_of_inputs_alone() -> None:
    assert slots_of(WORKFLOW) == {"prompt", "seed"}


def test_workflow_is_shown_by_its_hash() -> None:
    shown = brief_settings({"workflow": WORKFLOW, "steps": 4})
    assert shown["steps"] == 4
    assert shown["workflow"].startswith("sha256:")
    assert len(shown["workflow"]) == len("sha256:") + 64
