"""`manage.py check_provider`: a few live calls at one provider, and what differs from what the catalogue says."""

import sys
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError

from arena.catalog.models import Provider
from arena.errors import DomainError
from arena.generation.providers.registry import is_free
from arena.generation.runs.trying.trials import Report, TrialPlan, plan_trials, run_trials

log = structlog.get_logger(__name__)

UNTESTED = (
    "Not tested: how the host refuses a prompt, its rate limits and its outages. Look into them when they come, under "
    "/admin/ at the attempts of a run."
)


class Command(BaseCommand):
    """Plans and makes trial calls, never for more than the limit, and prints what differs."""

    help = "Make one live call of each kind at a provider, and print what differs from expectations."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("provider", metavar="SLUG", help="The provider, as the catalogue names it.")
        parser.add_argument("--spend", default="0.05", metavar="USD", help="Never spend more than this (default 0.05).")
        parser.add_argument("--yes", action="store_true", help="Do not ask before spending.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Plan, ask, call, tell."""
        provider = Provider.objects.filter(slug=options["provider"]).first()
        if provider is None:
            known = ", ".join(Provider.objects.exclude(family="").values_list("slug", flat=True))
            raise CommandError(f"There is no provider {options['provider']!r}. Known are {known}.")
        try:
            plan = plan_trials(provider=provider, spend=_amount(options["spend"]))
        except DomainError as error:
            raise CommandError(error.message) from error
        self._show(provider, plan)
        if not is_free(provider) and not options["yes"]:
            _confirm(plan)
        reports = []
        for report in run_trials(plan=plan):
            self._tell(report)
            reports.append(report)
        self._sum_up(provider, reports, len(plan.trials))

    def _show(self, provider: Provider, plan: TrialPlan) -> None:
        for trial, why in plan.left_out:
            self.stdout.write(f"Left out: {trial.contender.slug}, {trial.kind}: {why}.")
        if not plan.trials:
            raise CommandError(f"Nothing to call at {provider.name}: add contenders with prices, or raise --spend.")
        for trial in plan.trials:
            self.stdout.write(f"Planned: {trial.contender.slug}, {trial.kind}, at most {trial.bound:.4f} USD.")
        self.stdout.write(f"{len(plan.trials)} calls at {provider.name} for at most {plan.cost:.4f} USD.")

    def _tell(self, report: Report) -> None:
        self.stdout.write(f"\n{report.trial.contender.slug}, {report.trial.kind}:")
        for fact in report.facts:
            self.stdout.write(f"  {fact}")
        for difference in report.differs:
            self.stdout.write(self.style.WARNING(f"  DIFFERS: {difference}"))
        if not report.differs:
            self.stdout.write("  As expected.")

    def _sum_up(self, provider: Provider, reports: list[Report], planned: int) -> None:
        spent = sum((report.cost for report in reports), Decimal(0))
        log.info("provider_checked", provider=provider.slug, calls=len(reports), spent=str(spent))
        self.stdout.write(
            f"\nSpent {spent:.4f} USD on {len(reports)} calls, which count in the day's caps and in no run."
        )
        if missing := planned - len(reports):
            self.stdout.write(f"{missing} planned calls were not made, after what the calls before them showed.")
        self.stdout.write(UNTESTED)
        if failed := sum(report.failed for report in reports):
            raise CommandError(f"{failed} of {len(reports)} calls brought no picture.")


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation as error:
        raise CommandError(f"--spend {text!r} is not an amount in USD.") from error
    if not (amount.is_finite() and 0 <= amount < 1000):
        raise CommandError("--spend must be from 0 to 999 USD.")
    return amount


def _confirm(plan: TrialPlan) -> None:
    """Ask before anything is spent. Raises CommandError without a yes."""
    if not (sys.stdin.isatty() and input(f"Spend up to {plan.cost:.4f} USD? [y/N] ").strip().lower() in {"y", "yes"}):
        raise CommandError("Nothing was called. Use --yes to skip the question.")
