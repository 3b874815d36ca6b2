"""Signs of life of the workers: written by a scheduled task of each queue, so that they also tell of the scheduler."""

from django.db import connection

_BEAT = """
INSERT INTO process_heartbeat (name, beat_at) VALUES (%s, now())
ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at
"""


def beat(name: str) -> None:
    """Note that a program of this name is at work now. Raises DatabaseError where nothing can be written."""
    with connection.cursor() as cursor:
        cursor.execute(_BEAT, [name])


def read_silence() -> dict[str, float]:
    """Return by name how many seconds ago each program was last at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, extract(epoch FROM now() - beat_at)::float FROM process_heartbeat")
        return dict(cursor.fetchall())
