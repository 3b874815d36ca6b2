"""How the catalogue's fields are checked, for files and admin alike. Migrations name these functions."""

from django.core.exceptions import ValidationError

from arena.painters.scenes import BadScene, parse_scene


def validate_scene(scene: object) -> None:
    """Check a scene by reading it as the painters do. Raises ValidationError naming the offending key."""
    try:
        parse_scene(scene)
    except BadScene as error:
        raise ValidationError(str(error)) from error
