"""Prompt to image: runs, generations (the row is the job), paid attempts, what they cost, images, renditions."""

import datetime
import uuid
from decimal import Decimal

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from arena.catalog.models import Contender, Prompt, Provider
from arena.generation.avif_copies import AvifCopy as AvifCopy


class Run(models.Model):
    """A planned batch: contenders × prompts × samples, under an optional spending cap in USD; or an import of pictures.

    `brought` lists by model name the keys of the catalogue's rows that an import has made; they leave with it.
    `publishing` says who lets its images into play, `retried_at` when what failed was last tried again, `estimates` by
    the contender's key what its images were to cost.
    """

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        FINISHED = "finished", _("Finished")
        CANCELLED = "cancelled", _("Cancelled")

    class Kind(models.TextChoices):
        GENERATED = "generated", _("Generated")
        IMPORT = "import", _("Imported")

    class Publishing(models.TextChoices):
        AUTOMATIC = "automatic", _("by itself")
        BY_HAND = "by_hand", _("by hand")

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.GENERATED, db_default="generated")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    cap = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    estimate = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)
    estimates = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    brought = models.JSONField(default=dict, blank=True, editable=False)
    publishing = models.CharField(
        max_length=10, choices=Publishing.choices, default=Publishing.AUTOMATIC, db_default="automatic"
    )
    retried_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["generated", "import"]), name="run_kind"),
            models.CheckConstraint(condition=Q(publishing__in=["automatic", "by_hand"]), name="run_publishing"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "running", "paused", "finished", "cancelled"]), name="run_state"
            ),
            models.CheckConstraint(condition=Q(cap__isnull=True) | Q(cap__gte=0), name="run_cap_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name


DECISIONS = ["ask", "repeat", "give_up"]
GENERATION_STATES = ["queued", "running", "pending", "done", "refused", "failed", "needs_decision", "cancelled"]


class Generation(models.Model):
    """One wanted image, and the job that makes it. The holder of an unexpired lease works on it."""

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        PENDING = "pending", _("Waiting for the provider")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        FAILED = "failed", _("Failed")
        NEEDS_DECISION = "needs_decision", _("Needs a decision")
        CANCELLED = "cancelled", _("Cancelled")

    run = models.ForeignKey(Run, models.PROTECT, related_name="generations")
    contender = models.ForeignKey(Contender, models.PROTECT, related_name="generations")
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="generations")
    sample = models.PositiveSmallIntegerField(default=0)
    seed = models.BigIntegerField(default=0)
    state = models.CharField(max_length=16, choices=State.choices, default=State.QUEUED)
    lease = models.UUIDField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    run_after = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When its message was last sent; a message may be lost.")
    )
    handle = models.JSONField(null=True, blank=True, help_text=_("What the provider gave us to poll with."))
    reason = models.CharField(max_length=300, blank=True)
    seconds = models.FloatField(
        null=True, blank=True, help_text=_("From the call to the image, as the provider took it.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    entered_at = models.DateTimeField(
        null=True, blank=True, editable=False, default=timezone.now,
        help_text=_("Since when its image may be shown. Empty from its planning until it is published."),
    )  # fmt: skip
    hidden_at = models.DateTimeField(
        null=True, blank=True, editable=False,
        help_text=_("Since when its image is taken out after reports: neither dealt nor served, except to staff."),
    )  # fmt: skip

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["contender", "prompt", "sample"], name="generation_unique"),
            models.CheckConstraint(condition=Q(state__in=GENERATION_STATES), name="generation_state"),
            models.CheckConstraint(
                condition=Q(lease__isnull=True, lease_until__isnull=True)
                | Q(lease__isnull=False, lease_until__isnull=False),
                name="generation_lease_whole",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["state", "lease_until"], name="generation_state_lease"),
            models.Index(fields=["prompt", "contender"], name="generation_prompt_contender"),
            models.Index(
                fields=["run", "prompt"], condition=Q(state="done", entered_at__isnull=True),
                name="generation_unpublished",
            ),
            # What waits and what is at work are few beside what is done, and looked up by every claim. Waiting rows
            # are in the order of `id + 0` here only: for that of `id`, PostgreSQL might read all rows by their key.
            models.Index(
                F("run"), F("contender"), F("id") + 0, condition=Q(state__in=["queued", "pending"]),
                name="generation_waiting",
            ),
            models.Index(
                fields=["contender"], condition=Q(state__in=["running", "pending"]), name="generation_at_work"
            ),
            models.Index(
                fields=["published_at"], condition=Q(state="queued", published_at__isnull=False),
                name="generation_on_the_way",
            ),
            models.Index(fields=["id"], condition=Q(state="needs_decision"), name="generation_undecided"),
        ]  # fmt: skip


