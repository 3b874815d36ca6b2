"""What exists: organizations, models, contenders, providers, prices, categories, prompts; and their one-row rules."""

import datetime
from functools import cached_property
from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.json import KT
from django.db.models.lookups import Contains
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from arena.catalog.pinned_settings import PLACE
from arena.catalog.pinned_settings import hash_settings as hash_settings
from arena.catalog.reasons import Reason, every_reason
from arena.catalog.row_bases import FromFile, Sourced, has_come
from arena.catalog.side_tables.axes import Axis as Axis
from arena.catalog.side_tables.chronicle import LogLine as LogLine
from arena.catalog.side_tables.chronicle import Notice as Notice
from arena.catalog.side_tables.model_claims import Claim as Claim
from arena.catalog.validators import validate_distinct, validate_scene, validate_settings


class Modality(models.TextChoices):
    """What a prompt asks for."""

    TEXT_TO_IMAGE = "text-to-image", _("Text to image")
    IMAGE_EDITING = "image-editing", _("Image editing")


# Addresses under /vote/, which a category's /vote/<category>/ must not take.
RESERVED_SLUGS = ["answer", "image", "languages", "next"]


class Organization(FromFile):
    """Who makes a model."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    website = models.URLField(max_length=500, blank=True)
    description = models.TextField(blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ImageModel(FromFile):
    """A model as people know it. It is retired from its shutdown date on; its votes, standings and page stay."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="image_models")
    modalities = models.JSONField(default=list)
    summary = models.CharField(max_length=300, blank=True)
    shutdown_on = models.DateField(null=True, blank=True)
    replaced_by = models.ManyToManyField("self", symmetrical=False, related_name="replaces", blank=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def is_retired(self) -> bool:
        """Whether its shutdown date has come."""
        return has_come(self.shutdown_on)


class Fact(Sourced):
    """One value of one property of a model; sources that contradict each other may both be listed."""

    image_model = models.ForeignKey(ImageModel, models.CASCADE, related_name="facts")
    key = models.SlugField(max_length=60)
    value = models.CharField(max_length=300)
    unit = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["key", "seen_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["image_model", "key", "value", "source"], name="fact_unique"),
        ]


class Parameter(Sourced):
    """A request parameter that a model accepts."""

    image_model = models.ForeignKey(ImageModel, models.CASCADE, related_name="parameters")
    name = models.CharField(max_length=60)
    type = models.CharField(max_length=40)
    default = models.CharField(max_length=80, blank=True)
    allowed = models.CharField(max_length=300, blank=True)
    description = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["image_model", "name", "source"], name="parameter_unique"),
        ]


