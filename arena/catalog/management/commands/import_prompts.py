"""`manage.py import_prompts FILE`: import prompts as they are published, as drafts, after showing what is found."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from arena.catalog.prompt_sets.column_names import FIELDS
from arena.catalog.prompt_sets.prompt_files import FORMATS, read_prompts
from arena.catalog.prompt_sets.prompt_import import import_prompts
from arena.catalog.prompt_sets.prompt_plan import Defaults, PromptPlan, plan_prompts
from arena.catalog.prompt_sets.prompt_rows import Choices, ReadFile, show
from arena.errors import DomainError

# So many rows of each kind of file are shown, and so many names in a list.
_EXAMPLES = 3
_NAMES = 12


class Command(BaseCommand):
    """Reads CSV, TSV, lists, JSON and JSON Lines, and folders of them; shows a plan and asks before it writes."""

    help = (
        "Import prompts as drafts: CSV or TSV with a header such as Prompt and Category, one prompt a line, JSON, JSON "
        "Lines, or a folder of such files. Shows what it found and asks."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the options."""
        parser.add_argument("path", type=Path, metavar="FILE", help="A file, or a folder of files.")
        parser.add_argument("--dry-run", action="store_true", help="Show the plan and write nothing.")
        parser.add_argument("--yes", action="store_true", help="Do not ask.")
        parser.add_argument("--format", choices=FORMATS, default="", help="How to read it, if not as recognised.")
        parser.add_argument("--encoding", default="", help="The encoding of its text, such as cp1252.")
        parser.add_argument(
            "--column",
            action="append",
            default=[],
            metavar="FIELD=NAME",
            help=f"The column of a field, or none (FIELD=). Fields: {', '.join(FIELDS)}.",
        )
        parser.add_argument("--keep-comments", action="store_true", help="In lists, read lines with # as prompts.")
        parser.add_argument("--category", default="", help="Category of rows that name none.")
        parser.add_argument("--language", default="en", help="Language of rows that name none.")
        parser.add_argument("--licence", default="", help="Licence of rows that name none.")
        parser.add_argument("--source", default="", help="Where the prompts come from; else the name of the file.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Show the plan, ask, import."""
        defaults = Defaults(**{name: options[name] for name in ("language", "licence", "source", "category")})
        try:
            choices = Choices(
                options["format"], options["encoding"], _parse_columns(options["column"]), options["keep_comments"]
            )
            found = read_prompts(path=options["path"], choices=choices)
            plan = plan_prompts(found=found, defaults=defaults)
            self._print("\n".join(_lines(plan, defaults)))
            if options["dry_run"]:
                self.stdout.write("Nothing was written: this is only the plan.")
                return
            if not plan.new and not plan.renamed:
                self.stdout.write("Nothing to import.")
                return
            if not options["yes"]:
                _confirm(plan)
            done = import_prompts(found=found, defaults=defaults)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(_tell(done))

    def _print(self, text: str) -> None:
        # Names and prompts may be in any script; a terminal that cannot write one gets its number.
        encoding = getattr(self.stdout, "encoding", None) or "utf-8"
        self.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))


def _parse_columns(pairs: Sequence[str]) -> dict[str, str]:
    columns = {}
    for pair in pairs:
        field, sign, name = pair.partition("=")
        if not sign or field not in FIELDS or (field == "text" and not name):
            raise CommandError(
                f"--column {pair}: write FIELD=NAME, where FIELD is one of {', '.join(FIELDS)}. "
                "An empty NAME says that no column holds it; text needs one."
            )
        columns[field] = name
    return columns


def _confirm(plan: PromptPlan) -> None:
    """Ask whether to import. Raises CommandError without a yes."""
    if not sys.stdin.isatty():
        raise CommandError("Nothing was imported. Add --yes to import this plan, or --dry-run to see it only.")
    try:
        answer = input(f"Import {_count(len(plan.new), 'new draft')}? [y/N] ")
    except EOFError:
        answer = ""
    if answer.strip().lower() not in {"y", "yes"}:
        raise CommandError("Nothing was imported.")


