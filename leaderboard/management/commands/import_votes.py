"""manage.py import_votes: import anybody's file of votes as a ledger of its own, and compute its boards."""

from argparse import ArgumentParser, ArgumentTypeError
from dataclasses import replace
from getpass import getuser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import URLValidator
from django.utils.text import slugify

from arena.catalog.models import Modality
from arena.errors import DomainError
from arena.voting.models import Ledger
from leaderboard.computing.refresh import refresh_ledger
from leaderboard.computing.vote_import import ImportOrder, import_votes
from leaderboard.management.axes_option import add_axes_option, read_axes_option
from leaderboard.management.row_options import add_row_options, read_meanings, read_rules
from leaderboard.presentation.board_address import BoardAddress
from leaderboard.presentation.board_text import printable
from leaderboard.votefiles.column_roles import ALSO_KNOWN, KNOWN_NAMES

_LONGEST = {"name": 120, "slug": 80, "source": 500, "licence": 120, "note": 500}


class Command(BaseCommand):
    """Thin door to `import_votes` and the refresh."""

    help = (
        "Import a file of votes (CSV, JSON Lines or JSON, plain or packed, or Parquet) as a ledger of its own, "
        "never mixed with votes cast here. The same file twice is imported once."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, what it is called, where it is from, the names of its columns."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--name", required=True, help="what the ledger is called on the boards")
        parser.add_argument("--slug", help="its name in addresses (default: made from the name)")
        parser.add_argument(
            "--modality", choices=Modality.values, default=Modality.TEXT_TO_IMAGE.value,
            help="what was judged, where the file does not say (default: %(default)s)",
        )  # fmt: skip
        parser.add_argument("--source", default="", metavar="URL", help="where the file is from")
        parser.add_argument("--licence", default="", help="under which terms it may be used")
        parser.add_argument("--note", default="", help="what readers of the boards should know")
        parser.add_argument(
            "--contender", type=_read_pair, action="append", default=[], metavar="LABEL=SLUG",
            help="a name in the file that stands for this contender of the catalogue; may repeat",
        )  # fmt: skip
        add_row_options(parser)
        add_axes_option(parser)
        for role, known in (KNOWN_NAMES | ALSO_KNOWN).items():
            parser.add_argument(
                f"--{role.replace('_', '-')}",
                metavar="COLUMN",
                help=f"the column with the {role.replace('_', ' ')}, '' for none (default: {' or '.join(known)})",
            )

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        """Import, compute the boards, say where they are; exit 1 with one line when something is at fault."""
        order = _read_order(file, options)
        try:
            order = replace(order, axes=read_axes_option(options["axes"]))
        except DomainError as error:
            raise CommandError(error.message) from error
        try:
            ledger, is_new = import_votes(order)
        except DomainError as error:
            raise CommandError(printable(f"{file}: {error.message}")) from error
        if is_new:
            self._describe(ledger)
        else:
            self.stdout.write(
                printable(f"{file} is already imported as “{ledger.name}” ({ledger.slug}); nothing was changed.")
            )
        try:
            refresh_ledger(ledger=ledger)
        except DomainError as error:
            raise CommandError(printable(error.message)) from error
        for modality in sorted(ledger.boards.values_list("modality", flat=True).distinct().order_by(), reverse=True):
            self.stdout.write(f"boards: {BoardAddress(modality, ledger=ledger.slug).url}")

    def _describe(self, ledger: Ledger) -> None:
        origin = ledger.origin
        columns = ", ".join(f"{role}={name}" for role, name in origin.columns.items())
        self.stdout.write(printable(f"columns: {columns}"))
        for role in ("voter", "prompt"):
            if role not in origin.columns:
                self.stdout.write(f"note: the file names no {role}s: the intervals do not account for them")
            elif nameless := ledger.entries.filter(**{role: ""}).count():
                self.stdout.write(f"note: {nameless:,} votes have an empty {role}; they count as one {role}'s")
        if origin.note:
            self.stdout.write(printable(f"note: {origin.note}"))
        if origin.left_out:
            self.stdout.write(f"note: {origin.left_out:,} rows that the file marks as excluded were left out")
        self.stdout.write(printable(f"Imported {ledger.length:,} votes as “{ledger.name}” ({ledger.slug})."))
        self.stdout.write(f"head: {ledger.head}")


def _read_order(file: Path, options: dict[str, Any]) -> ImportOrder:
    texts = {name: options[name].strip() for name in ("name", "source", "licence", "note")}
    texts["slug"] = slugify(options["slug"] or texts["name"]).strip("-_")[:80]
    for name, text in texts.items():
        if len(text) > _LONGEST[name]:
            raise CommandError(f"--{name} may have {_LONGEST[name]} characters; this has {len(text)}.")
        if not text.isprintable():
            raise CommandError(f"--{name} holds characters that cannot be printed.")
    if not texts["name"]:
        raise CommandError("--name is empty.")
    if not texts["slug"]:
        raise CommandError("No slug can be made of this name. Give one of a-z, 0-9 and hyphens with --slug.")
    if texts["source"]:
        try:
            URLValidator(schemes=["http", "https"])(texts["source"])
        except ValidationError as error:
            raise CommandError("--source is not a web address.") from error
    roles = KNOWN_NAMES.keys() | ALSO_KNOWN.keys()
    return ImportOrder(
        path=file,
        modality=options["modality"],
        names={role: options[role] for role in roles if options[role] is not None},
        meanings=read_meanings(options),
        rules=read_rules(options),
        contenders=dict(options["contender"]),
        imported_by=_account(),
        **texts,
    )


def _read_pair(text: str) -> tuple[str, str]:
    label, equals, slug = text.rpartition("=")
    if not equals or not label.strip() or not slug.strip():
        raise ArgumentTypeError(f"{text!r} is not LABEL=SLUG")
    return label.strip(), slug.strip()


def _account() -> str:
    try:
        return getuser()[:150]
    except (KeyError, OSError):
        # A container's user may have no name.
        return ""
