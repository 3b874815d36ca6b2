"""How long a test waits for what must happen: the only limit, so wide that only what hangs ever meets it."""

# Seconds. A machine that does ten other things at once still keeps it. pytest itself ends a test after six times as
# long (`timeout` in pyproject.toml): no test waits for more than a few things in a row.
HANGING = 300.0
