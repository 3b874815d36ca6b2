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
    library = _library()
    if library is None or kind not in MEDIA_TYPES:
        return None
    context = library.Context(library.Settings.from_dict(CLOSED))
    try:
        reader = library.Reader.try_create(MEDIA_TYPES[kind], io.BytesIO(data), context=context)
        if reader is None:
            return None
        with reader:
            return _summarize(json.loads(reader.json()))
    except (library.C2paError, ValueError):
        return None


@cache
def _library() -> Any:
    try:
        return importlib.import_module("c2pa")
    except ImportError:
        return None


def _summarize(report: dict[str, Any]) -> CredentialReport:
    manifest = report.get("manifests", {}).get(report.get("active_manifest"), {})
    generators = manifest.get("claim_generator_info") or [{}]
    generator = " ".join(str(generators[0].get(part) or "") for part in ("name", "version"))
    return CredentialReport(
        generator=(generator.strip() or str(manifest.get("claim_generator") or ""))[:LONGEST],
        issuer=str((manifest.get("signature_info") or {}).get("issuer") or "")[:LONGEST],
        state=str(report.get("validation_state") or "")[:LONGEST],
    )