class Attempt(models.Model):
    """One paid call, written before it is made. Open while `ended_at` is empty: its outcome is unknown.

    `price_version` names the catalogue's prices by which it was reserved and counted (`prices.price_version`).
    """

    class Billed(models.TextChoices):
        NO = "no", _("Not billed")
        YES = "yes", _("Billed")
        UNKNOWN = "unknown", _("Unknown")

    generation = models.ForeignKey(Generation, models.PROTECT, related_name="attempts")
    provider = models.ForeignKey(Provider, models.PROTECT, null=True, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True)
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, help_text=_("done, or the kind of the error."))
    billed = models.CharField(max_length=8, choices=Billed.choices, default=Billed.UNKNOWN)
    message = models.CharField(max_length=300, blank=True)
    cost_reserved = models.DecimalField(max_digits=10, decimal_places=6, default=0)
    cost = models.DecimalField(max_digits=10, decimal_places=6, null=True, blank=True)
    cost_basis = models.CharField(max_length=20, blank=True, help_text=_("usage, list, or reported by the provider."))
    price_version = models.CharField(max_length=40, blank=True)
    inference_seconds = models.FloatField(
        null=True, blank=True, help_text=_("How long the host worked, without its queue, if it says so.")
    )

    class Meta:
        ordering = ["generation", "number"]
        constraints = [
            models.UniqueConstraint(fields=["generation", "number"], name="attempt_unique"),
            models.UniqueConstraint(fields=["generation"], condition=Q(ended_at__isnull=True), name="attempt_one_open"),
            models.CheckConstraint(condition=Q(billed__in=["no", "yes", "unknown"]), name="attempt_billed"),
        ]

    @property
    def charge(self) -> Decimal:
        """What it counts for in USD: nothing if it was not billed, else its cost, and what is reserved until then."""
        if self.billed == self.Billed.NO:
            return Decimal(0)
        return self.cost_reserved if self.cost is None else self.cost


class Spending(models.Model):
    """What calls have cost in USD, with what is reserved: in one run, on one day, or at one provider on one day.

    The sum over attempts, kept up in the transaction that writes each. The day (UTC) is that on which the call began.
    """

    run = models.ForeignKey(Run, models.CASCADE, null=True, related_name="+")
    provider = models.ForeignKey(Provider, models.CASCADE, null=True, related_name="spendings")
    day = models.DateField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=6, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "provider", "day"], nulls_distinct=False, name="spending_unique"),
            models.CheckConstraint(
                condition=Q(run__isnull=False, provider__isnull=True, day__isnull=True)
                | Q(run__isnull=True, day__isnull=False),
                name="spending_of_run_or_day",
            ),
        ]


class ProviderState(models.Model):
    """How calls to a provider go, shared by all workers: its breaker, its pace, and what it may cost a day in USD.

    `cause` is why it is stopped: an error's kind, or `staff`. `key_digest` is a keyed digest of the refused key.
    `retry_at` is when an outage is tried again, `slots` how many calls it takes at once if fewer than the catalogue
    says, `refill_at` when a message is due that sends its next jobs.
    """

    class Breaker(models.TextChoices):
        CLOSED = "closed", _("Takes calls")
        STOPPED = "stopped", _("Stopped")
        OUTAGE = "outage", _("Out of order")

    provider = models.OneToOneField(Provider, models.CASCADE, primary_key=True, related_name="state_of_calls")
    breaker = models.CharField(max_length=8, choices=Breaker.choices, default=Breaker.CLOSED)
    cause = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(null=True)
    key_digest = models.CharField(max_length=64, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    outages = models.PositiveSmallIntegerField(default=0)
    retry_at = models.DateTimeField(null=True)
    slots = models.PositiveSmallIntegerField(null=True)
    strikes = models.PositiveSmallIntegerField(default=0)
    held_until = models.DateTimeField(null=True)
    hold_reason = models.CharField(max_length=300, blank=True)
    next_call_at = models.DateTimeField(null=True)
    refill_at = models.DateTimeField(null=True)
    day_cap = models.DecimalField(max_digits=10, decimal_places=4, null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(breaker__in=["closed", "stopped", "outage"]), name="provider_breaker"),
            models.CheckConstraint(condition=Q(slots__isnull=True) | Q(slots__gte=1), name="provider_slots"),
            models.CheckConstraint(
                condition=Q(day_cap__isnull=True) | Q(day_cap__gte=0), name="provider_cap_not_negative"
            ),
        ]

    def opens_at(self, now: datetime.datetime) -> datetime.datetime | None:
        """Return when it takes the next call: `now`, or a later moment; None while it is stopped."""
        if self.breaker == self.Breaker.STOPPED:
            return None
        retry_at = self.retry_at if self.breaker == self.Breaker.OUTAGE else None
        return max(moment for moment in (now, self.held_until, self.next_call_at, retry_at) if moment is not None)


