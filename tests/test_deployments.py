"""What is shipped to be copied does what it says."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import EXAMPLE, ROOT

DEPLOYMENTS = ROOT / "deployments"
WORKFLOWS = ("github-gate.yml", "github-cache.yml")
STEPS: list[dict[str, Any]] = yaml.safe_load(
    (DEPLOYMENTS / "github-gate.yml").read_text(encoding="utf-8")
)["jobs"]["gate"]["steps"]
TENHOURS = """#!/bin/sh
echo "$2 $4" >> asked
[ "${2%.zip}" = "$2" ]
"""


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    """A repository with one submission, and a `tenhours` that notes what it is asked."""
    command = tmp_path / "bin" / "tenhours"
    command.parent.mkdir()
    command.write_text(TENHOURS, encoding="utf-8")
    command.chmod(0o755)
    add(tmp_path / "offered", "of before/labels.json")
    git(tmp_path / "offered", "init", "-q")
    commit(tmp_path / "offered")
    return tmp_path / "offered"


def add(repository: Path, *names: str) -> None:
    for name in names:
        file = repository / "submissions" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, encoding="utf-8")


def commit(repository: Path) -> None:
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "--allow-empty", "-m", "x")


def gate(tmp_path: Path) -> tuple[int, list[str]]:
    (script,) = (step["run"] for step in STEPS if step.get("name") == "Gate")
    environment = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-e", "-c", script], cwd=tmp_path, env=environment, timeout=60, check=False
    )
    asked = tmp_path / "asked"
    lines = asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []
    return done.returncode, lines


def test_the_gate_scores_what_the_pull_request_adds_and_nothing_else(
    offered: Path, tmp_path: Path
) -> None:
    add(offered, "a folder/one.wav", "a folder/two.wav", "z\u00e9 $(touch x)/one.wav")
    commit(offered)
    names = ["a folder", "z\u00e9 $(touch x)"]
    assert gate(tmp_path) == (0, [f"offered/submissions/{name} HEAD^1" for name in names])
    assert not (tmp_path / "x").exists()


def test_an_archive_that_fails_fails_the_gate(offered: Path, tmp_path: Path) -> None:
    add(offered, "b.zip", "c.tar.zst")
    commit(offered)
    names = ["b.zip", "c.tar.zst"]
    assert gate(tmp_path) == (1, [f"offered/submissions/{name} HEAD^1" for name in names])


def test_a_gate_with_nothing_to_score_does_not_pass(offered: Path, tmp_path: Path) -> None:
    git(offered, "rm", "-rq", "submissions")
    commit(offered)
    assert gate(tmp_path) == (5, [])


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        *(("github-workflows", name) for name in WORKFLOWS),
        ("gitlab-ci", "gitlab-gate.yml"),
        ("compose-spec", "compose.yml"),
    ],
)
def test_the_files_fit_their_schemas(schema: str, file: str) -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}"]
    subprocess.run([*command, DEPLOYMENTS / file], check=True, timeout=60)


def test_the_workflows_have_no_known_weakness() -> None:
    zizmor = Path(sys.executable).with_name("zizmor")
    files = [DEPLOYMENTS / name for name in WORKFLOWS]
    subprocess.run([zizmor, "--offline", "--quiet", *files], check=True, timeout=60)


def test_both_gates_run_the_same_loop() -> None:
    gitlab = yaml.safe_load((DEPLOYMENTS / "gitlab-gate.yml").read_text(encoding="utf-8"))
    (loop,) = (line for line in gitlab["tenhours gate"]["script"] if "while" in line)
    (script,) = (step["run"] for step in STEPS if step.get("name") == "Gate")
    for line in ("IFS=", "! -e", "number=$", "status=5"):
        mine = [each.split("#")[0].strip() for each in script.splitlines() if line in each]
        assert mine
        assert all(each in loop for each in mine), mine


def test_the_automation_is_one_of_prefect_and_waits_for_heartbeats_to_stop() -> None:
    from prefect.client.schemas.objects import StateType
    from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
    from prefect.settings import get_current_settings

    content = yaml.safe_load((DEPLOYMENTS / "automations.yaml").read_text(encoding="utf-8"))
    (automation,) = map(AutomationCore.model_validate, content["automations"])
    trigger, (action,) = automation.trigger, automation.actions
    assert isinstance(trigger, EventTrigger)
    assert trigger.posture is Posture.Proactive
    assert trigger.expect > trigger.after == {"prefect.flow-run.heartbeat"}
    assert getattr(action, "state", None) == StateType.CRASHED
    assert hasattr(get_current_settings().flows, "heartbeat_frequency")


def test_one_command_serves_what_is_deployed_by_several() -> None:
    from flows.serving import Served, deployments

    content = yaml.safe_load((DEPLOYMENTS / "prefect.yaml").read_text(encoding="utf-8"))
    served = Served(inbox="i", reports="r", policy="p", every_s=900, selection="s")
    made = {one.name: one for one in deployments(served)}
    assert list(made) == [one["name"] for one in content["deployments"]]
    for one in content["deployments"]:
        mine = made[one["name"]]
        module, _, flow = one["entrypoint"].partition(":")
        assert mine.entrypoint == f"{module.removesuffix('.py').replace('/', '.')}.{flow}"
        assert set(one.get("parameters", {})) <= set(mine.parameters)
        assert [t["expect"] for t in one.get("triggers", [])] == [
            sorted(t.expect) for t in mine.triggers
        ]
    (wanted,) = content["deployments"][0]["triggers"]
    assert made["inbox"].triggers[0].parameters == wanted["parameters"]


def test_the_hook_of_pre_commit_runs_a_command_that_there_is(
    tenhours: Callable[..., int], tmp_path: Path
) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert (hook["language"], hook["pass_filenames"]) == ("python", False)
    program, *arguments = hook["entry"].split()
    assert program == "tenhours"
    assert hook["args"] == ["."]
    assert tenhours(*arguments, tmp_path) == 2, "no submission"
    assert tenhours(*arguments, EXAMPLE) == 1, "one with defects"


def test_the_unit_of_systemd_is_one(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("systemd-analyze is not installed")
    text = (DEPLOYMENTS / "tenhours-up.service").read_text(encoding="utf-8")
    assert "bin/tenhours up " in text
    unit = tmp_path / "tenhours-up.service"
    # it looks for the program and the user too
    text = text.replace("/opt/tenhours/.venv/bin/tenhours", "/bin/true")
    unit.write_text(text.replace("User=tenhours", "User=root"), encoding="utf-8")
    done = subprocess.run(
        [verify, "verify", "--man=no", unit],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_no_module_of_flows_hides_a_package() -> None:
    """Prefect loads a flow by its file, whose folder is the first to be searched then."""
    packages = {folder.parent.name for folder in ROOT.glob("*/__init__.py")}
    assert "ledger" in packages
    assert not packages & {module.stem for module in (ROOT / "flows").glob("*.py")}
