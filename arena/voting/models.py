"""Images to votes: voters, matchups, votes, and the ledger in which votes get their final order."""

import secrets
import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arena.catalog.models import Category, Contender, Modality, Prompt
from arena.catalog.reasons import Reason
from arena.generation.models import Generation
from arena.voting.control_kinds import Control as Control
from arena.voting.evidence_tables import AccountVoter as AccountVoter
from arena.voting.evidence_tables import NetworkSalt as NetworkSalt
from arena.voting.evidence_tables import Tier as Tier
from arena.voting.evidence_tables import VoteEvidence as VoteEvidence
from arena.voting.exclusion_tables import Exclusion as Exclusion
from arena.voting.exclusion_tables import ExclusionDecision as ExclusionDecision
from arena.voting.exclusion_tables import LiftedExclusion as LiftedExclusion
from arena.voting.ledger.chain import GENESIS

_OF_A_KIND = ["native", "demonstration", "control"]
_KINDS = [*_OF_A_KIND, "imported"]


class Outcome(models.TextChoices):
    """The answer to a matchup."""

    LEFT = "left", _("Left is better")
    RIGHT = "right", _("Right is better")
    TIE = "tie", _("Tie")
    BOTH_BAD = "both_bad", _("Both bad")


class Ledger(models.Model):
    """Votes in their final order, with the head of their hash chain. A board reads exactly one ledger.

    Votes on gold pairs and repeats have a ledger of their own, which no board reads.
    """

    class Kind(models.TextChoices):
        NATIVE = "native", _("Native")
        DEMONSTRATION = "demonstration", _("Demonstration")
        IMPORTED = "imported", pgettext_lazy("ledger", "Imported")
        CONTROL = "control", _("Controls")

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    length = models.BigIntegerField(default=0, editable=False)
    head = models.CharField(
        max_length=64, default=GENESIS, editable=False, help_text=_("SHA-256 of the last entry's chain link.")
    )
    is_main = models.BooleanField(
        default=False, editable=False, help_text=_("Whether pages show this imported ledger where none is named.")
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=_KINDS), name="ledger_kind"),
            models.CheckConstraint(condition=Q(is_main=False) | Q(kind="imported"), name="ledger_main_is_imported"),
            models.UniqueConstraint(fields=["is_main"], condition=Q(is_main=True), name="ledger_one_main"),
            models.UniqueConstraint(fields=["kind"], condition=Q(kind__in=_OF_A_KIND), name="ledger_one_of_a_kind"),
        ]

    def __str__(self) -> str:
        return self.name


class LedgerOrigin(models.Model):
    """Where an imported ledger's votes came from. `columns` names the file's column for each role that has one.

    `left_out` counts rows that the file itself marks as excluded. `axes` has the axes that its prompts test, by their
    labels, if the import named any. `imported_by` is for staff only.
    """

    ledger = models.OneToOneField(Ledger, models.CASCADE, primary_key=True, related_name="origin")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64, unique=True, help_text=_("SHA-256 of the file, hexadecimal."))
    columns = models.JSONField(default=dict)
    axes = models.JSONField(default=dict, blank=True)
    rows = models.BigIntegerField()
    left_out = models.BigIntegerField(default=0)
    source = models.URLField(max_length=500, blank=True)
    licence = models.CharField(max_length=120, blank=True)
    note = models.CharField(max_length=500, blank=True)
    imported_at = models.DateTimeField(auto_now_add=True)
    imported_by = models.CharField(max_length=150, blank=True)

    @property
    def kept(self) -> int:
        """Rows that became entries."""
        return self.rows - self.left_out


class ImportedContender(models.Model):
    """A contender of an imported ledger, known only by its name in the file unless the import named a Contender for it.

    It is not itself a Contender: it has no model, settings or price, and nothing deals, generates or lists it.
    """

    ledger = models.ForeignKey(Ledger, models.CASCADE, related_name="imported_contenders")
    label = models.CharField(max_length=300)
    contender = models.ForeignKey(Contender, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "label"], name="imported_contender_label"),
            models.UniqueConstraint(fields=["ledger", "contender"], name="imported_contender_once"),
            models.CheckConstraint(condition=~Q(label=""), name="imported_contender_named"),
        ]

    def __str__(self) -> str:
        return self.label


class Voter(models.Model):
    """A person, known by a signed cookie, whose key is the primary key; the first answer creates the row."""

    key = models.UUIDField(primary_key=True)
    pseudonym = models.CharField(max_length=32, unique=True)
    languages = ArrayField(models.CharField(max_length=12), default=list)
    created_at = models.DateTimeField(db_default=Now())
    excluded_at = models.DateTimeField(
        null=True, blank=True, help_text=_("When a vote of theirs was last excluded; their cookie counts as new.")
    )


