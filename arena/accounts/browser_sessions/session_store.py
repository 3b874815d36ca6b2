"""Django's sessions in the database (SESSION_ENGINE), in a table that also says whose each is."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db.models import Q
from django.utils import timezone

from arena.accounts.models import Session

# What sign-in notes in a session's data, so that a new key keeps it.
BEGUN, BROWSER = "begun", "browser"


class SessionStore(DatabaseStore):
    """Writes each session's owner beside it, and when it was last seen, to the hour."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the table."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row of this data."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)
        row.user_id = data.get(SESSION_KEY)
        row.begun_at = datetime.fromtimestamp(data[BEGUN], UTC) if BEGUN in data else None
        row.seen_at = _this_hour()
        row.browser = data.get(BROWSER, "")
        return row

    def _get_session_from_db(self) -> Session | None:
        # Django's name for what both ways of loading a session go through.
        row = Session.objects.filter(still_open(), pk=self.session_key).first()
        if row is None:
            self._session_key = None
        elif row.user_id is not None and row.seen_at != _this_hour():
            Session.objects.filter(pk=row.pk).update(seen_at=_this_hour())
        return row


def still_open() -> Q:
    """Return the condition on sessions that have not ended: not too long ago begun, nor without a request."""
    now = timezone.now()
    begun = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    seen = _this_hour() - timedelta(hours=settings.SESSION_IDLE_HOURS)
    return (
        Q(expire_date__gt=now)
        & (Q(begun_at=None) | Q(begun_at__gt=begun))
        & (Q(seen_at=None) | Q(user=None) | Q(seen_at__gte=seen))
    )


def _this_hour() -> datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0)
