"""How the catalogue's fields are checked, for files and admin alike. Migrations name these functions."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from arena.catalog.pinned_settings import find_fault
from arena.catalog.workflows import WORKFLOWS, check_workflow, is_deep
from arena.painters.edits.edit_scenes import is_edit, parse_edit
from arena.painters.scenes import BadScene, parse_scene


def validate_scene(scene: object) -> None:
    """Check a scene, or that of an edit, by reading it as the painters do. Raises ValidationError naming the key."""
    try:
        if is_edit(scene):
            parse_edit(scene)
        else:
            parse_scene(scene)
    except BadScene as error:
        raise ValidationError(str(error)) from error


def validate_distinct(values: Sequence[str]) -> None:
    """Refuse a list that names something twice. Raises ValidationError naming it."""
    twice = [value for at, value in enumerate(values) if value in values[:at]]
    if twice:
        raise ValidationError(_("“%(value)s” is named twice.") % {"value": twice[0]})


def validate_settings(settings: object) -> None:
    """Check a contender's settings as far as Easel knows them. Raises ValidationError saying what to change."""
    if not isinstance(settings, dict):
        raise ValidationError(_('Give a JSON object such as {"quality": "high"}.'))
    if is_deep(settings):
        raise ValidationError(_("Too many levels of tables and lists lie in each other."))
    if fault := find_fault(settings):
        raise ValidationError(fault)
    for name in settings.keys() & set(WORKFLOWS):
        try:
            check_workflow(settings[name])
        except ValueError as error:
            raise ValidationError(_("%(name)s: %(error)s.") % {"name": name, "error": error}) from error
