"""manage.py audit: audit the latest boards now instead of within minutes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leaderboard.computing.auditing import AuditRound, audit_ledgers


class Command(BaseCommand):
    """Thin door to `audit_ledgers`."""

    help = "Audit each board whose latest snapshot has no audit yet: how fragile, decided and well predicted it is."

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per ledger; exit 1 if one could not be read."""
        done, failed = audit_ledgers(at_once=True)
        for audited in done:
            self.stdout.write(_line(audited))
        if failed:
            raise CommandError(" ".join(error.message for error in failed))


def _line(audited: AuditRound) -> str:
    if audited.outcome == "busy":
        return f"{audited.ledger}: another audit is running"
    if audited.outcome == "nothing due":
        return f"{audited.ledger}: every board has its audit"
    return f"{audited.ledger}: {audited.audits} boards audited"
