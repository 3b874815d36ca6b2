"""Staff pages that bring a folder of pictures from the browser: upload, plan, import. They never show an image."""

import json
import threading
import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import user_passes_test
from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from arena.errors import DomainError
from arena.generation.imports.uploads.staging import as_listed, begin_upload, missing_files, receive_file
from arena.generation.imports.uploads.upload_work import choose, discard_upload, plan_upload, start_upload
from arena.generation.imports.writing.importing import draft_prompts
from arena.generation.models import Run, Upload

RECENT = 12
# The longest list of files that is read.
LONGEST_LIST = 8 * 2**20
SHOWN = 200
# A file that comes slowly holds one of the server's four threads, and voters need the others.
AT_ONCE = 2
_places = threading.BoundedSemaphore(AT_ONCE)

View = Callable[..., HttpResponse]


def _may_import(user: AbstractUser | AnonymousUser) -> bool:
    return user.is_staff and user.has_perm("generation.change_run")


staff_only = user_passes_test(_may_import, login_url="sign-in")


def _answers_json(view: View) -> View:
    """Answer programs with JSON: a domain error as its code and message, a visitor who may not import with 403."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not _may_import(request.user):
            text = _("Sign in as a member of the staff who may change runs.")
            return JsonResponse({"code": "forbidden", "message": text}, status=403)
        try:
            return view(request, *args, **kwargs)
        except DomainError as error:
            return JsonResponse({"code": error.code, "message": error.message}, status=error.status)

    return answer


@require_safe
@staff_only
def list_imports(request: HttpRequest) -> HttpResponse:
    """Choose a folder; the uploads that are under way; the latest imports."""
    context = {
        "uploads": Upload.objects.filter(created_by=request.user.pk).exclude(state=Upload.State.DONE),
        "imports": Run.objects.filter(kind=Run.Kind.IMPORT)[:RECENT],
    }
    return render(request, "generation/imports.html", context)


@require_POST
@_answers_json
def begin(request: HttpRequest) -> HttpResponse:
    """Take the list of a folder's files; answer where its upload is, and the numbers of the files to be sent."""
    body = request.read(LONGEST_LIST + 1)
    if len(body) > LONGEST_LIST:
        raise DomainError(_("The list of files is too long. Import the folder in parts."))
    try:
        files = as_listed(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise DomainError(_("This is no list of files.")) from error
    upload = begin_upload(files=files, user=request.user)  # type: ignore[arg-type] # only staff come here
    address = reverse("import", args=[upload.token])
    # Numbers go by name, as the listing is sorted.
    names = sorted(file.name for file in files)
    return JsonResponse({"address": address, "names": names, "missing": missing_files(upload)})


@require_POST
@_answers_json
def receive(request: HttpRequest, token: uuid.UUID, number: int) -> HttpResponse:
    """Take one file, as the body of the request; 503 while as many come as may."""
    if not _places.acquire(blocking=False):
        text = _("Other files are coming just now. Send it again in a moment.")
        return JsonResponse({"code": "busy", "message": text}, status=503, headers={"Retry-After": "1"})
    try:
        receive_file(upload=_own(request, token), number=number, stream=request)
    finally:
        _places.release()
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
@staff_only
def show_import(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """An upload: its plan, what is asked, and its progress. Answers and decisions come by POST."""
    upload = _own(request, token)
    if request.method == "POST":
        return _decide(request, upload)
    plan, problem = None, ""
    if upload.state in (Upload.State.OPEN, Upload.State.FAILED):
        try:
            plan = plan_upload(upload)
        except DomainError as error:
            problem = error.message
    context = {"upload": upload, "plan": plan, "problem": problem, "choices": upload.choices, "shown": SHOWN}
    if upload.run:
        context["drafts"] = draft_prompts(run=upload.run)
    return render(request, "generation/import.html", context)


@require_safe
@_answers_json
def import_state(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """How far an import is."""
    upload = _own(request, token)
    return JsonResponse({"state": upload.state, "done": upload.done, "total": upload.total})


def _own(request: HttpRequest, token: uuid.UUID) -> Upload:
    return get_object_or_404(Upload.objects.select_related("run"), token=token, created_by=request.user.pk)


def _decide(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Store answers, then import if that was asked; or discard the upload."""
    here = reverse("import", args=[upload.token])
    try:
        if request.POST.get("action") == "discard":
            discard_upload(upload=upload)
            return HttpResponseRedirect(reverse("imports"))
        if upload.state == Upload.State.OPEN:
            choose(upload=upload, choices=_posted(request))
        if request.POST.get("action") == "import":
            start_upload(upload=upload)
    except DomainError as error:
        messages.error(request, error.message)
    return HttpResponseRedirect(here)


def _posted(request: HttpRequest) -> dict[str, Any]:
    data = request.POST
    names = zip(data.getlist("folder"), data.getlist("contender"), strict=False)
    steps = zip(data.getlist("stepped"), data.getlist("step"), strict=False)
    answers = [value for name, values in sorted(data.lists()) if name.startswith("answer-") for value in values]
    return {
        "spoken": get_language(),
        "options": [answer for answer in answers if answer],
        "map": {folder: name for folder, name in names if name.strip()},
        "layout": data.get("layout", ""),
        "numbers": data.get("numbers", ""),
        "language": data.get("language", "").strip(),
        "skip_bad": "skip_bad" in data,
        "series": data.get("series", "").strip(),
        "steps": {name: step for name, step in steps if step.strip()},
        "modality": data.get("modality", ""),
        "no_settings": "no_settings" in data,
        "no_sources": "no_sources" in data,
    }
