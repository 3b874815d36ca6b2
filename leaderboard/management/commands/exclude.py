"""manage.py exclude: decide that many votes do not count, see what that would change, or lift such a decision."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.voting.excluding.bulk_exclusions import confirm_exclusion, decide_exclusion, lift_exclusion
from arena.voting.excluding.entry_filter import EntryFilter, last_control
from arena.voting.excluding.lifted_counts import count_lifted
from arena.voting.models import ExclusionDecision, Ledger
from leaderboard.computing.trust.exclusion_preview import Preview, PreviewLine, preview_exclusion


class Command(BaseCommand):
    """Thin door to `decide_exclusion`, `confirm_exclusion` and `lift_exclusion`."""

    help = (
        "Exclude the votes that fulfil everything stated, show what that would change (--dry-run), or undo it (--lift)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the filter and what to do."""
        parser.add_argument(
            "--ledger", metavar="SLUG", default="native", help="default: native, this arena's own votes"
        )
        parser.add_argument(
            "--voter", action="append", default=[], metavar="PSEUDONYM", help="as in the ledger; repeat for more"
        )
        parser.add_argument(
            "--network", action="append", default=[], metavar="LABEL", help="as in the ledger; repeat for more"
        )
        parser.add_argument(
            "--tier", action="append", default=[], help="open, settled, verified or named; repeat for more"
        )
        parser.add_argument(
            "--contender", action="append", default=[], metavar="SLUG", help="on either side; repeat for more"
        )
        parser.add_argument(
            "--doubted", action="store_true", help="voters whose answers to gold pairs are those of chance"
        )
        parser.add_argument("--since", type=date.fromisoformat, metavar="DAY", help="votes of this day (UTC) or later")
        parser.add_argument("--until", type=date.fromisoformat, metavar="DAY", help="votes of this day or earlier")
        parser.add_argument(
            "--new-since",
            type=date.fromisoformat,
            metavar="DAY",
            help="voters whose first vote was on this day or later",
        )
        parser.add_argument("--reason", default="", help="is published in the log")
        parser.add_argument("--by", metavar="USERNAME", help="who decides")
        parser.add_argument("--dry-run", action="store_true", help="Change nothing; print what the boards would be.")
        parser.add_argument("--list", action="store_true", help="Print all decisions.")
        parser.add_argument("--confirm", type=int, metavar="N", help="Confirm decision N, which waits; needs --by.")
        parser.add_argument("--lift", type=int, metavar="N", help="Let the votes of decision N count again.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the one thing that was asked for, and say what was done."""
        try:
            self._act(options)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _act(self, options: dict[str, Any]) -> None:
        by, reason = _find_user(options["by"]), options["reason"]
        if options["list"]:
            for decision in ExclusionDecision.objects.order_by("pk").select_related("ledger"):
                self.stdout.write(_state(decision))
        elif options["lift"] is not None:
            self._lift(options["lift"], reason, by)
        elif options["confirm"] is not None:
            if by is None:
                raise CommandError("Say who confirms: --by USERNAME.")
            self.stdout.write(_state(confirm_exclusion(decision_id=options["confirm"], confirmed_by=by)))
        else:
            self._exclude(_find_ledger(options["ledger"]), _read_filter(options), reason, by, options["dry_run"])

    def _lift(self, decision_id: int, because: str, by: User | None) -> None:
        decision = lift_exclusion(decision_id=decision_id, because=because, lifted_by=by)
        self.stdout.write(_state(decision))
        if decision.decided_at:
            returned = count_lifted([decision.pk])[decision.pk].returned
            self.stdout.write(f"{returned:,} votes count again; other decisions name {decision.entries - returned:,}.")

    def _exclude(self, ledger: Ledger, chosen: EntryFilter, reason: str, by: User | None, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("\n".join(_tell(preview_exclusion(ledger=ledger, chosen=chosen))))
            return
        decision = decide_exclusion(ledger=ledger, chosen=chosen, upto=ledger.length, reason=reason, proposed_by=by)
        self.stdout.write(_state(decision))


def _find_user(name: str | None) -> User | None:
    user = User.objects.filter(username=name, is_active=True).first() if name else None
    if name and (user is None or not user.has_perm("voting.add_exclusion")):
        raise CommandError(f"There is no account {name!r} that may exclude votes.")
    return user


def _find_ledger(slug: str) -> Ledger:
    ledger = Ledger.objects.filter(slug=slug).first()
    if ledger is None:
        known = ", ".join(Ledger.objects.order_by("pk").values_list("slug", flat=True)) or "none"
        raise CommandError(f"There is no ledger {slug!r}. Known: {known}.")
    return ledger


def _read_filter(options: dict[str, Any]) -> EntryFilter:
    return EntryFilter(
        voters=tuple(options["voter"]),
        networks=tuple(options["network"]),
        tiers=tuple(options["tier"]),
        contenders=tuple(options["contender"]),
        since=options["since"],
        until=options["until"],
        new_since=options["new_since"],
        doubted=last_control() if options["doubted"] else None,
    )


def _state(decision: ExclusionDecision) -> str:
    state = "in force" if decision.decided_at else "waits for a second person"
    if decision.lifted_at:
        state = "lifted" if decision.decided_at else "withdrawn"
    return f"decision {decision.pk}: {state}; {decision.ledger.slug}, {decision.entries:,} votes; {decision.reason}"


def _tell(preview: Preview) -> list[str]:
    counted = preview.chosen
    lines = [
        f"{counted.entries:,} votes of {counted.voters:,} voters and {counted.networks:,} networks would be excluded; "
        f"{counted.excluded:,} are already."
    ]
    for board in preview.boards:
        lines += ["", " · ".join(filter(None, [board.modality, board.kind]))]
        lines += [_tell_line(line) for line in board.lines]
    return lines


def _tell_line(line: PreviewLine) -> str:
    places, elos = (
        " → ".join("–" if each is None else f"{each:.0f}" for each in pair)
        for pair in ((line.place_before, line.place_after), (line.elo_before, line.elo_after))
    )
    mark = "*" if line.moves else " "
    return f"{mark} {places:>9}  {elos:>13} Elo  {line.votes_before:>8,} → {line.votes_after:,} votes  {line.name}"
