"""Votes to rankings: boards, their immutable snapshots, and each contender's standing in one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from arena.catalog.models import Contender, Modality
from arena.voting.models import ImportedContender, Ledger

# Boards that are computed when somebody asks for them: those of a category in a language, those by axis, windows, and
# those of all votes where the others count only official ones. The refresh then keeps those by axis up to date, since a
# model's page needs them all.
ON_DEMAND = ~Q(days=0) | ~Q(tiers="") | Q(slice__in=["category_language", "axis"])


def is_on_demand(kind: str, days: int, tiers: str) -> bool:
    """Return whether a board of this slice, window and tiers is one of ON_DEMAND."""
    return bool(days or tiers) or kind in ("category_language", "axis")


def of_model(model: str) -> Q:
    """The filter for the standings of a model's contenders, also under the labels that an import mapped to them."""
    return Q(contender__image_model__slug=model) | Q(imported__contender__image_model__slug=model)


class AxisMap(models.Model):
    """Which axes each prompt tested when boards by axis were computed; stored once per distinct map, never changed."""

    hash = models.CharField(max_length=64, unique=True, help_text=_("As `ratings.columns.prompt_axes` computes it."))
    by_prompt = models.JSONField(help_text=_("The axes of each prompt, by slug."))


class Board(models.Model):
    """One ranking question: ledger × modality × slice (overall, category, language, axis, …), of all time or some days.

    Where only votes of some tiers are official, each board stands in two kinds: `tiers` is empty for the official one.
    Its snapshots' methods name the tiers.

    `asked_at` is set while a board on demand waits to be computed. `computed_with` is the overall board's newest
    snapshot at its last computation.
    """

    class Slice(models.TextChoices):
        OVERALL = "overall", _("Overall")
        CATEGORY = "category", _("Category")
        LANGUAGE = "language", _("Language")
        CATEGORY_LANGUAGE = "category_language", _("Category in a language")
        AXIS = "axis", _("Axis")

    class Window(models.IntegerChoices):
        ALL_TIME = 0, _("All time")
        DAYS_90 = 90, _("90 days")
        DAYS_30 = 30, _("30 days")

    class Tiers(models.TextChoices):
        OFFICIAL = "", _("Official")
        ALL = "all", _("All votes")

    ledger = models.ForeignKey(Ledger, models.CASCADE, related_name="boards")
    modality = models.CharField(max_length=20, choices=Modality.choices)
    slice = models.CharField(max_length=20, choices=Slice.choices)
    slice_value = models.CharField(
        max_length=161, blank=True, help_text=_("The category's slug, the language's code, slug/code, or the axis.")
    )
    days = models.PositiveSmallIntegerField(
        choices=Window.choices, default=Window.ALL_TIME, help_text=_("Up to the newest vote's day; 0 for all time.")
    )
    tiers = models.CharField(
        max_length=3, choices=Tiers.choices, default=Tiers.OFFICIAL, blank=True, help_text=_("Whose votes it counts.")
    )
    asked_at = models.DateTimeField(null=True, blank=True, help_text=_("When it was last asked for, if it is waiting."))
    computed_with = models.BigIntegerField(
        null=True, blank=True, help_text=_("The overall board's latest snapshot when this one was last computed.")
    )

    class Meta:
        ordering = ["ledger", "modality", "slice", "slice_value", "days", "tiers"]
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "modality", "slice", "slice_value", "days", "tiers"], name="board_unique"
            ),
            models.CheckConstraint(
                condition=Q(slice="overall", slice_value="")
                | (Q(slice__in=["category", "language", "category_language", "axis"]) & ~Q(slice_value="")),
                name="board_slice",
            ),
            models.CheckConstraint(condition=Q(days__in=[0, 30, 90]), name="board_days"),
            models.CheckConstraint(condition=Q(tiers__in=["", "all"]), name="board_tiers"),
        ]


