"""A planned call as a short program in Python."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from arena.generation.providers.wire import FormPart, PlannedCall
from arena.generation.samples.answer_steps import AnswerSteps, quoted
from arena.generation.samples.stand_ins import ENCODED, FILE_NAME, KEY, PICTURE, shown_body, shown_headers


def write_python(call: PlannedCall, *, key_env: str, steps: AnswerSteps) -> str:
    """Return the program, which stores the image as picture.png."""
    headers = shown_headers(call)
    is_edit = _has_picture(call)
    modules = {*steps.modules, *(["os"] if key_env else []), *(["base64"] if is_edit and call.form is None else [])}
    lines = [*(f"import {name}" for name in sorted(modules)), "", "import requests", ""]
    lines += _setting_up(call, headers, key_env, is_edit=is_edit)
    lines += [f"response = requests.{call.method.lower()}(\n    {quoted(call.url)},"]
    lines += ["    headers=headers,", *_body(call), "    timeout=300,", ")", "response.raise_for_status()"]
    lines += [*steps.lines, "", 'with open("picture.png", "wb") as file:', "    file.write(picture)"]
    return "\n".join(lines) + "\n"


def _setting_up(call: PlannedCall, headers: dict[str, str], key_env: str, *, is_edit: bool) -> Iterator[str]:
    if key_env:
        yield f'key = os.environ["{key_env}"]'
    yield f"headers = {_literal(headers, 0)}"
    if is_edit:
        yield f'with open("{FILE_NAME}", "rb") as file:'
        yield (
            "    source = file.read()"
            if call.form is not None
            else "    source = base64.b64encode(file.read()).decode()"
        )
    yield ""


def _body(call: PlannedCall) -> Iterator[str]:
    if call.form is None:
        yield f"    json={_literal(shown_body(call), 4)},"
        return
    yield "    files=["
    for part in call.form:
        yield f"        {_form_part(part)},"
    yield "    ],"


def _form_part(part: FormPart) -> str:
    name, (_, content, media_type) = part
    if content == PICTURE:
        return f'({quoted(name)}, ("{FILE_NAME}", source, "{media_type}"))'
    return f"({quoted(name)}, (None, {quoted(content.decode())}))"


def _literal(value: Any, indent: int) -> str:
    """Return a value of JSON as Python writes it, a field a line."""
    if isinstance(value, dict):
        return _block("{", "}", (f"{quoted(key)}: {_literal(one, indent + 4)}" for key, one in value.items()), indent)
    if isinstance(value, list | tuple):
        return _block("[", "]", (_literal(one, indent + 4) for one in value), indent)
    return _text(value) if isinstance(value, str) else repr(value)


def _block(opening: str, closing: str, items: Iterable[str], indent: int) -> str:
    lines = [f"{' ' * (indent + 4)}{item},\n" for item in items]
    return f"{opening}\n{''.join(lines)}{' ' * indent}{closing}" if lines else f"{opening}{closing}"


def _text(value: str) -> str:
    for stand_in, name in ((KEY, "key"), (ENCODED, "source")):
        if value == stand_in:
            return name
        if stand_in in value:
            braced = quoted(value).replace("{", "{{").replace("}", "}}")
            return "f" + braced.replace(stand_in, f"{{{name}}}")
    return quoted(value)


def _has_picture(call: PlannedCall) -> bool:
    if call.form is not None:
        return any(content == PICTURE for _, (_, content, _) in call.form)
    return ENCODED in json.dumps(call.json)
