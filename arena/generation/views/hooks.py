"""Where providers send their webhooks: every one gets the same empty answer, so that nothing can be learnt from it."""

import contextlib
import uuid

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from arena.generation.calls.waking import wake_poll


# The host has no cookie of ours: its signature takes the token's place.
@csrf_exempt
@require_POST
def receive_hook(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    """Wake a poll if the webhook is genuine."""
    headers = {name.lower(): value for name, value in request.headers.items()}
    # A webhook that repeats the pictures of its order may be too long. It is then polled as it would be without.
    with contextlib.suppress(RequestDataTooBig, UnreadablePostError):
        wake_poll(provider_slug=slug, key=key, headers=headers, body=request.body)
    return HttpResponse(status=204)
