"""Generation's Celery tasks: they carry an id only, since the table is the truth."""

from celery import shared_task
from django.conf import settings

from arena.generation.calls.generating import generate_image
from arena.generation.calls.jobs import publish_after, publish_due
from arena.generation.calls.stopping import stop_call
from arena.generation.calls.sweeping import sweep_generations
from arena.generation.imports.uploads.upload_work import sweep_uploads, work_on_upload
from arena.generation.ingest.avif_copying import copy_waiting
from arena.generation.ingest.rendering_again import look_at_waiting, render_waiting
from arena.generation.runs.trying.probing import work_probe
from arena.generation.syncing.model_sync import sync_models

# Rendered in one go: a few seconds of one core each minute, so that calls to providers wait for little.
RENDERED_AT_ONCE = 40


@shared_task(name="arena.generation.generate")
def generate(generation_id: int) -> None:
    """Work on one generation if it is still due, then let its provider's next jobs be sent."""
    generate_image(generation_id)
    publish_after(generation_id)


@shared_task(name="arena.generation.refill")
def refill(provider_id: int) -> None:
    """Send the next jobs of a provider that takes calls again."""
    publish_due(provider_id=provider_id)


@shared_task(name="arena.generation.probe")
def probe(probe_id: int) -> None:
    """Make a test call, or ask how it goes."""
    work_probe(probe_id)


@shared_task(name="arena.generation.stop_call")
def stop(decision_id: int) -> None:
    """Ask a host to stop a call that was given up."""
    stop_call(decision_id)


@shared_task(name="arena.generation.sweep")
def sweep() -> None:
    """Pick up what a dead worker or a lost message left behind."""
    sweep_generations()
    sweep_uploads()


@shared_task(name="arena.generation.import_upload")
def import_upload(upload_id: int) -> None:
    """Import the pictures that came from a browser."""
    work_on_upload(upload_id)


@shared_task(name="arena.generation.render")
def render() -> None:
    """Render some of the images that wait for it, look at some, and copy some as AVIF where that is on."""
    done = render_waiting(limit=RENDERED_AT_ONCE)
    done += look_at_waiting(limit=RENDERED_AT_ONCE - done)
    if settings.AVIF:
        copy_waiting(limit=RENDERED_AT_ONCE - done)


@shared_task(name="arena.generation.sync_models")
def sync() -> None:
    """Compare the catalogue with the models that providers list, and bring the public log up to date."""
    sync_models()
