"""What happens to an upload: its plan with the choices made, its import by a worker, its end."""

import datetime
import json
import re
import shlex
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from arena.catalog.prompt_sets.prompt_rows import LANGUAGE
from arena.errors import Conflict, DomainError
from arena.generation.imports.import_plan import (
    AS_PROMPTS,
    AS_SAMPLES,
    BY_CONTENDER,
    BY_PROMPT,
    IMAGE_EDITING,
    TEXT_TO_IMAGE,
    Choices,
    Plan,
)
from arena.generation.imports.planning import plan_import
from arena.generation.imports.reading.naming import shorten_name, tidy_name
from arena.generation.imports.uploads.staging import missing_files, read_checks, remove_staged, staged_folder
from arena.generation.imports.writing.importing import import_planned
from arena.generation.models import Upload
from arena.generation.transitions import UploadMove, move_uploads
from arena.languages.written_figures import write_number
from arena.process.programs import GENERATION
from arena.process.sending import send_jobs

LONGEST_SERIES = 60
NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,6})?")
TASK = "arena.generation.import_upload"
# An upload that nobody has touched for so long is removed with its files.
KEPT = datetime.timedelta(days=1)
# A worker notes its progress at least this often; after the longer time it counts as dead.
NOTED_EVERY = datetime.timedelta(seconds=1)
DEAD_AFTER = datetime.timedelta(minutes=5)


def plan_upload(upload: Upload) -> Plan:
    """Return the plan of what has come, with the upload's choices. Raises DomainError as `plan_import` does."""
    if missing := missing_files(upload):
        raise Conflict(_("Files still to come: {n}.").format(n=write_number(len(missing))))
    return plan_import(folder=staged_folder(upload), choices=read_choices(upload.choices), check=read_checks)


def choose(*, upload: Upload, choices: dict[str, Any]) -> None:
    """Store an operator's answers. Raises DomainError for one that is no answer, and Conflict once it is imported."""
    read_choices(choices)
    if r"\u0000" in json.dumps(choices):
        raise DomainError(_("That is no answer. Choose one of those that the page offers."))
    changed = Upload.objects.filter(pk=upload.pk, state=Upload.State.OPEN).update(
        choices=choices, touched_at=timezone.now()
    )
    if not changed:
        raise Conflict(_("This import has begun; nothing can be added to it."))
    upload.choices = choices


def read_choices(stored: dict[str, Any]) -> Choices:
    """Read stored answers: `options` as for the command, `map` by folder, the rest by name. Raises DomainError.

    `spoken`, the language in which they were given, is none of them.
    """
    mapped = {
        str(folder): tidy_name(str(name)) for folder, name in stored.get("map", {}).items() if tidy_name(str(name))
    }
    merged: dict[str, str] = {}
    layout, numbers = stored.get("layout", ""), stored.get("numbers", "")
    language = stored.get("language") or "en"
    for option in stored.get("options", []):
        flag, answer = _read_option(str(option))
        name, _sign, target = answer.rpartition("=")
        if flag == "--merge" and name and target:
            merged[name] = target
        elif flag == "--map" and name and target:
            mapped.setdefault(name, target)
        elif flag == "--as":
            layout = answer
    if layout not in ("", BY_CONTENDER, BY_PROMPT) or numbers not in ("", AS_SAMPLES, AS_PROMPTS):
        raise DomainError(_("That is no answer. Choose one of those that the page offers."))
    modality = stored.get("modality", "")
    if modality not in ("", TEXT_TO_IMAGE, IMAGE_EDITING):
        raise DomainError(_("That is no answer. Choose one of those that the page offers."))
    if not LANGUAGE.fullmatch(language):
        raise DomainError(_("“%(code)s” is no language code such as en or zh.") % {"code": language[:20]})
    return Choices(
        layout=layout, numbers=numbers, language=language, skip_bad=bool(stored.get("skip_bad")), mapped=mapped,
        merged={name: target for name, target in merged.items() if name not in mapped},
        series=shorten_name(tidy_name(str(stored.get("series", ""))), LONGEST_SERIES), modality=modality,
        settings=not stored.get("no_settings"), sources=not stored.get("no_sources"), steps=_read_steps(stored),
    )  # fmt: skip


