"""Colours of pictures that leave the site, which cannot follow a reader's theme: those of the light one."""

PAPER = "#fff"
INK = "#14181f"
MUTED = "#505a68"
LINE = "#dfe3e8"
MARK = "#0b57a4"
FAINT = "#6b7583"