class Matchup(models.Model):
    """One prompt, two generations, a left and a right side, dealt to one voter, closed once.

    `id` and the handles are 128 random bits. `answer` is an Outcome, `skip` or `report`. `reply` holds what the answer
    will reveal, then what the voter was told, so that a repeated answer gets the same reply. Nothing of it is sent
    before the answer.
    """

    id = models.UUIDField(primary_key=True)
    # Matchups are found by id, by handle, by voter and turn, and by voter and prompt; any other index would slow down
    # every deal. What a voter has seen is found by prompt, and by the prompts that it supersedes: their images may
    # move to it. An image that moved to any other prompt would be dealt again.
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="matchups", db_index=False)
    voter_key = models.UUIDField()
    turn = models.PositiveIntegerField(
        help_text=_("The voter's matchups are counted; no two requests deal the same turn.")
    )
    prompt = models.ForeignKey(Prompt, models.PROTECT, related_name="+", db_index=False)
    left = models.ForeignKey(Generation, models.PROTECT, related_name="+", db_index=False)
    right = models.ForeignKey(Generation, models.PROTECT, related_name="+", db_index=False)
    left_handle = models.UUIDField(unique=True)
    right_handle = models.UUIDField(unique=True)
    propensity = models.FloatField()
    policy = models.CharField(max_length=20)
    dealt_at = models.DateTimeField(db_default=Now())
    closed_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=10, blank=True)
    reply = models.JSONField(null=True, blank=True)
    control = models.CharField(max_length=10, choices=Control.choices, blank=True, db_default="")

    class Meta:
        indexes = [
            models.Index(fields=["voter_key", "prompt"], name="matchup_voter_prompt"),
            models.Index(fields=["voter_key"], condition=~Q(control=""), name="matchup_control"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(left=F("right")), name="matchup_two_sides"),
            models.CheckConstraint(condition=~Q(left_handle=F("right_handle")), name="matchup_two_handles"),
            models.CheckConstraint(condition=Q(propensity__gt=0, propensity__lte=1), name="matchup_propensity"),
            models.CheckConstraint(
                condition=Q(answer="", closed_at__isnull=True)
                | Q(answer__in=["left", "right", "tie", "both_bad", "skip", "report"], closed_at__isnull=False),
                name="matchup_closed_once",
            ),
            models.UniqueConstraint(fields=["voter_key", "turn"], name="matchup_voter_turn"),
        ]


class Vote(models.Model):
    """The answer to one matchup. Never updated."""

    matchup = models.OneToOneField(Matchup, models.PROTECT, primary_key=True, related_name="vote")
    voter = models.ForeignKey(Voter, models.PROTECT, related_name="votes")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    cast_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="vote_outcome"),
        ]


class VoteReason(models.Model):
    """A reason that a voter gave with a vote. Written by the statement that casts it; never updated."""

    # The unique pair of vote and reason serves as its index.
    vote = models.ForeignKey(Vote, models.PROTECT, related_name="reasons", db_index=False)
    reason = models.CharField(max_length=12, choices=Reason.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vote", "reason"], name="vote_reason_once"),
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="vote_reason_known"),
        ]


class UnsealedVote(models.Model):
    """A vote that waits for its place in the ledger: written with the vote, deleted by the sealer."""

    vote = models.OneToOneField(Vote, models.CASCADE, primary_key=True, related_name="unsealed")


class LedgerEntry(models.Model):
    """A sealed vote: exactly the exported columns, frozen. Never updated.

    `leaf` is SHA-256 over the salt and the canonical columns; `chain` is SHA-256 over the previous chain link and
    the leaf; `version` says which columns are hashed (`chain.FORMATS`). Slugs, not keys: an entry reads the same in any
    database. An imported ledger has labels of its file instead, and no voter, prompt, category, language, propensity or
    day where the file names none.
    """

    # The unique pair of ledger and position serves as its index.
    ledger = models.ForeignKey(Ledger, models.PROTECT, related_name="entries", db_index=False)
    position = models.BigIntegerField()
    vote = models.OneToOneField(Vote, models.PROTECT, null=True, blank=True, related_name="entry")
    left = models.CharField(max_length=300)
    right = models.CharField(max_length=300)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    prompt = models.CharField(max_length=120)
    category = models.CharField(max_length=80)
    language = models.CharField(max_length=80)
    modality = models.CharField(max_length=20, choices=Modality.choices)
    propensity = models.FloatField(null=True)
    voter = models.CharField(max_length=32)
    cast_on = models.DateField(null=True)
    reasons = models.CharField(
        max_length=80, blank=True, db_default="", help_text=_("Codes of the reasons given, separated by spaces.")
    )
    tier = models.CharField(
        max_length=8, blank=True, db_default="", help_text=_("How much was known of the voter; empty: not recorded.")
    )
    network = models.CharField(
        max_length=12, blank=True, db_default="", help_text=_("Label of a cookie's network on that day, or empty.")
    )
    control = models.CharField(
        max_length=10,
        blank=True,
        db_default="",
        help_text=_("In the ledger of controls: gold_left, gold_right or repeat."),
    )
    version = models.PositiveSmallIntegerField(
        db_default=1, editable=False, help_text=_("Of the format in which the columns are hashed.")
    )
    salt = models.CharField(max_length=32)
    leaf = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)

    class Meta:
        ordering = ["ledger", "position"]
        verbose_name_plural = "ledger entries"
        # The page of an open prompt counts its votes, and a board counts the reasons given; without these indexes each
        # would read the whole ledger.
        indexes = [
            models.Index(fields=["ledger", "prompt"], name="entry_prompt"),
            models.Index(fields=["ledger", "position"], condition=~Q(reasons=""), name="entry_reasons"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["ledger", "position"], name="entry_position_unique"),
            models.CheckConstraint(condition=Q(position__gte=1), name="entry_position_positive"),
            models.CheckConstraint(
                condition=~Q(left=F("right")) | Q(control__in=["gold_left", "gold_right"]), name="entry_two_contenders"
            ),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="entry_outcome"),
        ]


