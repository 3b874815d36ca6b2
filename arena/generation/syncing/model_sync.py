"""Compares the catalogue with what providers list: models gone, shutdown dates, new names; it only tells staff."""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from arena.catalog.models import Notice, Offering, Provider
from arena.catalog.retiring import keep_log
from arena.errors import NotFound
from arena.generation.providers.base import ProviderError
from arena.generation.providers.registry import is_usable
from arena.generation.syncing.model_lists import Listing, can_list, read_models

log = structlog.get_logger(__name__)
# So many new names of one provider are told; more are no news but another kind of list.
MOST_NEW = 20
_SNAPSHOT = re.compile(r"-20\d\d-?\d\d-?\d\d$")


@dataclass(frozen=True)
class Finding:
    """What a sync has to tell about one name at one provider."""

    kind: str
    subject: str
    text: str


@dataclass(frozen=True)
class SyncedProvider:
    """A provider that was asked: how many models it lists (None: no answer), and what there is to tell."""

    provider: Provider
    listed: int | None
    findings: tuple[Finding, ...]


def sync_models(*, slug: str = "", today: datetime.date | None = None) -> list[SyncedProvider]:
    """Ask each provider that has a key and tells its models, or the one named; then bring the public log up to date.

    Raises NotFound if there is no such provider, or it cannot be asked.
    """
    day = today or timezone.now().date()
    known = Provider.objects.exclude(offerings=None).distinct().order_by("slug")
    chosen = [each for each in (known.filter(slug=slug) if slug else known) if can_list(each) and is_usable(each)]
    if slug and not chosen:
        raise NotFound(
            _("%(slug)s cannot be asked: it sells nothing here, has no key, or its wire family has no list.")
            % {"slug": slug}
        )
    done = [_sync(provider, day) for provider in chosen]
    keep_log(today=day)
    return done


def _sync(provider: Provider, today: datetime.date) -> SyncedProvider:
    offerings = list(provider.offerings.select_related("image_model").order_by("model_id"))
    names = {name for offering in offerings for name in _names(offering)}
    try:
        listed = read_models(provider, names)
    except ProviderError as error:
        return _store(SyncedProvider(provider, None, (_failed(error.message),)))
    if not names & listed.keys():
        # A list of other things than images, or of another account, says nothing about our models.
        return _store(
            SyncedProvider(provider, len(listed), (_failed("The list names none of the catalogue's models."),))
        )
    findings = [*_new(names, listed)]
    with transaction.atomic():
        for offering in offerings:
            findings += _compare(offering, listed, today)
        return _store(SyncedProvider(provider, len(listed), tuple(findings)))


def _names(offering: Offering) -> set[str]:
    return {name for name in (offering.model_id, offering.edit_model_id) if name}


def _compare(offering: Offering, listed: Listing, today: datetime.date) -> Iterator[Finding]:
    """Note on the offering what the list says of it, and yield what staff should know."""
    missing = sorted(_names(offering) - listed.keys())
    days = [day for name in _names(offering) if (day := listed.get(name))]
    # An offering without its name for edits still makes images.
    offering.missing_since = (offering.missing_since or today) if offering.model_id in missing else None
    offering.reported_shutdown_on = min(days, default=None)
    offering.save(update_fields=["missing_since", "reported_shutdown_on"])
    model = offering.image_model.name
    for name in missing:
        since = offering.missing_since or today
        yield Finding(Notice.Kind.MISSING, name, f"{name} ({model}) is not listed; missed first on {since}.")
    if day := offering.reported_shutdown_on:
        yield Finding(Notice.Kind.SHUTDOWN, offering.model_id, f"{offering.model_id} ({model}) ends on {day}.")


def _new(known: Iterable[str], listed: Listing) -> Iterator[Finding]:
    """Yield names that look like later ones of models in the catalogue, without snapshots of these."""
    stems = {_stem(name) for name in known} - {()}
    bases = tuple(known)
    fresh = [
        name
        for name in sorted(listed.keys() - set(known))
        if any(_stem(name)[: len(stem)] == stem for stem in stems) and _SNAPSHOT.sub("", name) not in bases
    ]
    for name in fresh[:MOST_NEW]:
        yield Finding(Notice.Kind.NEW, name, f"{name} is listed, and is not in the catalogue.")


def _stem(name: str) -> tuple[str, ...]:
    """The words of a name without its numbers: "gpt-image-2.5-flare" gives gpt, image, flare."""
    words = re.split(r"[^a-z]+", name.lower())
    return tuple(word for word in words if word and word != "v")


def _failed(why: str) -> Finding:
    return Finding(Notice.Kind.FAILED, "", why)


@transaction.atomic
def _store(synced: SyncedProvider) -> SyncedProvider:
    """Replace the provider's notices; one that was known keeps the time at which it was first seen."""
    now = timezone.now()
    Provider.objects.filter(pk=synced.provider.pk).update(synced_at=now)
    for finding in synced.findings:
        Notice.objects.update_or_create(
            provider=synced.provider,
            kind=finding.kind,
            subject=finding.subject[:200],
            defaults={"text": finding.text[:300], "seen_at": now},
        )
    synced.provider.notices.filter(seen_at__lt=now).delete()
    log.info("models synced", provider=synced.provider.slug, listed=synced.listed, findings=len(synced.findings))
    return synced
