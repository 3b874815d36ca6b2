"""Forgetting what is known of a voter beside their votes."""

from django.db import transaction

from arena.voting.models import AccountVoter, VoteEvidence, Voter


def forget_evidence(*, pseudonym: str) -> int:
    """Delete the evidence of a voter's votes, their languages, and which account they are; return of how many votes.

    The ledger keeps its entries: their tiers are part of its chain, and lead to nobody.
    """
    with transaction.atomic():
        voter = Voter.objects.select_for_update().filter(pseudonym=pseudonym).first()
        if voter is None:
            return 0
        AccountVoter.objects.filter(key=voter.pk).delete()
        Voter.objects.filter(pk=voter.pk).update(languages=[])
        deleted, _ = VoteEvidence.objects.filter(vote__voter=voter, vote__unsealed=None).delete()
        return deleted
