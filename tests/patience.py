"""How long a test waits for an event: the only limit, so wide that only a test that hangs reaches it."""

# Seconds. A machine under ten times its normal load still keeps it. pytest itself ends a test after six times as long
# (`timeout` in pyproject.toml): no test waits for more than a few events in a row.
HANGING = 300.0
