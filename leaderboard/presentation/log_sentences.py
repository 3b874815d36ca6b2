"""Changes of the public log as sentences."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from arena.languages.catalogue_names import translated
from arena.languages.written_figures import write_day, write_list, write_money
from leaderboard.presentation.price_words import item_name, price_per
from leaderboard.queries.changes.public_log import LogEntry


def state_change(entry: LogEntry) -> str:
    """Return what happened, as one sentence without its day, name and reason."""
    details = entry.details
    match entry.kind:
        case "added":
            return _("added: from now on it competes")
        case "retired":
            return _("retired: it is no longer shown to voters; its votes and its page stay")
        case "returned":
            return _("is back in play")
        case "shutdown":
            return _state_shutdown(details)
        case "price":
            return _state_price(details)
        case "axes":
            return _state_axes(details)
        case "method":
            text = _("is rated by another method from now on: {method} {version}. Earlier numbers cannot be compared.")
            return text.format(**details)
        case _ if "lifted" in details:
            count = int(details["lifted"])
            return ngettext("{count} vote counts again", "{count} votes count again", count).format(count=count)
        case _:
            count = int(details["entries"])
            return ngettext("{count} vote excluded", "{count} votes excluded", count).format(count=count)


def _state_shutdown(details: Mapping[str, Any]) -> str:
    day = write_day(date.fromisoformat(details["day"]))
    if details.get("provider"):
        return _("will end on {day} at {provider}").format(day=day, provider=details["provider"])
    return _("will be shut down on {day}").format(day=day)


def _state_axes(details: Mapping[str, Any]) -> str:
    if "prompts" in details:
        count = int(details["prompts"])
        text = ngettext("{count} prompt tests other axes now", "{count} prompts test other axes now", count)
        return text.format(count=count)
    old, new = (write_list(map(translated, details[name])) or _("nothing") for name in ("old", "new"))
    return _("as a prompt, it now tests {new}; before, it tested {old}").format(new=new, old=old)


def _state_price(details: Mapping[str, Any]) -> str:
    named = [details[name] for name in ("quality", "size") if details.get(name)]
    if details["item"] != "image":
        named.insert(0, item_name(details["item"]))
    values = {name: price_per(details["unit"], _money(details[name], details["currency"])) for name in ("old", "new")}
    values["provider"] = details["provider"]
    if not details["old"]:
        change = _("costs {new} at {provider}; no price was known before").format(**values)
    elif not details["new"]:
        change = _("has no price any more at {provider}; it was {old}").format(**values)
    else:
        change = _("costs {new} at {provider}; it was {old}").format(**values)
    # Translators: a change of a price, and in brackets the settings that it is for.
    return _("{change} ({settings})").format(change=change, settings=" ".join(named)) if named else change


def _money(amount: str, currency: str) -> str:
    if not amount:
        return ""
    return write_money(f"{Decimal(amount):f}", currency)
