"""Tables beside the votes that `models` names: what is known of how a vote came, none of it in the ledger's hash."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Tier(models.TextChoices):
    """How much was known of a voter when they cast a vote."""

    OPEN = "open", pgettext_lazy("tier", "new")
    SETTLED = "settled", pgettext_lazy("tier", "settled")
    VERIFIED = "verified", pgettext_lazy("tier", "signed in")
    NAMED = "named", pgettext_lazy("tier", "invited")


class VoteEvidence(models.Model):
    """What was known of a vote when it was cast. Written by the statement that casts it; never updated.

    No address, no name and no raw header is kept. `network` is a label that only the salt of its day leads back to.
    """

    class NamedBefore(models.TextChoices):
        """Who had been told the name of one of the pictures already."""

        NOBODY = "", _("Nobody")
        NETWORK = "network", _("Somebody of the network")
        VOTER = "voter", _("The voter")

    vote = models.OneToOneField("voting.Vote", models.PROTECT, primary_key=True, related_name="evidence")
    # Those of the matchup again, so that what a network has seen is found without it.
    prompt_id = models.BigIntegerField()
    left_id = models.BigIntegerField()
    right_id = models.BigIntegerField()
    tier = models.CharField(max_length=8, choices=Tier.choices)
    voter_age = models.PositiveIntegerField(help_text=_("Seconds since the voter's first vote."))
    votes_before = models.PositiveSmallIntegerField(help_text=_("The voter's votes before this one, at most 1,000."))
    network = models.CharField(max_length=12, blank=True, help_text=_("Label of the network on this day, or empty."))
    dwell = models.PositiveIntegerField(help_text=_("Milliseconds from first sight of the pair to the answer."))
    named_before = models.CharField(max_length=7, blank=True, choices=NamedBefore.choices)
    agent = models.CharField(max_length=8)
    referrer = models.CharField(max_length=6)
    proof = models.BooleanField(help_text=_("Whether the voter came in by a proof of work."))

    class Meta:
        indexes = [models.Index(fields=["prompt_id", "network"], name="evidence_seen")]
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=["open", "settled", "verified", "named"]), name="evidence_tier")
        ]


class NetworkSalt(models.Model):
    """The random bytes with which a day's networks were labelled; without them, nobody can tell which they were."""

    day = models.DateField(primary_key=True)
    salt = models.BinaryField(max_length=16)


class AccountVoter(models.Model):
    """The voter that an account is, in whatever browser it is signed in."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    key = models.UUIDField(unique=True)
