"""Which environment variables may be sent to a provider as its key: any but those that hold secrets of Easel's own."""

OURS = frozenset({"SECRET_KEY", "SECRET_KEY_FALLBACKS", "DATABASE_URL", "CELERY_BROKER_URL"})
# Of the object store, of PostgreSQL's client library, and whatever else Easel reads under a name of its own.
OUR_PREFIXES = ("AWS_", "S3_", "PG", "DJANGO_", "EASEL_")


def is_ours(variable: str) -> bool:
    """Tell whether the value of this variable must never leave for a provider."""
    return variable.upper() in OURS or variable.upper().startswith(OUR_PREFIXES)
