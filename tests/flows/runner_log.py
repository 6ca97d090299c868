"""What GitHub's runner takes for a command in a line of a step's log.

Written from the rules of actions/runner (`ActionCommand`, `ActionCommandManager`): the newer form
is tried first, it begins the line but for blanks, its name ends at the first blank and its data
follows the second "::"; the older form may stand anywhere. A name counts where a command of it is
registered, in any case. The runner compares by the rules of its locale, for which some characters
weigh nothing: here nothing but printable ASCII weighs anything, which finds all that it finds and
more.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

REGISTERED = frozenset(
    {
        *("add-mask", "add-matcher", "add-path", "debug", "echo", "endgroup", "error", "group"),
        *("internal-set-repo-path", "notice", "remove-matcher", "save-state", "set-env"),
        *("set-output", "stop-commands", "warning"),
    }
)
_WEIGHS_NOTHING = re.compile(r"[^\t -~]")
_BLANKS = re.compile(r"^[\s\x1c-\x1f\x85\ufeff]+")


@dataclass(frozen=True)
class Command:
    """An order to the runner; ``properties`` as they stand in the line."""

    name: str
    properties: str
    data: str


def commands(log: str) -> Iterator[Command]:
    """The commands of a log; the runner ends a line at a line feed or a carriage return."""
    for line in re.split(r"\r\n|\r|\n", log):
        for seen in (line, _WEIGHS_NOTHING.sub("", line)):
            if found := _newer(seen) or _older(seen):
                yield found
                break


def _newer(line: str) -> Command | None:
    told = _BLANKS.sub("", line)
    if not told.startswith("::"):
        return None
    order, separator, data = told[2:].partition("::")
    return _command(order, data) if separator else None


def _older(line: str) -> Command | None:
    _, begun, rest = line.partition("##[")
    order, ended, data = rest.partition("]")
    return _command(order, data) if begun and ended else None


def _command(order: str, data: str) -> Command | None:
    name, _, properties = order.partition(" ")
    return Command(name.lower(), properties, data) if name.lower() in REGISTERED else None
