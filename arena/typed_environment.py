"""Reads environment variables strictly, for the settings."""

from decimal import Decimal, InvalidOperation
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured


class Environment(environ.Env):  # type: ignore[misc]  # django-environ has no types.
    """Reads variables strictly: errors name the variable, an empty value counts as unset, a switch is on or off."""

    SWITCH = {"1", "true", "yes", "on", "0", "false", "no", "off"}

    def get_value(self, var: str, **kwargs: Any) -> Any:
        """Return the variable's value. Raises ImproperlyConfigured."""
        if "default" in kwargs and not self.ENVIRON.get(var, "").strip():
            return kwargs["default"]
        if kwargs.get("cast") is bool and self.ENVIRON.get(var, "").strip().lower() not in self.SWITCH:
            raise ImproperlyConfigured(f"{var} is {self.ENVIRON[var]!r}. Set it to 1 or 0.")
        try:
            return super().get_value(var, **kwargs)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} cannot be read: {error}.") from error

    def decimal(self, var: str, default: Decimal | None = None) -> Decimal | None:
        """Return an amount from 0 on, or the default. Raises ImproperlyConfigured."""
        text = self.get_value(var, default="")
        try:
            amount = Decimal(text) if text else default
        except InvalidOperation as error:
            raise ImproperlyConfigured(f"{var} is {text!r}. Set it to an amount in USD, such as 20.") from error
        if amount is not None and not (amount.is_finite() and amount >= 0):
            raise ImproperlyConfigured(f"{var} is {text!r}. Set it to an amount in USD, such as 20.")
        return amount

    @classmethod
    def db_url_config(cls, url: Any, engine: str | None = None) -> dict[str, Any]:
        """Return Django's description of a database URL. Raises ImproperlyConfigured, without the URL's password."""
        try:
            return dict(super().db_url_config(url, engine))
        except ValueError as error:
            raise ImproperlyConfigured("DATABASE_URL cannot be read. Percent-encode its special characters.") from error

    @classmethod
    def email_url_config(cls, url: Any, backend: str | None = None) -> dict[str, Any]:
        """Return Django's settings of a mail server's URL. Raises ImproperlyConfigured, without the URL's password."""
        try:
            return dict(super().email_url_config(url, backend))
        except (ValueError, ImproperlyConfigured):
            hint = "Write it as smtp+tls://user:secret@mail.example.org:587, special characters percent-encoded."
            raise ImproperlyConfigured(f"EMAIL_URL cannot be read. {hint}") from None
