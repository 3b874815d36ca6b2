"""Who signed a picture's Content Credentials, read by the C2PA library where it is installed (extra `c2pa`)."""

import importlib
import io
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

# Without this the library fetches addresses that stand in the file, and a file may name any address of our network.
CLOSED = {"verify": {"remote_manifest_fetch": False, "ocsp_fetch": False}}
MEDIA_TYPES = {
    "PNG": "image/png", "JPEG": "image/jpeg", "MPO": "image/jpeg", "WEBP": "image/webp", "AVIF": "image/avif",
    "HEIF": "image/heif",
}  # fmt: skip
LONGEST = 120
LONGEST_TEXT = 100_000


@dataclass(frozen=True)
class CredentialReport:
    """What the active manifest says; texts are empty where it says nothing.

    `state` is the library's: `Valid` means that the file is as it was signed, not that the signer is who they say.
    """

    generator: str
    issuer: str
    state: str


def read_report(data: bytes, kind: str) -> CredentialReport | None:
    """Return the report of a file of this format; None without manifest, for a broken one, or without the library."""
    manifests = read_manifests(data, kind)
    return None if manifests is None else summarize(manifests)


def read_manifests(data: bytes, kind: str) -> dict[str, Any] | None:
    """Return all that the library reads: the manifests, who signed them, and what is wrong; None as `read_report`."""
    library = _library()
    if library is None or kind not in MEDIA_TYPES:
        return None
    context = library.Context(library.Settings.from_dict(CLOSED))
    try:
        reader = library.Reader.try_create(MEDIA_TYPES[kind], io.BytesIO(data), context=context)
        if reader is None:
            return None
        with reader:
            read = json.loads(reader.json())
    except (library.C2paError, ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def print_manifests(manifests: dict[str, Any]) -> str:
    """Return manifests as text, as much of it as a page can bear."""
    text = json.dumps(manifests, indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "\n…"


def has_library() -> bool:
    """Tell whether the library is installed."""
    return _library() is not None


@cache
def _library() -> Any:
    try:
        return importlib.import_module("c2pa")
    except ImportError:
        return None


def summarize(report: dict[str, Any]) -> CredentialReport:
    """Return what the active manifest of `read_manifests` says in short."""
    manifest = report.get("manifests", {}).get(report.get("active_manifest"), {})
    generators = manifest.get("claim_generator_info") or [{}]
    generator = " ".join(str(generators[0].get(part) or "") for part in ("name", "version"))
    return CredentialReport(
        generator=(generator.strip() or str(manifest.get("claim_generator") or ""))[:LONGEST],
        issuer=str((manifest.get("signature_info") or {}).get("issuer") or "")[:LONGEST],
        state=str(report.get("validation_state") or "")[:LONGEST],
    )
