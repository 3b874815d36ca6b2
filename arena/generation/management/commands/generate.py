"""`manage.py generate`: say what is missing and what it costs, plan it, show the progress, and what went wrong."""

import sys
import time
from argparse import ArgumentParser
from decimal import Decimal, InvalidOperation
from typing import Any

import click
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q
from django.utils import timezone

from arena.catalog.models import Contender, Prompt
from arena.errors import DomainError, NotFound
from arena.generation.models import Generation, Run
from arena.generation.providers.listening import is_silent
from arena.generation.runs.causes import find_causes
from arena.generation.runs.choosing import choose_contenders, choose_prompts
from arena.generation.runs.lifecycle import NothingMissing, RunProgress, cancel_run, plan_run, run_progress, start_run
from arena.generation.runs.overview import read_publication
from arena.generation.runs.previews import PlanLine, Preview, preview_plan
from arena.generation.runs.provider_lines import Wait, find_waits, is_stuck
from arena.generation.runs.working import work_run
from arena.generation.transitions import OPEN_STATES

# If no worker claims a job within this time, there is none.
WORKER_SECONDS = 4.0
LOOK_SECONDS = 0.3
THREADS = 2


class Command(BaseCommand):
    """Plans and starts a run of what is missing, and shows its progress until it is over."""

    help = "Generate the images that are missing: contenders × prompts × samples."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--contenders", nargs="+", default=[], metavar="SLUG", help="Default: all that can be called."
        )
        parser.add_argument("--categories", nargs="+", default=[], metavar="SLUG", help="All their prompts.")
        parser.add_argument("--prompts", nargs="+", default=[], metavar="SLUG", help="Default: all of the categories.")
        parser.add_argument("--samples", type=int, default=1, help="Images per contender and prompt.")
        parser.add_argument("--cap", default=None, metavar="USD", help="Never spend more than this.")
        parser.add_argument("--name", default="", help="What the run is called.")
        parser.add_argument(
            "--publishing",
            choices=[str(value) for value in Run.Publishing.values],
            default=Run.Publishing.AUTOMATIC,
            help="Whether the images come into play by themselves, prompt by prompt, or with publish_run.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what it would make and cost; do nothing.")
        parser.add_argument("--yes", action="store_true", help="Do not ask before spending.")
        parser.add_argument("--detach", action="store_true", help="Start it and leave it to the workers.")
        parser.add_argument("--here", action="store_true", help="Work in this process, without a worker.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Estimate, plan, ask, start, watch."""
        cap = _parse_cap(options["cap"])
        try:
            contenders = choose_contenders(slugs=options["contenders"])
            if not options["contenders"]:
                contenders = self._leave_out_silent(contenders)
            prompts = choose_prompts(categories=options["categories"], slugs=options["prompts"])
        except NotFound as error:
            raise CommandError(error.message) from error
        try:
            self._preview(preview_plan(contenders=contenders, prompts=prompts, samples=options["samples"]))
            if options["dry_run"]:
                return
            run = self._plan(contenders, prompts, cap, options)
        except NothingMissing as error:
            at_work = _run_at_work(contenders, prompts)
            if at_work is None:
                self.stdout.write(error.message)
                return
            run = at_work
        except DomainError as error:
            raise CommandError(error.message) from error
        if options["detach"]:
            self.stdout.write(f"Run {run.pk} is started; see /staff/runs/{run.pk}/.")
            return
        self._watch(run, here=options["here"] or not _has_worker())
        self._report(run)

    def _leave_out_silent(self, contenders: list[Contender]) -> list[Contender]:
        """Return the contenders without those of servers on this machine that do not run, and say which these are."""
        providers = {row.offering.provider.pk: row.offering.provider for row in contenders if row.offering}
        silent = {key for key, provider in providers.items() if is_silent(provider)}
        for key in sorted(silent):
            provider = providers[key]
            self.stdout.write(f"  {provider.name} is left out: nothing listens at {provider.base_url}. Start it first.")
        return [row for row in contenders if not (row.offering and row.offering.provider_id in silent)]

    def _preview(self, preview: Preview) -> None:
        """Print what would be made, line by line, and what not."""
        for line in preview.lines:
            if line.missing:
                self.stdout.write(f"  {line.contender.slug}: {_count_images(line.missing)}, {_costs(line)}")
        for out in preview.left_out:
            prompts = f"{out.prompts:,} prompt{'' if out.prompts == 1 else 's'}"
            self.stdout.write(f"  {out.contender.slug} is left out of {prompts}. {out.reason}")
        if not preview.missing:
            return
        cost = "at an unknown price" if preview.expected is None else f"for about {_usd(preview.expected)} USD"
        if preview.high == 0:
            cost = "at no cost"
        verb = "is" if preview.missing == 1 else "are"
        self.stdout.write(f"{_count_images(preview.missing)} {verb} missing, {cost}.")
        if preview.expected and preview.low is not None and preview.high is not None:
            self.stdout.write(f"It costs at least {_usd(preview.low)}, at most {_usd(preview.high)} USD.")
        if preview.hours is not None:
            self.stdout.write(f"The slowest provider takes about {preview.hours:.1f} hours.")

    def _plan(
        self, contenders: list[Contender], prompts: list[Prompt], cap: Decimal | None, options: dict[str, Any]
    ) -> Run:
        run = plan_run(
            contenders=contenders,
            prompts=prompts,
            samples=options["samples"],
            cap=cap,
            name=options["name"] or f"generate, {timezone.now():%Y-%m-%d %H:%M}",
            publishing=options["publishing"],
        )
        if run.estimate != 0 and not options["yes"]:
            _confirm(run)
        start_run(run=run)
        return run

    def _watch(self, run: Run, *, here: bool) -> None:
        with click.progressbar(
            length=run_progress(run).total, label="Generating", show_pos=True, show_percent=False, show_eta=False,
            item_show_func=_note, update_min_steps=0, file=sys.stderr,
        ) as bar:  # fmt: skip

            def is_open() -> bool:
                progress = run_progress(run)
                bar.update(progress.closed - bar.pos, progress)
                run.refresh_from_db()
                over = progress.closed == progress.total or run.state != Run.State.RUNNING or is_stuck(run)
                if not over:
                    time.sleep(LOOK_SECONDS)
                return not over

            try:
                if here:
                    work_run(run=run, threads=THREADS, watch=is_open)
                else:
                    while is_open():
                        pass
            except KeyboardInterrupt:
                raise CommandError("Interrupted; the same command continues where this one stopped.") from None

    def _report(self, run: Run) -> None:
        progress = run_progress(run)
        self.stdout.write(
            f"Run {run.pk} is {run.get_state_display().lower()}: {progress.done} done, {progress.refused} refused, "
            f"{progress.failed} failed, {progress.cancelled} cancelled, {progress.needs_decision} need a decision; "
            f"{progress.spent:.4f} USD."
        )
        if progress.needs_decision:
            self.stdout.write("Calls that may have been charged are not repeated: decide on them on /staff/decisions/.")
        for cause in find_causes(run):
            said = f" For example: {cause.message}" if cause.message else ""
            self.stdout.write(f"{cause.title}, {_count_images(cause.images)}: {cause.advice}{said}")
        waiting = read_publication(run).waiting
        if waiting and run.publishing == Run.Publishing.BY_HAND:
            self.stdout.write(
                f"{_count_waiting(waiting)} to be published: look at /staff/runs/{run.pk}/look/, then publish "
                f"there or with publish_run {run.pk}."
            )
        for wait in find_waits(run) if run.state == Run.State.RUNNING else ():
            self.stdout.write(_describe(wait))


def _describe(wait: Wait) -> str:
    """Return in two sentences why images of a provider wait, and what lets them go on."""
    said = f"{_count_waiting(wait.count)} for {wait.provider.name}: {wait.reason}"
    if wait.until is not None:
        return f"{said} Calls go on after {wait.until:%H:%M:%S} UTC, with a worker or this command."
    return (
        f"{said} Calls go on when the key is changed, or when you resume it on /staff/providers/{wait.provider.slug}/."
    )


def _count_waiting(count: int) -> str:
    return f"{_count_images(count)} {'waits' if count == 1 else 'wait'}"


def _count_images(count: int) -> str:
    return f"{count:,} image{'' if count == 1 else 's'}"


def _costs(line: PlanLine) -> str:
    cost = line.cost
    if cost.low is None or cost.expected is None or cost.high is None:
        return "price unknown"
    if cost.seen_on is None:
        return "free"
    amounts = " – ".join(map(_usd, (cost.low, cost.expected, cost.high)))
    seen = " to ".join(dict.fromkeys(f"{day:%Y-%m-%d}" for day in cost.seen_on))
    measured = f", {cost.measured:,} measured" if cost.measured else ""
    return f"{amounts} USD (low – expected – high; prices of {seen}{measured})"


def _usd(amount: Decimal) -> str:
    """Return an amount with two decimals, and with up to four where it is less than a dollar."""
    if amount >= 1:
        return f"{amount:,.2f}"
    whole, _, part = f"{amount:.4f}".partition(".")
    return f"{whole}.{part[:2]}{part[2:].rstrip('0')}"


def _parse_cap(text: str | None) -> Decimal | None:
    try:
        cap = None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise CommandError(f"--cap {text!r} is not an amount in USD.") from error
    if cap is not None and not (cap.is_finite() and 0 <= cap < 1_000_000):
        raise CommandError("--cap must be from 0 to 999,999 USD.")
    return cap


def _confirm(run: Run) -> None:
    """Ask whether to start the run; cancel it without a yes. Raises CommandError."""
    wanted = False
    try:
        wanted = sys.stdin.isatty() and input("Generate them? [y/N] ").strip().lower() in {"y", "yes"}
    finally:
        # Also after Ctrl-C or the end of the input.
        if not wanted:
            cancel_run(run=run)
    if not wanted:
        raise CommandError("Nothing was generated. Use --yes to skip the question.")


def _run_at_work(contenders: list[Contender], prompts: list[Prompt]) -> Run | None:
    """Return a running run that works on some of this, as after an interruption."""
    left = Generation.objects.filter(
        contender__in=contenders, prompt__in=prompts, run__state=Run.State.RUNNING, state__in=OPEN_STATES
    )
    generation = left.select_related("run").first()
    return generation.run if generation else None


def _has_worker() -> bool:
    """Wait a little for a worker to take a lease or finish an image; an older lease may be a dead worker's."""
    since = timezone.now()
    held = set(Generation.objects.filter(lease__isnull=False).values_list("lease", flat=True))
    signs = Generation.objects.filter(Q(lease__isnull=False) & ~Q(lease__in=held) | Q(finished_at__gt=since))
    limit = time.monotonic() + WORKER_SECONDS
    while time.monotonic() < limit:
        if signs.exists():
            return True
        time.sleep(LOOK_SECONDS)
    return False


def _note(progress: RunProgress | None) -> str:
    if progress is None:
        return ""
    if progress.eta_seconds is None or progress.per_minute is None:
        return f"{progress.spent:.4f} USD"
    minutes, seconds = divmod(round(progress.eta_seconds), 60)
    return f"{progress.spent:.4f} USD · {progress.per_minute:.0f} a minute · {minutes}:{seconds:02} left"
