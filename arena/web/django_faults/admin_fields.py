"""Fields of the admin's forms that Django passes on to the database layer unseen, which then fails."""

from collections.abc import Callable

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import TO_FIELD_VAR
from django.core.exceptions import BadRequest, ValidationError
from django.http import HttpRequest, HttpResponse


class AdminFieldsMiddleware:
    """Answers 400 where a row of the admin is named by what cannot be its key, or by a field without a name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> None:
        """Look at the fields of pages of the admin that are about a table."""
        # Django notes there whose page it is.
        admin = getattr(view, "model_admin", None)
        if admin is None:
            return
        if "" in request.GET.getlist(TO_FIELD_VAR)[-1:] + request.POST.getlist(TO_FIELD_VAR)[-1:]:
            raise BadRequest("A row is looked for by a field without a name.")
        try:
            for chosen in request.POST.getlist(ACTION_CHECKBOX_NAME):
                admin.model._meta.pk.to_python(chosen)
        except ValidationError as error:
            raise BadRequest("A row is chosen by what is no key.") from error