def _lines(plan: PromptPlan, defaults: Defaults) -> Iterator[str]:
    """Yield the plan for people."""
    for _kind, files in groupby(plan.found.files, lambda file: (file.kind, file.encoding, tuple(file.columns.items()))):
        yield from _tell_files(list(files))
    for name, why in plan.found.left_out[:_NAMES]:
        yield f"Left out: {show(name)}: {show(why, 300)}."
    if len(plan.found.left_out) > _NAMES:
        yield f"Left out: {len(plan.found.left_out) - _NAMES} more files."
    rows, drafts = _count(plan.rows, "row"), _count(len(plan.new), "new draft")
    yield f"{rows}: {drafts}, {plan.known} known already, {len(plan.repeated)} repeated in it."
    if plan.pictured:
        masks = sum(pictures.mask is not None for _, _, pictures in plan.pictured)
        yield f"{_count(len(plan.pictured), 'draft')} with source pictures, {masks} of them with a mask."
    if plan.tagged:
        yield f"{_count(len(plan.tagged), 'draft')} with axes."
    if plan.repeated:
        yield f"The first repeated one: {show(plan.repeated[0].place)}: {show(plan.repeated[0].values['text'])}"
    yield from _tell_slugs(plan)
    if plan.unlike_english:
        yield f"Note: of these, {plan.unlike_english} said to be English are in another script; --language says which."
    new = {category.name for category in plan.new_categories}
    counted = plan.categories
    for title, names in (("New draft categories", new), ("Known categories", set(counted) - new)):
        if names:
            yield f"{title}: {_join([f'{show(name)} ({count})' for name, count in counted.items() if name in names])}."
    yield (
        f"Rows that do not say otherwise: language {defaults.language}, licence {defaults.licence or 'unknown'}, "
        f"source {show(defaults.source) or 'the name of the file'}, category {show(defaults.category) or 'Imported'}."
    )


def _tell_files(files: Sequence[ReadFile]) -> Iterator[str]:
    """Yield what files of one kind were understood to be, with examples."""
    rows = [row for file in files for row in file.rows]
    first = files[0]
    yield f"{_join([show(file.name) for file in files])}: {first.kind}, {first.encoding}, {_count(len(rows), 'row')}"
    for field, column in first.columns.items():
        yield f"  {field:<10}{show(column)}"
    if unused := list(dict.fromkeys(name for file in files for name in file.unused)):
        yield f"  {'not used':<10}{_join([show(name) for name in unused])}"
    for note in dict.fromkeys(note for file in files for note in file.notes):
        yield f"  Note: {note}."
    for row in (rows if len(files) == 1 else [file.rows[0] for file in files])[:_EXAMPLES]:
        beside = [show(row.values[name], 30) for name in ("slug", "category") if name in row.values]
        yield "  · " + "  |  ".join([show(row.values["text"]), *beside])


def _tell_slugs(plan: PromptPlan) -> Iterator[str]:
    if plan.renamed:
        prompt, old = plan.renamed[0]
        given = _count(len(plan.renamed), "known prompt")
        yield f"{given} to get the slug that the set gives, as {show(old)} → {prompt.slug}."
    if plan.kept:
        named = _join([f"{show(prompt.slug)} (not {slug})" for prompt, slug in plan.kept])
        yield (
            f"{_count(len(plan.kept), 'known prompt')} to keep the present slug, because images, votes, a public page "
            f"or a catalogue file depend on it: {named}."
        )


def _tell(done: PromptPlan) -> str:
    slugs = f" Changed the slug of {_count(len(done.renamed), 'known prompt')}." if done.renamed else ""
    hint = " Activate prompts in the admin to put them into play." if done.new else ""
    return f"Imported {_count(len(done.new), 'new draft')}.{slugs}{hint}"


def _count(number: int, word: str) -> str:
    return f"1 {word}" if number == 1 else f"{number} {word}s"


def _join(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more
