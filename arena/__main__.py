"""`python -m arena`: the same program as `easel` and `manage.py`."""

from arena.command_line import main

if __name__ == "__main__":
    main()