def _read_steps(stored: dict[str, Any]) -> dict[str, float]:
    """Return the steps that an operator has written beside contenders' folders. Raises DomainError for no number."""
    steps = {}
    for name, text in stored.get("steps", {}).items():
        if not NUMBER.fullmatch(str(text).strip()):
            raise DomainError(_("“%(text)s” is no step: write a number.") % {"text": str(text)[:20]})
        steps[str(name)] = float(text)
    return steps


def _read_option(option: str) -> tuple[str, str]:
    """Return flag and value of an option that a question offers, written as for the command line."""
    try:
        flag, value = shlex.split(option)
    except ValueError as error:
        raise DomainError(_("That is no answer. Choose one of those that the page offers.")) from error
    return flag, value


def start_upload(*, upload: Upload) -> None:
    """Let a worker import the upload. Raises Conflict if its plan is not ready, or it has begun already."""
    plan = plan_upload(upload)
    if not plan.is_ready:
        raise Conflict(_("Nothing was imported. Answer what is asked, and leave out what cannot be imported."))
    if not plan.new:
        raise Conflict(_("Every picture of this folder is imported already."))
    own = Upload.objects.filter(pk=upload.pk)
    if not move_uploads(own, UploadMove.START, Upload.State.QUEUED, total=len(plan.new), done=0, message=""):
        raise Conflict(_("This import has begun; nothing can be added to it."))
    transaction.on_commit(lambda: send_jobs(TASK, [upload.pk], queue=GENERATION))


def discard_upload(*, upload: Upload) -> None:
    """Remove an upload that is not being imported. Raises Conflict for one that is."""
    open_states = [Upload.State.OPEN, Upload.State.FAILED, Upload.State.DONE]
    removed, _rows = Upload.objects.filter(pk=upload.pk, state__in=open_states).delete()
    if not removed:
        raise Conflict(_("This import has begun. Take it back when it has ended."))
    remove_staged(upload)


def work_on_upload(upload_id: int) -> None:
    """Import an upload if it waits for it; what is stored already is not stored again.

    What stops it is said in the language in which its page was read.
    """
    own = Upload.objects.filter(pk=upload_id)
    if not move_uploads(own, UploadMove.CLAIM, Upload.State.WORKING):
        return
    upload = Upload.objects.select_related("created_by").get(pk=upload_id)
    with override(upload.choices.get("spoken") or settings.LANGUAGE_CODE):
        _import(own, upload)


def _import(own: QuerySet[Upload], upload: Upload) -> None:
    try:
        plan = plan_upload(upload)
        run = import_planned(plan=plan, user=upload.created_by, on_kept=_Noting(upload))
    except DomainError as error:
        _stop(upload, error.message)
        return
    except OSError as error:
        # A full disk, for example: trying again by ourselves would fail for ever.
        _stop(
            upload, _("Files could not be read or stored (%(why)s).") % {"why": error.strerror or type(error).__name__}
        )
        return
    move_uploads(own, UploadMove.END, Upload.State.DONE, run=run, done=upload.total)
    remove_staged(upload)


def _stop(upload: Upload, why: str) -> None:
    own = Upload.objects.filter(pk=upload.pk)
    move_uploads(own, UploadMove.END, Upload.State.FAILED, message=why[:500])


class _Noting:
    """Writes an upload's progress into its row, once a second."""

    def __init__(self, upload: Upload) -> None:
        self._upload, self._next = upload, timezone.now()

    def __call__(self, done: int) -> None:
        now = timezone.now()
        if now >= self._next:
            self._next = now + NOTED_EVERY
            Upload.objects.filter(pk=self._upload.pk).update(done=done, touched_at=now)


def sweep_uploads() -> None:
    """Let another worker go on where one died, and remove what nobody has touched for a day."""
    now = timezone.now()
    move_uploads(Upload.objects.filter(touched_at__lt=now - DEAD_AFTER), UploadMove.REVIVE, Upload.State.QUEUED)
    lost = Upload.objects.filter(state=Upload.State.QUEUED, touched_at__lte=now - NOTED_EVERY)
    send_jobs(TASK, lost.values_list("pk", flat=True), queue=GENERATION)
    for upload in Upload.objects.filter(touched_at__lt=now - KEPT):
        Upload.objects.filter(pk=upload.pk).delete()
        remove_staged(upload)
