"""A request whose query is read when somebody asks for it, and not while the request is made."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest


class LateQueryRequest(WSGIRequest):
    """Takes the charset that a request names without a look at its query.

    Django 5.2 looks, and if the query has too many fields, it fails where nothing can answer 400 yet.
    """

    @property
    def encoding(self) -> Any:
        """The charset of the query and the form; None stands for the default."""
        return self._encoding

    @encoding.setter
    def encoding(self, value: Any) -> None:
        self._encoding = value
        # They are read again, in this charset.
        self.__dict__.pop("GET", None)
        self.__dict__.pop("_post", None)
