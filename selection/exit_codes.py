"""Exit codes of the commands."""

PASS, FAILED, USAGE, INTERNAL, NOTHING = 0, 1, 2, 3, 5
