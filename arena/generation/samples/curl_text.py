"""A planned call as a command for curl."""

import json
import re
from collections.abc import Iterator
from shlex import quote

from arena.generation.providers.wire import FormPart, PlannedCall
from arena.generation.samples.stand_ins import ENCODED, FILE_NAME, KEY, PICTURE, shown_body, shown_headers

_BREAK = " \\\n  "


def write_curl(call: PlannedCall, *, key_env: str, follow: str) -> str:
    """Return the command; after it, for a host that makes one wait, the one that asks at `follow`."""
    headers = [f'-H "{in_double(name)}: {_header(value, key_env)}"' for name, value in shown_headers(call).items()]
    parts = [f"curl -X {call.method} {quote(call.url)}", *headers]
    if call.form is not None:
        parts += [_form_part(part) for part in call.form]
        command = _BREAK.join(parts)
    else:
        command = _BREAK.join([*parts, '-H "Content-Type: application/json"', _body(call)])
    if follow:
        command += "\n\n" + _BREAK.join([f'curl "{follow}"', *headers])
    return command


def _body(call: PlannedCall) -> str:
    text = json.dumps(shown_body(call), indent=2, ensure_ascii=False)
    if ENCODED not in text:
        return f"-d {_in_single(text)}"
    # A picture is longer than the argument of a command may be.
    return "--data-binary @- <<END\n" + in_double(text, quotes=False).replace(ENCODED, _ENCODER) + "\nEND"


_ENCODER = f"$(base64 < {FILE_NAME} | tr -d '\\n')"


def _header(value: str, key_env: str) -> str:
    return f"${key_env}".join(in_double(text) for text in value.split(KEY))


def _in_single(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def in_double(text: str, *, quotes: bool = True) -> str:
    """Return a text that a shell, between double quotes or in a here-document, leaves as it is."""
    return re.sub(r'[\\$`"]' if quotes else r"[\\$`]", lambda found: f"\\{found.group()}", text)


def _form_part(part: FormPart) -> str:
    return " ".join(_words(part))


def _words(part: FormPart) -> Iterator[str]:
    name, (_, content, media_type) = part
    if content == PICTURE:
        yield f"-F {_in_single(f'{name}=@{FILE_NAME};type={media_type}')}"
    else:
        yield f"--form-string {_in_single(f'{name}={content.decode()}')}"