class Report(models.Model):
    """What a voter reported of a matchup instead of judging it; it closes the matchup and is no vote."""

    class Kind(models.TextChoices):
        BROKEN = "broken", _("It does not load")
        UNSAFE = "unsafe", _("Unsafe or offensive")
        NAME = "name", _("A name or watermark shows")
        WRONG_PROMPT = "wrong_prompt", _("It belongs to another prompt")
        OTHER = "other", _("Something else")

    class Side(models.TextChoices):
        LEFT = "left", _("A, the left image")
        RIGHT = "right", _("B, the right image")
        BOTH = "both", _("Both images")

    matchup = models.OneToOneField(Matchup, models.PROTECT, primary_key=True, related_name="report")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    side = models.CharField(max_length=5, choices=Side.choices)
    note = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["broken", "unsafe", "name", "wrong_prompt", "other"]), name="report_kind"
            ),
            models.CheckConstraint(condition=Q(side__in=["left", "right", "both"]), name="report_side"),
        ]


class ReportDecision(models.Model):
    """What staff decided about an image, reported or not, who and when. Never updated; the latest of an image holds."""

    class Verdict(models.TextChoices):
        KEEP = "keep", _("Kept")
        HIDE = "hide", _("Hidden")

    generation = models.ForeignKey(Generation, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=4, choices=Verdict.choices)
    decided_at = models.DateTimeField(db_default=Now())
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(verdict__in=["keep", "hide"]), name="report_decision_verdict")
        ]


class ReportedImage(models.Model):
    """One voter's report of one image, counted once however often they report it; it waits until staff decide.

    `handle` is the image's address on the staff page: 128 random bits that lead to no name.
    """

    report = models.ForeignKey(Report, models.PROTECT, related_name="images")
    # The unique pair of generation and voter serves as its index.
    generation = models.ForeignKey(Generation, models.PROTECT, related_name="+", db_index=False)
    voter_key = models.UUIDField()
    handle = models.UUIDField(unique=True)
    decision = models.ForeignKey(ReportDecision, models.PROTECT, null=True, blank=True, related_name="answered")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["generation", "voter_key"], name="reported_image_once")]
        indexes = [
            models.Index(fields=["generation"], condition=Q(decision__isnull=True), name="reported_image_waiting")
        ]


class Strength(models.Model):
    """What the leaderboard publishes for dealing and the reveal: one contender on an overall or category board.

    `mean` and `variance` are in natural (logit) units; `rank_low`/`rank_high` are empty until a range is known.
    """

    ledger = models.ForeignKey(Ledger, models.CASCADE, related_name="strengths")
    contender = models.ForeignKey(Contender, models.CASCADE, related_name="strengths")
    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="+")
    mean = models.FloatField()
    variance = models.FloatField()
    rank_low = models.PositiveSmallIntegerField(null=True, blank=True)
    rank_high = models.PositiveSmallIntegerField(null=True, blank=True)
    snapshot = models.BigIntegerField(help_text=_("The snapshot these were published with."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ledger", "contender", "category"], nulls_distinct=False, name="strength_unique"
            ),
            models.CheckConstraint(condition=Q(variance__gte=0), name="strength_variance"),
        ]


class PairSplit(models.Model):
    """How voters have split on one pair of contenders in one ledger (first < second by key), as of the last refresh."""

    ledger = models.ForeignKey(Ledger, models.CASCADE, related_name="pair_splits")
    first = models.ForeignKey(Contender, models.CASCADE, related_name="+")
    second = models.ForeignKey(Contender, models.CASCADE, related_name="+")
    first_wins = models.PositiveIntegerField()
    second_wins = models.PositiveIntegerField()
    ties = models.PositiveIntegerField()
    both_bad = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ledger", "first", "second"], name="pair_split_unique"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="pair_split_ordered"),
        ]


def random_id() -> uuid.UUID:
    """Return 128 unguessable bits (a version-4 UUID carries 122 only)."""
    return uuid.UUID(bytes=secrets.token_bytes(16))
