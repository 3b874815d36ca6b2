"""Which wire families there are, and which catalogue entries they can call."""

import os
from collections.abc import Callable

from django.utils.module_loading import import_string

from arena.catalog.capabilities import Capabilities
from arena.catalog.keys import is_ours
from arena.catalog.models import Offering
from arena.catalog.models import Provider as ProviderEntry
from arena.errors import DomainError
from arena.generation.providers.base import Host, Provider
from arena.generation.providers.shapes.host_options import BadOptions

# A family's factory takes a Host and returns its Provider.
FAMILIES: dict[str, str] = {
    "painters": "arena.generation.providers.painters.build_painters",
    "openai_compatible": "arena.generation.providers.openai_compatible.build_openai_compatible",
    "fal_queue": "arena.generation.providers.fal_queue.build_fal_queue",
    "replicate": "arena.generation.providers.replicate.build_replicate",
    "poll_url": "arena.generation.providers.poll_url.build_poll_url",
    "gemini": "arena.generation.providers.gemini.build_gemini",
    "multipart_bytes": "arena.generation.providers.multipart_bytes.build_multipart_bytes",
    "huggingface": "arena.generation.providers.huggingface.build_huggingface",
    "sdapi": "arena.generation.providers.sdapi.build_sdapi",
    "comfyui": "arena.generation.providers.comfyui.build_comfyui",
}
# Families that work in our own processes.
OWN_FAMILIES = frozenset({"painters"})


class NotCallable(DomainError):
    """This provider cannot be called from here; the message says what is missing."""

    code = "provider_not_callable"


def is_usable(provider: ProviderEntry) -> bool:
    """Tell whether images can be ordered: the wire family is known, and the key it needs is in the environment."""
    return not what_is_missing(provider)


def is_free(provider: ProviderEntry) -> bool:
    """Tell whether this provider charges nothing, so that a call with an unknown outcome may be repeated.

    Those that work in our own processes do not, nor do those whose options say `free = true`: an operator's own server.
    """
    return is_own(provider) or provider.options.get("free") is True


def knows_keys(provider: ProviderEntry) -> bool:
    """Tell whether it answers a call that is repeated under its idempotency key, without charging it again.

    Only the catalogue can say so (`idempotent = true` among the options): a host that ignores the key would charge.
    """
    return provider.options.get("idempotent") is True


def is_own(provider: ProviderEntry) -> bool:
    """Tell whether it works in our own processes, whose threads are its only limit: its `concurrency` is not heeded."""
    return provider.family in OWN_FAMILIES


def key_of(provider: ProviderEntry) -> str:
    """Return the provider's key from the environment; empty if it needs none, or if there is none."""
    return os.environ.get(provider.key_env, "") if provider.key_env else ""


def provider_for(offering: Offering) -> Provider:
    """Return the adapter that calls this offering's provider. Raises NotCallable."""
    return adapter_of(offering.provider)


def adapter_of(entry: ProviderEntry) -> Provider:
    """Return the adapter that calls this provider. Raises NotCallable."""
    if missing := _what_is_not_set(entry):
        raise NotCallable(missing)
    try:
        return adapter_with(entry, key=key_of(entry))
    except BadOptions as error:
        raise NotCallable(f"{entry.name} cannot be called: {error.message}") from error


def capabilities_of(offering: Offering, provider: Provider) -> Capabilities:
    """Return what the offering's model takes: the family's defaults with what the catalogue says of the offering."""
    return provider.capabilities.updated(offering.capabilities)


def find_fault(entry: ProviderEntry) -> str:
    """Return which of a provider's options does not fit its family, in a sentence; empty if all do."""
    if entry.family not in FAMILIES:
        return ""
    try:
        adapter_with(entry, key="")
    except BadOptions as error:
        return error.message
    return ""


def adapter_with(entry: ProviderEntry, *, key: str) -> Provider:
    """Return the adapter of a provider of a known family, with this key. Raises BadOptions."""
    host = Host(
        base_url=entry.base_url.rstrip("/"),
        key=key,
        options=entry.options,
        result_hosts=tuple(entry.result_hosts),
    )
    factory: Callable[[Host], Provider] = import_string(FAMILIES[entry.family])
    return factory(host)


def what_is_missing(provider: ProviderEntry) -> str:
    """Return why the provider cannot be called from here, in a sentence; empty if it can."""
    try:
        adapter_of(provider)
    except NotCallable as error:
        return error.message
    return ""


def _what_is_not_set(provider: ProviderEntry) -> str:
    if provider.family not in FAMILIES:
        return f"Easel cannot call {provider.name} yet: its wire family is {provider.family or 'not set'}."
    if is_ours(provider.key_env):
        return f"{provider.name} cannot be sent {provider.key_env}, a secret of Easel's own."
    if provider.key_env and not os.environ.get(provider.key_env):
        return f"{provider.name} needs a key: set {provider.key_env} in the environment."
    return ""
