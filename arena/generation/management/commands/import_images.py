"""`manage.py import_images FOLDER`: fill an arena with pictures from disk, by a plan that is shown first."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from django.core.management.base import BaseCommand, CommandError

from arena.errors import DomainError
from arena.generation.imports.import_plan import (
    AS_PROMPTS,
    AS_SAMPLES,
    BY_CONTENDER,
    BY_PROMPT,
    IMAGE_EDITING,
    TEXT_TO_IMAGE,
    Choices,
    Plan,
)
from arena.generation.imports.plan_table import count_of, write_plan
from arena.generation.imports.planning import plan_import
from arena.generation.imports.reading.folder_files import read_folder
from arena.generation.imports.reading.naming import tidy_name
from arena.generation.imports.reading.text_files import check_language, read_manifest
from arena.generation.imports.writing.importing import draft_prompts, import_planned


class Command(BaseCommand):
    """Checks every picture of a folder, prints what an import would do, asks, and imports what is new."""

    help = (
        "Import FOLDER/<contender>/<prompt>.png and other kinds of pictures. First comes a plan: what is new, what "
        "each prompt's text is and where it comes from, what is ignored, what cannot be imported."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare folder and options."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="Print the plan, and import nothing.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument("--skip-bad", action="store_true", help="Leave out pictures that cannot be imported.")
        parser.add_argument(
            "--map", action="append", default=[], metavar="FOLDER=CONTENDER",
            help="The contender of a folder, by slug or name; a slug or name that nobody has makes a new one.",
        )  # fmt: skip
        parser.add_argument(
            "--merge",
            action="append",
            default=[],
            metavar="A=B",
            help="Give folder A's pictures to the contender of folder B.",
        )
        parser.add_argument(
            "--as", dest="layout", choices=[BY_CONTENDER, BY_PROMPT], default="", help="What folder and file name."
        )
        parser.add_argument(
            "--numbers", choices=[AS_SAMPLES, AS_PROMPTS], default="",
            help="What numbers at the end of names count: pictures of one prompt, or prompts.",
        )  # fmt: skip
        parser.add_argument(
            "--manifest",
            type=Path,
            help="A .csv or .jsonl with the columns file, contender, prompt (or slug); perhaps source, mask, seed, "
            "cost in USD, seconds, step.",
        )
        parser.add_argument("--encoding", default="", help="The encoding of texts, if not UTF-8, such as cp1252.")
        parser.add_argument("--language", default="en", help="Language of new prompts, such as en or zh.")

        _add_particulars(parser)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Plan, print, ask, import."""
        if not folder.is_dir():
            raise CommandError(f"{folder} is not a folder.")
        try:
            plan = self._plan(folder, options)
            self.stdout.write(write_plan(plan))
            self._import(plan, options)
        except DomainError as error:
            raise CommandError(error.message) from error

    def _plan(self, folder: Path, options: dict[str, Any]) -> Plan:
        check_language(options["language"], "--language")
        choices = Choices(
            layout=options["layout"], numbers=options["numbers"], language=options["language"],
            skip_bad=options["skip_bad"], mapped=_answers(options["map"]), merged=_answers(options["merge"]),
            encoding=options["encoding"], series=tidy_name(options["series"]), steps=_steps(options["step"]),
            modality=options["modality"], settings=not options["no_settings"], sources=not options["no_sources"],
            manifest=read_manifest(options["manifest"], encoding=options["encoding"]) if options["manifest"] else None,
        )  # fmt: skip
        found = read_folder(folder)
        with _bar(len(found.pictures), "Checking") as on_checked:
            return plan_import(folder=found, choices=choices, on_checked=on_checked)

    def _import(self, plan: Plan, options: dict[str, Any]) -> None:
        if plan.questions:
            raise CommandError("Nothing was imported. Decide what is asked above by one of its options.")
        if plan.problems and not plan.skip_bad:
            raise CommandError(
                f"{count_of(len(plan.problems), 'file')} cannot be imported; nothing was imported. "
                "Mend what is listed above, or add --skip-bad."
            )
        if options["dry_run"]:
            self.stdout.write("This is the plan; nothing was imported.")
        elif not plan.new:
            self.stdout.write("Nothing new: every image is imported.")
        elif options["yes"] or self._agree(len(plan.new)):
            self._store(plan)
        else:
            raise CommandError("Nothing was imported.")

    def _agree(self, count: int) -> bool:
        if not sys.stdin.isatty():
            raise CommandError("Nothing was imported. This is the plan: add --yes to import it.")
        return input(f"Import {count_of(count, 'picture')}? [y/N] ").strip().lower() in {"y", "yes"}

    def _store(self, plan: Plan) -> None:
        with _bar(len(plan.new), "Importing") as on_kept:
            run = import_planned(plan=plan, on_kept=on_kept)
        assert run is not None
        self.stdout.write(
            f"{count_of(len(plan.new), 'image')} imported as run {run.pk}. To take this back: undo_import {run.pk}."
        )
        if drafts := draft_prompts(run=run):
            self.stdout.write(
                f"Nobody votes on {count_of(len(drafts), 'prompt')} yet, because prompt or category is a draft:"
                f" {', '.join(drafts)}. Put drafts into play in the admin."
            )


def _add_particulars(parser: ArgumentParser) -> None:
    """Declare the options on series, settings and source images."""
    parser.add_argument(
        "--series", default="", metavar="NAME",
        help="Contenders are steps of this series, such as checkpoints of a training run: by the numbers in the "
        "names of folders, or of the files that trainers write.",
    )  # fmt: skip
    parser.add_argument(
        "--step", action="append", default=[], metavar="FOLDER=NUMBER",
        help="The step of a folder whose name does not tell it, such as base=0.",
    )  # fmt: skip
    parser.add_argument(
        "--modality", choices=[TEXT_TO_IMAGE, IMAGE_EDITING], default="",
        help="What new prompts ask for. Otherwise they ask for edits if there are source images.",
    )  # fmt: skip
    parser.add_argument("--no-settings", action="store_true", help="Do not take settings of contenders from metadata.")
    parser.add_argument(
        "--no-sources", action="store_true", help="Take folders named sources and masks for those of contenders."
    )


@contextmanager
def _bar(length: int, label: str) -> Iterator[Callable[[int], None]]:
    """Show progress on standard error; the value says how many are done."""
    with click.progressbar(length=length, label=label, show_pos=True, file=sys.stderr) as bar:
        yield lambda done: bar.update(done - bar.pos)


def _answers(given: Sequence[str]) -> dict[str, str]:
    """Return answers such as A=B by A. A name may itself hold an equals sign: the last one divides."""
    answers = {}
    for each in given:
        name, sign, answer = each.rpartition("=")
        if not sign or not tidy_name(name) or not tidy_name(answer):
            raise CommandError(f"{each!r} is no answer. Write it as NAME=ANSWER, in quotes if it holds spaces.")
        answers[tidy_name(name)] = tidy_name(answer)
    return answers


def _steps(given: Sequence[str]) -> dict[str, float]:
    """Return the steps of folders, from answers such as base=0."""
    steps = {}
    for name, answer in _answers(given).items():
        try:
            steps[name] = float(answer)
        except ValueError:
            raise CommandError(f"{answer!r} is no step: write a number, as in --step base=0.") from None
    return steps
