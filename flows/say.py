"""The one place where text reaches a terminal or a CI log."""

import re
import sys

# "::command::" and "##[command]" are orders to GitHub's runner, in whatever is printed. It compares
# by the rules of its locale, for which a variation selector between the signs is not there.
_ORDERS = re.compile(r":(?=[^ -~]*:)|#(?=[^ -~]*#[^ -~]*\[)")


def harmless(text: str) -> str:
    r"""Text that orders nothing, neither of a terminal nor of a CI runner.

    Control characters and those that reorder text are written out, what the runner would read as a
    command is broken by a blank, and lines after the first are indented, so that a line break in a
    name begins no line that could be taken for the command's own.

    Example:
        >>> harmless("VOICE\x1b[31m\n::notice::Gate passed.")
        'VOICE\\u001b[31m\n  : :notice: :Gate passed.'
    """
    first, *rest = _ORDERS.sub(r"\g<0> ", text).split("\n")
    return "\n".join([_written_out(first), *(f"  {_written_out(line)}" for line in rest)])


def say(text: str, *, error: bool = False) -> None:
    """Print a message, to standard error where it is one."""
    print(harmless(text), file=sys.stderr if error else sys.stdout, flush=error)


def aside(text: str) -> None:
    """Print what is no result, to standard error."""
    say(text, error=True)


def _written_out(line: str) -> str:
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in line)
