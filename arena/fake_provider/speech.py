"""What the fake provider and its wires say to each other: a call, the order in it, failures and replies."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

MARKER = re.compile(r"\[([a-z0-9_]+)\]")
PART_NAME = re.compile(r'name="([^"]*)"')
FILE_NAME = re.compile(r'filename="([^"]*)"')


@dataclass(frozen=True)
class Part:
    """One part of a multipart body."""

    name: str
    data: bytes
    media_type: str = ""
    file_name: str = ""


@dataclass(frozen=True)
class Call:
    """One request. `path` is what follows the wire's own first segments; `root` is the wire's address."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    root: str
    origin: str

    @cached_property
    def json(self) -> dict[str, Any]:
        """The body as a JSON object; empty if it is none."""
        try:
            value = json.loads(self.body)
        except ValueError:
            return {}
        return value if isinstance(value, dict) else {}

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of a multipart body, in order."""
        boundary = self.headers.get("content-type", "").partition("boundary=")[2].strip('"')
        if not boundary:
            return []
        pieces = self.body.split(b"--" + boundary.encode())[1:-1]
        return [_read_part(piece) for piece in pieces]

    @property
    def form(self) -> dict[str, str]:
        """The fields of a multipart body that are not files, by name."""
        return {part.name: part.data.decode() for part in self.parts if not part.file_name}

    def files(self, *names: str) -> list[bytes]:
        """Return the files of a multipart body under any of these names, in order."""
        return [part.data for part in self.parts if part.file_name and part.name in names]


def _read_part(piece: bytes) -> Part:
    head, _, data = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    text = head.decode()
    # A file's name is cut out first: "filename=" ends like "name=".
    file_name = FILE_NAME.search(text)
    name = PART_NAME.search(FILE_NAME.sub("", text))
    media_type = re.search(r"(?im)^content-type: *(\S+)", text)
    return Part(
        name=name.group(1) if name else "", data=data.removesuffix(b"\r\n"),
        media_type=media_type.group(1) if media_type else "", file_name=file_name.group(1) if file_name else "",
    )  # fmt: skip


@dataclass(frozen=True)
class Order:
    """What a request asks for. `body` is its JSON or its fields; `mask` the bytes in the wire's own form.

    `number` is the one that the client has chosen for its job, on wires that let it.
    """

    model: str
    prompt: str
    body: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""
    sources: tuple[bytes, ...] = ()
    mask: bytes | None = None
    width: int = 1
    height: int = 1
    number: str = ""
    drawn: str = ""

    @property
    def fault(self) -> str:
        """The fault that the prompt names in brackets, or the model after a colon, or that was drawn; else empty."""
        found = MARKER.search(self.prompt)
        return found.group(1) if found else self.model.partition(":")[2] or self.drawn


@dataclass(frozen=True)
class Failure:
    """Why there is no image; each wire says it in its own shape.

    `kind` is one of refused, refused_output, invalid, auth, unverified, quota, rate_limit, overloaded, gone, broken,
    and on some wires loading, moved, memory, partial, rate_limit_told.
    """

    kind: str
    message: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """An answer over HTTP."""

    status: int
    body: bytes
    media_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def decode(picture: str) -> bytes:
    """Return the bytes of a picture in base64, bare or as a data URL."""
    return base64.b64decode(picture.rpartition(",")[2])


def say(status: int, value: Any, headers: Mapping[str, str] | None = None) -> Reply:
    """Return a reply in JSON."""
    return Reply(status, json.dumps(value).encode(), headers=headers or {})
