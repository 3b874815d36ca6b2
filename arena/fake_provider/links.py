"""The URLs under which the fake provider offers results, good and hostile."""

from collections.abc import Callable

# What a fault makes of the address of a job's first picture.
LINKS: dict[str, Callable[[str, str], str]] = {
    "url": lambda origin, job: f"{origin}/files/{job}/0.png",
    "shakyurl": lambda origin, job: f"{origin}/shaky/{job}/0.png",
    "goneurl": lambda origin, job: f"{origin}/expired.png",
    "redirecturl": lambda origin, job: f"{origin}/redirect",
    "slowurl": lambda origin, job: f"{origin}/slow",
    "privateurl": lambda origin, job: "https://127.0.0.1/1.png",
    "metadataurl": lambda origin, job: "http://169.254.169.254/latest/meta-data/",
    "elsewhereurl": lambda origin, job: "https://cdn.example.org/1.png",
    "fileurl": lambda origin, job: "file:///etc/passwd",
    "emptyurl": lambda origin, job: "",
}


def link(origin: str, job: str, number: int, fault: str) -> str:
    """Return the address of a job's picture; the fault may make it another one."""
    if number == 0 and fault in LINKS:
        return LINKS[fault](origin, job)
    return f"{origin}/files/{job}/{number}.png"