class Provider(FromFile):
    """A host with an API. `family` names its wire adapter (empty: not callable yet); keys stay in the environment.

    `options` says how its wire differs from its family's; the family's file lists what it understands. `result_hosts`
    are the hosts, with their subdomains, from which results may be fetched besides the base URL's own.
    `calls_per_minute` is the most that the host takes (empty: only `concurrency` limits it).
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    website = models.URLField(max_length=500, blank=True)
    family = models.SlugField(max_length=40, blank=True)
    base_url = models.URLField(max_length=500, blank=True)
    key_env = models.CharField(max_length=80, blank=True)
    options = models.JSONField(default=dict, blank=True)
    result_hosts = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    concurrency = models.PositiveSmallIntegerField(default=2)
    calls_per_minute = models.PositiveIntegerField(null=True, blank=True)
    synced_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Offering(models.Model):
    """A model as one provider sells it, under that provider's name for it.

    `edit_model_id` is its name for edits, where the provider has another. `capabilities` says by name which
    `capabilities.Capabilities` differ from its family's. `shutdown_on` is what sources say; `reported_shutdown_on` and
    `missing_since` what the provider's own list of models said at the last sync.
    """

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="offerings")
    image_model = models.ForeignKey(ImageModel, models.PROTECT, related_name="offerings")
    model_id = models.CharField(max_length=200)
    edit_model_id = models.CharField(max_length=200, blank=True)
    modalities = models.JSONField(default=list, blank=True, help_text=_("Empty: those of the model."))
    capabilities = models.JSONField(default=dict, blank=True)
    shutdown_on = models.DateField(null=True, blank=True)
    reported_shutdown_on = models.DateField(null=True, blank=True, editable=False)
    missing_since = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["provider__name"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "image_model"], name="offering_unique"),
        ]

    @cached_property
    def price_list(self) -> list["Price"]:
        """Its prices, read once."""
        return list(self.prices.all())


class Price(Sourced):
    """What one unit of an offering costs. An image price may hold for one quality and size only (empty: any)."""

    offering = models.ForeignKey(Offering, models.CASCADE, related_name="prices")
    item = models.CharField(max_length=40)
    unit = models.CharField(max_length=40)
    quality = models.CharField(max_length=20, blank=True)
    size = models.CharField(max_length=20, blank=True)
    amount = models.DecimalField(max_digits=12, decimal_places=6)
    currency = models.CharField(max_length=3, default="USD")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["item", "quality", "size", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="price_not_negative"),
            models.UniqueConstraint(
                fields=["offering", "item", "unit", "quality", "size", "source"], name="price_unique"
            ),
        ]


class Contender(FromFile):
    """An ImageModel at pinned settings: what gets ranked. Settings are hashed, and frozen at the first generation.

    `template` and `negative_prompt` among the settings are Easel's: `{prompt}` in a template stands for the prompt's
    text. The other settings are the provider's. Contenders of one `series` line up by `step`: a training step, an
    epoch, a strength.
    """

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    image_model = models.ForeignKey(ImageModel, models.PROTECT, related_name="contenders")
    offering = models.ForeignKey(
        Offering, models.PROTECT, related_name="contenders", null=True, blank=True,
        help_text=_("Where its images are generated; empty for imported images."),
    )  # fmt: skip
    settings = models.JSONField(default=dict, blank=True, validators=[validate_settings])
    settings_hash = models.CharField(max_length=64, editable=False)
    series = models.SlugField(max_length=80, blank=True, allow_unicode=True)
    step = models.FloatField(null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    retired_because = models.CharField(max_length=300, blank=True, help_text=_("Published in the log."))
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["image_model", "settings_hash"], name="contender_settings_unique"),
            models.CheckConstraint(
                condition=Q(series="", step__isnull=True) | (~Q(series="") & Q(step__isnull=False)),
                name="contender_step_in_series",
            ),
            models.CheckConstraint(
                condition=Contains(KT("settings__template"), PLACE),
                name="contender_template_has_prompt",
                violation_error_message=_("The template among the settings needs {prompt} where the text goes."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Update the hash of the settings; the database refuses a change once they are frozen."""
        self.settings_hash = hash_settings(self.settings)
        super().save(*args, **kwargs)

    @property
    def is_retired(self) -> bool:
        """Whether it is no longer dealt, because it or its model is retired."""
        return has_come(self.retired_on) or self.image_model.is_retired


