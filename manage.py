#!/usr/bin/env python
"""Easel's command line, where Django's users look for it."""

from arena.command_line import main

if __name__ == "__main__":
    main()