class Snapshot(models.Model):
    """A board computed from a ledger prefix by a versioned method. Immutable; old ones are thinned out.

    `input_hash` is over the integer inputs, `output_hash` over the standings as published (rounded to 1e-6). `axis_map`
    says by which axes a board by axis chose its votes; its hash is part of the input hash. Moves are
    relative to `baseline`, an earlier snapshot of the board. Thinning may delete the baseline: keeping every one would
    double the number of snapshots. The measured moves stay true, and `baseline_at` still says since when.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="snapshots")
    position = models.BigIntegerField(help_text=_("The last ledger position read."))
    head = models.CharField(max_length=64, help_text=_("The ledger's chain link at that position."))
    method = models.JSONField(help_text=_("Name, version and parameters of the method."))
    input_hash = models.CharField(max_length=64)
    output_hash = models.CharField(max_length=64)
    votes = models.PositiveIntegerField()
    voters = models.PositiveIntegerField()
    excluded = models.PositiveIntegerField(default=0)
    exclusions_hash = models.CharField(
        max_length=64, blank=True, help_text=_("SHA-256 of the ledger's excluded positions up to that one.")
    )
    axis_map = models.ForeignKey(AxisMap, models.PROTECT, null=True, blank=True, related_name="snapshots")
    anchor = models.JSONField(default=list, help_text=_("Contenders whose mean Elo is the centre."))
    position_effect = models.JSONField(null=True, blank=True)
    baseline = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    baseline_at = models.DateTimeField(null=True, blank=True)
    computed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["board", "-id"], name="snapshot_board_latest"),
            models.Index(fields=["board", "-computed_at"], name="snapshot_board_moment"),
        ]


class MonthEnd(models.Model):
    """A board at the end of an earlier month, and who moved since; computed when somebody asks.

    `facts` are those of `ratings.diagnostics.since.state_since`, or empty while none were computed; `snapshot` is the
    one that they lead up to. `asked_at` is set while it waits to be computed.
    """

    board = models.ForeignKey(Board, models.CASCADE, related_name="month_ends")
    day = models.DateField(help_text=_("The last day of the month (UTC)."))
    snapshot = models.ForeignKey(Snapshot, models.CASCADE, null=True, related_name="+")
    facts = models.JSONField(default=dict)
    asked_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["board", "-day"]
        constraints = [models.UniqueConstraint(fields=["board", "day"], name="month_end_unique")]


class PairRecords(models.Model):
    """The counts of every pair that met within a snapshot's votes, as `ratings.columns.pair_records` packs them.

    Snapshots older than this table have none.
    """

    snapshot = models.OneToOneField(Snapshot, models.CASCADE, primary_key=True, related_name="pair_records")
    packed = models.BinaryField()


class Audit(models.Model):
    """How fragile, decided, agreed on and well predicted a snapshot is: facts that never change.

    `facts` are those of `ratings.diagnostics.audit.state_audit`; `recompute --audit` finds the same from an export.
    """

    snapshot = models.OneToOneField(Snapshot, models.CASCADE, primary_key=True, related_name="audit")
    version = models.CharField(max_length=20)
    facts = models.JSONField()
    seconds = models.FloatField(help_text=_("How long it took."))
    made_at = models.DateTimeField(auto_now_add=True)


class ErrorBlock(models.Model):
    """What the errors of two boards' newest snapshots have in common, as `ratings.joint.error_blocks` packs it.

    For a snapshot with itself, these are its own errors. Only the newest snapshots have any. Boards without common
    voters have none.
    """

    first = models.ForeignKey(Snapshot, models.CASCADE, related_name="error_blocks")
    second = models.ForeignKey(Snapshot, models.CASCADE, related_name="+")
    packed = models.BinaryField()

    class Meta:
        ordering = ["first", "second"]
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="error_block_unique")]


class Standing(models.Model):
    """The line of one contender, or of one imported contender, in a snapshot; a thin line has no ratings."""

    class Level(models.TextChoices):
        THIN = "thin", _("Thin")
        PRELIMINARY = "preliminary", _("Preliminary")
        ESTABLISHED = "established", _("Established")

    snapshot = models.ForeignKey(Snapshot, models.CASCADE, related_name="standings")
    contender = models.ForeignKey(Contender, models.PROTECT, related_name="standings", null=True)
    imported = models.ForeignKey(ImportedContender, models.CASCADE, related_name="standings", null=True)
    level = models.CharField(max_length=12, choices=Level.choices)
    elo = models.FloatField(null=True)
    elo_low = models.FloatField(null=True)
    elo_high = models.FloatField(null=True)
    mu = models.FloatField(null=True)
    sigma = models.FloatField(null=True)
    conservative = models.FloatField(null=True, help_text=_("TrueSkill μ − 3σ."))
    rank_low = models.PositiveSmallIntegerField(null=True)
    rank_high = models.PositiveSmallIntegerField(null=True)
    rank_elo = models.PositiveSmallIntegerField(null=True)
    rank_trueskill = models.PositiveSmallIntegerField(null=True)
    p_first = models.FloatField(null=True, help_text=_("The chance that no other ranked contender is better."))
    votes = models.PositiveIntegerField()
    voters = models.PositiveIntegerField()
    effective_voters = models.FloatField(null=True, help_text=_("Empty before method version 3."))
    prompts = models.PositiveIntegerField(null=True, help_text=_("Empty before method version 2."))
    effective_prompts = models.FloatField(null=True, help_text=_("Empty before method version 3."))
    wins = models.PositiveIntegerField()
    losses = models.PositiveIntegerField()
    ties = models.PositiveIntegerField()
    both_bad = models.PositiveIntegerField()
    win_rate = models.FloatField(null=True)
    floor_rate = models.FloatField(null=True)
    flags = models.JSONField(default=list)
    elo_change = models.FloatField(null=True, help_text=_("Since the snapshot's baseline."))
    elo_change_low = models.FloatField(null=True)
    elo_change_high = models.FloatField(null=True)
    moved = models.BooleanField(null=True, help_text=_("Whether the change is more than luck; empty: not known."))

    class Meta:
        ordering = ["snapshot", "rank_elo", "contender"]
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "contender"], name="standing_unique"),
            models.UniqueConstraint(fields=["snapshot", "imported"], name="standing_imported_unique"),
            models.CheckConstraint(
                condition=Q(contender__isnull=False, imported__isnull=True)
                | Q(contender__isnull=True, imported__isnull=False),
                name="standing_of_one",
            ),
            models.CheckConstraint(
                condition=Q(level__in=["thin", "preliminary", "established"]), name="standing_level"
            ),
        ]

    @property
    def slug(self) -> str:
        """The contender's name on boards: its slug, or an imported contender's label."""
        if self.imported:
            return self.imported.label
        return self.contender.slug if self.contender else ""


class NewcomerWatch(models.Model):
    """What voters who came since a day say of contenders, as last computed; one row per ledger and modality.

    `favours` are those of `watch_newcomers`; `read` says what of the ledger and its exclusions they rest on.
    """

    ledger = models.ForeignKey(Ledger, models.CASCADE, related_name="+")
    modality = models.CharField(max_length=20)
    since = models.DateField()
    favours = models.JSONField(default=list)
    read = models.CharField(max_length=80)
    computed_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ledger", "modality"], name="newcomer_watch_unique")]


class Alarm(models.Model):
    """That newcomers favour or shun a contender as no chance explains; at most one per contender and day.

    Nothing follows from it by itself: staff look, and note that they have.
    """

    ledger = models.ForeignKey(Ledger, models.CASCADE, related_name="+")
    modality = models.CharField(max_length=20)
    contender = models.CharField(max_length=300)
    day = models.DateField()
    since = models.DateField(help_text=_("The newcomers' first votes were on this day or later."))
    gains = models.BooleanField()
    evidence = models.FloatField()
    voters = models.PositiveIntegerField()
    votes = models.PositiveIntegerField()
    raised_at = models.DateTimeField(auto_now_add=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    seen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["-day", "-evidence", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["ledger", "modality", "contender", "day"], name="alarm_once_a_day")
        ]