class Category(FromFile):
    """A curated kind of task with its judging criterion. A draft is shown to staff only.

    Slug and modality freeze when the first of its prompts does, since votes are counted under them.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("Active")

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    criterion = models.CharField(max_length=300, help_text=_("What voters judge by."))
    description = models.TextField(blank=True)
    modality = models.CharField(max_length=20, choices=Modality.choices, default=Modality.TEXT_TO_IMAGE)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    position = models.PositiveSmallIntegerField(default=100)
    weight = models.PositiveSmallIntegerField(
        default=1,
        validators=[MinValueValidator(1)],
        help_text=_("How often it is drawn for voters, compared with other categories: 2 is twice as often as 1."),
    )
    reasons = ArrayField(
        models.CharField(max_length=12, choices=Reason.choices), default=every_reason, blank=True,
        validators=[validate_distinct],
        help_text=_("Which reasons voters may name with a vote, in this order."),
    )  # fmt: skip
    gold = models.BooleanField(
        db_default=False,
        default=False,
        help_text=_("Whether an image of another prompt is clearly worse by the criterion; such pairs test voters."),
    )

    class Meta:
        ordering = ["position", "name"]
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(condition=Q(weight__gte=1), name="category_weight_positive"),
            models.CheckConstraint(condition=Q(state__in=["draft", "active"]), name="category_state"),
            models.CheckConstraint(
                condition=~Q(slug__in=RESERVED_SLUGS),
                name="category_slug_not_reserved",
                violation_error_message=_("This slug is an address of the voting pages; choose another."),
            ),
            models.CheckConstraint(condition=Q(modality__in=Modality.values), name="category_modality"),
            models.CheckConstraint(condition=Q(reasons__contained_by=Reason.values), name="category_reasons"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def frozen_at(self) -> datetime.datetime | None:
        """When the first of its prompts froze; one query."""
        if self.pk is None:
            return None
        first: datetime.datetime | None = self.prompts.aggregate(first=models.Min("frozen_at"))["first"]
        return first


class Prompt(FromFile):
    """One task. States go one way: draft, play (voted on, images nameless), open (images public with names).

    `axes` say what it tests. They are no part of what is generated, and never freeze. Once staff have chosen them, no
    file changes them any more (`axes_edited`).
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        PLAY = "play", _("In play")
        OPEN = "open", _("Open")

    # The database refuses to change them once `frozen_at` is set: by the first image made from the text, or the first
    # vote. Until then it notes each change in `corrected_at`.
    FROZEN: ClassVar = ("slug", "text", "language", "category", "scene")

    slug = models.SlugField(max_length=120, unique=True, allow_unicode=True)
    title = models.CharField(max_length=200)
    text = models.TextField(max_length=32_000)
    language = models.CharField(max_length=12, default="en")
    gloss = models.TextField(blank=True, help_text=_("English meaning, for operators."))
    category = models.ForeignKey(Category, models.PROTECT, related_name="prompts")
    axes = models.ManyToManyField(Axis, related_name="prompts", blank=True, help_text=_("What the prompt tests."))
    axes_edited = models.BooleanField(default=False, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    scene = models.JSONField(null=True, blank=True, validators=[validate_scene])
    note = models.CharField(max_length=300, blank=True)
    licence = models.CharField(max_length=60, default="CC0-1.0")
    source = models.CharField(max_length=500, blank=True)
    superseded_by = models.OneToOneField(
        "self", models.SET_NULL, related_name="supersedes", null=True, blank=True
    )  # fmt: skip
    frozen_at = models.DateTimeField(null=True, blank=True, editable=False)
    corrected_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["category__position", "id"]
        indexes = [models.Index(fields=["state", "category"], name="prompt_state_category")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=["draft", "play", "open"]), name="prompt_state"),
            models.CheckConstraint(condition=~Q(superseded_by=F("id")), name="prompt_not_superseded_by_itself"),
            models.CheckConstraint(condition=~Q(text=""), name="prompt_has_text"),
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """Refuse an empty scene: Django takes an empty table for no value, and asks no validator."""
        super().clean()
        if self.scene == {}:
            try:
                validate_scene(self.scene)
            except ValidationError as error:
                raise ValidationError({"scene": error.messages}) from error

    @property
    def hints(self) -> dict[str, Any]:
        """What is known of the wanted image besides the text, by name; a provider uses what it understands."""
        return {"scene": self.scene} if self.scene else {}


class SourceImage(models.Model):
    """A picture that belongs to an editing prompt: one of its 1 to 4 sources, or the mask. It is public.

    `storage_key` names the file that providers get, under its hash: pixels without metadata, as PNG or JPEG. The one
    that it was made from had `given_sha256`. A mask is white where the picture may change, and has the size of the
    first source. The database refuses changes once the prompt is frozen.
    """

    class Role(models.TextChoices):
        SOURCE = "source", pgettext_lazy("picture", "Source")
        MASK = "mask", _("Mask")

    prompt = models.ForeignKey(Prompt, models.CASCADE, related_name="source_images")
    role = models.CharField(max_length=6, choices=Role.choices, default=Role.SOURCE)
    position = models.PositiveSmallIntegerField(default=0)
    sha256 = models.CharField(max_length=64, db_index=True)
    given_sha256 = models.CharField(max_length=64)
    storage_key = models.CharField(max_length=200, db_index=True)
    media_type = models.CharField(max_length=40)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    byte_size = models.PositiveIntegerField()
    licence = models.CharField(max_length=60, default="CC0-1.0")
    origin = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["prompt", "role", "position"]
        constraints = [
            models.UniqueConstraint(fields=["prompt", "role", "position"], name="source_image_place_unique"),
            models.CheckConstraint(
                condition=Q(role="source", position__lt=4) | Q(role="mask", position=0), name="source_image_place"
            ),
        ]
