"""manage.py refresh: seal the votes that wait, then bring every board up to date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from arena.voting.ledger.opening import counted_ledgers
from arena.voting.ledger.sealing import BATCH, seal_votes
from leaderboard.computing.refresh import Refresh, refresh_ledgers


class Command(BaseCommand):
    """Thin door to `refresh_ledgers`."""

    # System checks look at pages, which a refresh does not use, and would double its start; `prepare` and `up` run
    # them.
    requires_system_checks = []
    help = "Seal the votes that wait, then compute the boards of every ledger that changed."

    def add_arguments(self, parser: CommandParser) -> None:
        """Say which ledger."""
        parser.add_argument("--ledger", metavar="SLUG", help="Only this ledger's boards (default: all).")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line per ledger; exit 1 if one could not be refreshed."""
        slugs = counted_ledgers().values_list("slug", flat=True)
        if options["ledger"] not in {None, *slugs}:
            raise CommandError(f"There is no ledger {options['ledger']!r}. Known: {', '.join(slugs)}.")
        while seal_votes() == BATCH:
            pass
        done, failed = refresh_ledgers(slug=options["ledger"])
        for refresh in done:
            self.stdout.write(_line(refresh))
        if failed:
            raise CommandError(" ".join(error.message for error in failed))


def _line(refresh: Refresh) -> str:
    if refresh.outcome == "busy":
        return f"{refresh.ledger}: another refresh is running"
    if refresh.outcome == "unchanged":
        return f"{refresh.ledger}: unchanged"
    return f"{refresh.ledger}: {refresh.entries:,} entries, {refresh.boards} boards, {refresh.snapshots} new snapshots"
