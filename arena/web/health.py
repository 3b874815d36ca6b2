"""Probes that tell the truth: healthz says that the process answers, readyz that votes can be taken."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse

from arena.web.readiness import check_readiness

HEALTHZ, READYZ = "/healthz", "/readyz"


class ProbeMiddleware:
    """Answers the probes before anything looks at the host's name, the session or the database.

    Probes come by address, over plain HTTP, from balancers and supervisors that know no more of Easel.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == HEALTHZ:
            # No middleware below says the length; without it, the server would send the few bytes in chunks.
            answer = JsonResponse({"status": "ok"})
            answer["Content-Length"] = str(len(answer.content))
            return answer
        if request.path == READYZ:
            return _answer_readiness()
        return self.get_response(request)


def _answer_readiness() -> HttpResponse:
    """200 if votes can be taken, 503 if not; `checks` says of each part what is wrong, also of what only delays."""
    ready, checks = check_readiness()
    wrong = next((said for said in checks.values() if said != "ok"), "ok")
    answer = JsonResponse({"status": wrong, "checks": checks}, status=200 if ready else 503)
    answer["Cache-Control"] = "no-store"
    return answer
