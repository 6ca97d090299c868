"""`python -m flows` is the `tenhours` command."""

from flows.cli import main

main()