class Decision(models.Model):
    """What a person decided on a call that was or may have been charged and left no image; and what that costs.

    `handle` is that of a pending call that was given up; `stopped` is its host's answer to whether it drops the call.
    """

    class Choice(models.TextChoices):
        ASK = "ask", _("Ask the provider again")
        REPEAT = "repeat", _("Repeat anyway")
        GIVE_UP = "give_up", _("Give up")

    generation = models.ForeignKey(Generation, models.PROTECT, related_name="decisions")
    attempt = models.ForeignKey(Attempt, models.PROTECT, null=True, related_name="+")
    choice = models.CharField(max_length=8, choices=Choice.choices)
    cause = models.CharField(max_length=300, blank=True)
    cost = models.DecimalField(
        max_digits=10, decimal_places=6, null=True,
        help_text=_("The most that it adds, in USD; empty if no price is known."),
    )  # fmt: skip
    handle = models.JSONField(null=True)
    stopped = models.BooleanField(null=True)
    decided_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(choice__in=DECISIONS), name="decision_choice")]


class Probe(models.Model):
    """One paid call by which staff see whether a provider works. Its image is looked at and not kept.

    Open while `ended_at` is empty; `called_at` is when a worker took it, `handle` what is polled with.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="probes")
    contender = models.ForeignKey(Contender, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    called_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True)
    handle = models.JSONField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    billed = models.CharField(max_length=8, choices=Attempt.Billed.choices, default=Attempt.Billed.UNKNOWN)
    message = models.CharField(max_length=300, blank=True)
    cost_reserved = models.DecimalField(max_digits=10, decimal_places=6, default=0)
    cost = models.DecimalField(max_digits=10, decimal_places=6, null=True)
    cost_basis = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["provider"], condition=Q(ended_at__isnull=True), name="probe_one_open"),
            models.CheckConstraint(condition=Q(billed__in=["no", "yes", "unknown"]), name="probe_billed"),
        ]


class Image(models.Model):
    """The private, content-addressed original of a generation. `public_id` is used once its prompt is open.

    `pixels` is SHA-256 of what it shows (hexadecimal); of an image of an old release, `sha256` at first. `look` is its
    difference hash (`pictures.likeness`), `credentials` what its file claims of its making (`pictures.credentials`);
    these and `is_blank` are empty until looked at. `handle` is its address on staff pages, nameless until it is open.
    """

    generation = models.OneToOneField(Generation, models.PROTECT, related_name="image")
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64, db_index=True)
    pixels = models.CharField(max_length=64)
    look = models.BigIntegerField(null=True, blank=True)
    is_blank = models.BooleanField(null=True, blank=True)
    credentials = models.JSONField(null=True, blank=True)
    handle = models.UUIDField(db_default=RandomUUID(), unique=True, editable=False)
    storage_key = models.CharField(max_length=200)
    format = models.CharField(max_length=8)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    byte_size = models.PositiveIntegerField()
    provenance = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)


class Rendition(models.Model):
    """The uniform, metadata-free copy that voters see, at one width: WebP in the common box.

    `width` is the longer side of the box, a square. `box` names the pixels of an edit's, which has its source's shape
    ("1024x683"). `recipe` numbers how it was encoded (`ingest.renditions.RECIPE`). `sha256` is its file's (hexadecimal;
    empty where it was encoded before hashes were kept).
    """

    image = models.ForeignKey(Image, models.PROTECT, related_name="renditions")
    width = models.PositiveSmallIntegerField()
    box = models.CharField(max_length=11, blank=True, db_default="")
    storage_key = models.CharField(max_length=200)
    byte_size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True, db_default="")
    recipe = models.PositiveSmallIntegerField(default=1)

    class Meta:
        ordering = ["width"]
        constraints = [models.UniqueConstraint(fields=["image", "width"], name="rendition_unique")]


class Upload(models.Model):
    """A folder on its way from a browser into an import. Its files are staged in the data folder, under its token.

    `listing` holds [path, size] of each file, `digest` recognises a folder that is chosen again, `choices` are answers.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Being prepared")
        QUEUED = "queued", _("Waiting for a worker")
        WORKING = "working", _("Being imported")
        DONE = "done", _("Imported")
        FAILED = "failed", _("Stopped")

    token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    label = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    listing = models.JSONField()
    digest = models.CharField(max_length=64)
    choices = models.JSONField(default=dict)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    message = models.CharField(max_length=500, blank=True)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    touched_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "queued", "working", "done", "failed"]), name="upload_state"
            )
        ]
