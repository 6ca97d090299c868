"""What is wrong with a policy, in words for the one who wrote the file."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from selection.policy.whole import Policy

DEFAULT = "tts-v1"


def faults(errors: Iterable[ErrorDetails], extends: str, base: Mapping[str, Any]) -> Iterator[str]:
    """A sentence per table or setting.

    Args:
        errors: what pydantic found in the merged tables.
        extends: name of what the file extends, ``""`` for nothing.
        base: the tables of that.
    """
    missing: dict[tuple[str, ...], list[str]] = {}
    for error in errors:
        *table, key = map(str, error["loc"]) if error["loc"] else ("policy",)
        if error["type"] == "missing":
            missing.setdefault(tuple(table), []).append(key)
        else:
            yield _fault((*table, key), error)
    if () in missing or (missing and not extends):
        where = f" in {extends}" if extends else ""
        names = [".".join((*table, key)) for table, keys in missing.items() for key in keys]
        yield (
            f'no extends{where}: add `extends = "{DEFAULT}"`, or give a whole policy'
            f" (missing: {', '.join(names)})"
        )
        return
    for table_path, keys in missing.items():
        yield _incomplete(table_path, keys, extends, base)


def _incomplete(
    path: tuple[str, ...], keys: list[str], extends: str, base: Mapping[str, Any]
) -> str:
    """A table with less than it needs: new ones are either meant or a slip of the pen."""
    siblings: Any = base
    for part in path[:-1]:
        siblings = inner_table(siblings, part)
    name, kind = ".".join(path), ".".join(path[:-1]).removesuffix("s").rpartition(".")[2]
    near = difflib.get_close_matches(path[-1], siblings, 1)
    lacks = f"{name}: {extends} has no such {kind} and this one has no"
    return f"{lacks} {keys[0]}; did you mean {near[0]}?" if near else f"{lacks} {', '.join(keys)}"


def _fault(path: tuple[str, ...], error: ErrorDetails) -> str:
    name, value = ".".join(path), error["input"]
    found = "" if isinstance(value, dict | BaseModel) else f" (found {value!r:.80})"
    if error["type"] == "extra_forbidden":
        known = _settings(path[:-1])
        near = difflib.get_close_matches(path[-1], known, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}"
        return f"{name}: there is no such setting; {hint}{found}"
    if error["type"] in ("dict_type", "model_type"):
        return f"{name} must be a table{found}"
    says = error["msg"].removeprefix("Value error, ").replace("Input should", "it must")
    return f"{name}: {says}{found}"


def _settings(table: tuple[str, ...]) -> list[str]:
    """Names of the settings that a table of the policy can have."""
    here: Any = Policy
    for part in table:
        is_model = isinstance(here, type) and issubclass(here, BaseModel)
        here = here.model_fields[part].annotation if is_model else get_args(here)[1]
    return list(here.model_fields)


def inner_table(table: Mapping[str, Any], key: str) -> dict[str, Any]:
    """A table's table; an empty one where it has none of that name."""
    value = table.get(key)
    return value if isinstance(value, dict) else {}
