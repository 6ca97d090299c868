"""The workflows install what is pinned by digest, in the versions that the tests run with."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

PINNED = ("requirements.txt", "requirements-build.txt")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PIN = re.compile(r"^([\w.-]+)(?:\[[\w,]+\])?==(\S+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    found = PIN.findall(path.read_text(encoding="utf-8"))
    return {canonicalize_name(name): version for name, version in found}


def hashed(name: str) -> dict[str, str]:
    return pins(ROOT / "deployments" / name)


def needed(requirement: Requirement, seen: set[str]) -> Iterator[str]:
    """It and all that it needs, of what is installed; an optional part where one asks for it."""
    name = canonicalize_name(requirement.name)
    for extra in requirement.extras or {""}:
        if f"{name}[{extra}]" in seen:
            continue
        seen.add(f"{name}[{extra}]")
        yield name
        try:
            further = map(Requirement, requires(name) or ())
        except PackageNotFoundError:  # another platform's
            continue
        for one in further:
            if one.marker is None or any(one.marker.evaluate({"extra": e}) for e in ("", extra)):
                yield from needed(one, seen)


def test_every_package_that_scoring_needs_is_pinned_by_digest() -> None:
    asked = (
        *PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"]["score"],
    )
    seen: set[str] = set()
    wanted = {name for one in map(Requirement, asked) for name in needed(one, seen)}
    assert len(wanted) > 100
    assert wanted <= set(hashed("requirements.txt"))


def test_what_builds_this_package_is_pinned_too() -> None:
    wanted = {*PROJECT["build-system"]["requires"], "pip"}
    assert wanted <= set(hashed("requirements-build.txt"))


@pytest.mark.parametrize("name", PINNED)
def test_the_versions_are_those_of_the_constraints(name: str) -> None:
    known = pins(ROOT / "constraints.txt")
    assert hashed(name) == {package: known.get(package) for package in hashed(name)}


@pytest.mark.parametrize("name", PINNED)
def test_each_pin_has_a_digest(name: str) -> None:
    text = (ROOT / "deployments" / name).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    for number, line in enumerate(lines):
        if PIN.match(line):
            assert line.endswith("\\")
            assert lines[number + 1].startswith("    --hash=sha256:")


@pytest.mark.parametrize("name", ["github-gate.yml", "github-cache.yml", "gitlab-gate.yml"])
def test_the_workflows_install_nothing_else(name: str) -> None:
    text = (ROOT / "deployments" / name).read_text(encoding="utf-8")
    installed = re.findall(r"pip install .*", text)
    assert len(installed) == 3
    assert all("--require-hashes" in line or "--no-deps" in line for line in installed)
