"""A browser in words, as its owner knows it: "Firefox · Linux"; pure."""

# In this order, since most browsers also name those that they descend from.
_BROWSERS = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser", "Samsung Internet"), ("Vivaldi", "Vivaldi"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"), ("Safari/", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"), ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def name_browser(user_agent: str) -> str:
    """Return browser and system, or what is known of them; no version, so that people are not told apart by it."""
    found = [next((name for sign, name in kind if sign in user_agent), "") for kind in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, found))
