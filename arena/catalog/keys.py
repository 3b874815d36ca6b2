"""Which environment variables may be sent to a provider as its key: all but those that hold Easel's own secrets."""

OURS = frozenset({"SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "CELERY_BROKER_URL"})
# Prefixes of what the object store, PostgreSQL's client library, Django and Easel itself read.
OUR_PREFIXES = ("AWS_", "S3_", "PG", "DJANGO_", "EASEL_")


def is_ours(variable: str) -> bool:
    """Tell whether the value of this variable must never be sent to a provider."""
    return variable.upper() in OURS or variable.upper().startswith(OUR_PREFIXES)
