"""TOML -> `Policy`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from clips.errors import PolicyError
from selection.policy.faults import DEFAULT, faults, inner_table
from selection.policy.whole import Policy


@dataclass(frozen=True, slots=True)
class _Source:
    label: str
    text: str
    folder: Path | None


@dataclass(frozen=True, slots=True)
class _Content:
    """What a file says, laid over what it extends.

    Args:
        tables: all of it.
        asr_folders: setting of ``[asr]`` -> folder of the file that states it.
        extends: name of what it extends, ``""`` for nothing.
        base: the tables of that.
    """

    tables: dict[str, Any]
    asr_folders: Mapping[str, Path]
    extends: str = ""
    base: Mapping[str, Any] = field(default_factory=dict)


def load_policy(name_or_path: str = DEFAULT) -> Policy:
    """Read a shipped policy by its name, or a TOML file by its path.

    A file may say ``extends = "tts-v1"`` (or a path beside it): its tables are laid over that
    policy's key by key, and each rule it changes must carry its own ``why``.

    Raises:
        PolicyError: no such policy, not TOML, an unknown key, a value out of its bound.
    """
    source = _find(name_or_path, None)
    content = _resolve(source, seen=())
    try:
        policy = Policy.model_validate(content.tables)
    except ValidationError as error:
        lines = faults(error.errors(), content.extends, content.base)
        raise PolicyError(f"{source.label}: " + "; ".join(lines)) from None
    policy._asr_folders = content.asr_folders
    return policy


def _find(name_or_path: str, beside: Path | None) -> _Source:
    shipped = resources.files("selection") / "policies" / f"{name_or_path}.toml"
    if "/" not in name_or_path and not name_or_path.endswith(".toml") and shipped.is_file():
        return _Source(name_or_path, shipped.read_text(encoding="utf-8"), None)
    path = Path(name_or_path) if beside is None else beside / name_or_path
    try:
        return _Source(str(path), path.read_text(encoding="utf-8"), path.parent)
    except (OSError, UnicodeDecodeError) as error:
        names = ", ".join(shipped_policies())
        raise PolicyError(
            f"{path}: not a readable policy file ({error}). Give a path to a TOML file, or one of"
            f" the shipped policies: {names}"
        ) from None


def shipped_policies() -> list[str]:
    """Names of the policies that come with tenhours, sorted."""
    folder = resources.files("selection") / "policies"
    return sorted(f.name.removesuffix(".toml") for f in folder.iterdir() if f.name.endswith("toml"))


def _resolve(source: _Source, seen: tuple[str, ...]) -> _Content:
    if source.label in seen:
        raise PolicyError(f"{source.label}: extends itself through {' -> '.join(seen)}")
    try:
        own = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{source.label}: not TOML: {error}") from None
    folders = dict.fromkeys(inner_table(own, "asr"), source.folder or Path())
    base_name = own.pop("extends", None)
    if base_name is None:
        return _Content(own, folders)
    if not isinstance(base_name, str):
        raise PolicyError(f"{source.label}: extends must be a name or a path, found {base_name!r}")
    base = _resolve(_find(base_name, source.folder), (*seen, source.label))
    rules = own.get("rules", {})
    for rule, changes in rules.items() if isinstance(rules, dict) else ():
        if (
            isinstance(changes, dict)
            and "why" not in changes
            and rule in base.tables.get("rules", {})
        ):
            raise PolicyError(f"{source.label}: rules.{rule} changes a bound without saying why")
    merged = _merge(base.tables, own)
    return _Content(merged, {**base.asr_folders, **folders}, base_name, base.tables)


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in own.items():
        below = merged.get(key)
        both = isinstance(value, dict) and isinstance(below, dict)
        merged[key] = _merge(below, value) if both else value  # type: ignore[arg-type]
    return merged
