"""What is shipped to be copied does what it says."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
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
JOB: dict[str, Any] = yaml.safe_load((DEPLOYMENTS / "gitlab-gate.yml").read_text(encoding="utf-8"))[
    "tenhours gate"
]
COMMANDS = {
    "tenhours": """#!/bin/sh
[ -z "$(ls -A)" ] || exit 9
echo "$2 $4" >> "${0%/bin/*}/asked"
mkdir -p "$6"
[ "${2%.zip}" = "$2" ]
""",
    "pip": """#!/bin/sh
for last; do :; done
[ ! -f "$last/tool" ] || cp "$last/tool" "${0%/bin/*}/installed"
""",
    "apt-get": "#!/bin/sh\n",
}


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    """A repository with one submission, and a `tenhours` that notes what it is asked."""
    (tmp_path / "bin").mkdir()
    (tmp_path / "tmp").mkdir()
    for name, text in COMMANDS.items():
        command = tmp_path / "bin" / name
        command.write_text(text, encoding="utf-8")
        command.chmod(0o755)
    repository = tmp_path / "offered"
    add(repository, "of before/labels.json", "of before/one.wav")
    git(tmp_path, "init", "-q", "--bare", "origin")
    git(repository, "init", "-q", "-b", "main")
    git(repository, "remote", "add", "origin", str(tmp_path / "origin"))
    commit(repository)
    git(repository, "push", "-q", "origin", "main")
    return repository


def add(repository: Path, *names: str) -> None:
    for name in names:
        file = repository / "submissions" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name, encoding="utf-8")


def commit(repository: Path) -> None:
    git(repository, "add", "-A")
    git(repository, "commit", "-q", "--allow-empty", "-m", "x")


@dataclass(frozen=True)
class Gate:
    """The gate of a host, run on what is offered.

    Args:
        host: ``"github"`` or ``"gitlab"``.
        offered: the repository; what its last commit brings is judged.
    """

    host: str
    offered: Path

    def __call__(self) -> tuple[int, list[str]]:
        """The exit code, and the submissions that were scored."""
        here = self.offered.parent
        if self.host == "github":
            (script,) = (step["run"] for step in STEPS if step.get("name") == "Gate")
            shell, at, ref = ("bash", "-e"), here, "HEAD^1"
        else:
            script = "\n".join(JOB["script"])
            shell, at = ("bash", "-e", "-o", "pipefail"), self.offered
            ref = (here / "origin" / "refs" / "heads" / "main").read_text("utf-8").strip()
        environment = {
            "PATH": f"{here / 'bin'}:{os.environ['PATH']}",
            "TMPDIR": str(here / "tmp"),
            "CI_PROJECT_DIR": str(self.offered),
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        }
        done = subprocess.run(
            [*shell, "-c", script], cwd=at, env=environment, timeout=60, check=False
        )
        asked = here / "asked"
        lines = asked.read_text(encoding="utf-8").splitlines() if asked.exists() else []
        assert all(line.endswith(f" {ref}") for line in lines)
        folder = f"{self.offered / 'submissions'}/"
        return done.returncode, [line.removeprefix(folder).rpartition(" ")[0] for line in lines]


@pytest.fixture(params=["github", "gitlab"])
def gate(offered: Path, request: pytest.FixtureRequest) -> Gate:
    return Gate(request.param, offered)


def test_the_gate_scores_what_the_pull_request_adds_and_nothing_else(
    gate: Gate, offered: Path, tmp_path: Path
) -> None:
    names = ["a folder", "z\u00e9 $(touch x)"]
    add(offered, *(f"{name}/{file}.wav" for name in names for file in ("one", "two")))
    commit(offered)
    assert gate() == (0, names)
    assert not [*tmp_path.rglob("x")]
    left = offered if gate.host == "gitlab" else tmp_path
    assert sorted(path.name for path in (left / "gate").iterdir()) == ["1", "2"]


def test_an_archive_that_fails_fails_the_gate(gate: Gate, offered: Path) -> None:
    add(offered, "b.zip", "c.tar.zst")
    commit(offered)
    assert gate() == (1, ["b.zip", "c.tar.zst"])


def test_what_touches_no_submission_passes(gate: Gate, offered: Path) -> None:
    (offered / "README.md").write_text("Hello.", encoding="utf-8")
    commit(offered)
    assert gate() == (0, [])


def test_what_takes_a_submission_away_passes(gate: Gate, offered: Path) -> None:
    git(offered, "rm", "-rq", "submissions")
    commit(offered)
    assert gate() == (0, [])


def test_a_link_in_the_place_of_all_submissions_does_not_pass(gate: Gate, offered: Path) -> None:
    (offered / "submissions").rename(offered / "elsewhere")
    (offered / "submissions").symlink_to("elsewhere")
    commit(offered)
    assert gate()[0] == 5


def test_a_gate_that_cannot_tell_what_was_changed_does_not_pass(gate: Gate, offered: Path) -> None:
    of_before = git(offered, "rev-parse", "HEAD")[:2]
    commit(offered)
    for objects in (offered / ".git" / "objects", offered.parent / "origin" / "objects"):
        shutil.rmtree(objects / of_before)
    assert gate()[0] not in (0, 5)


@pytest.mark.parametrize("merged", [False, True], ids=["request", "merged results"])
def test_the_twin_takes_tool_and_approvals_from_the_target_as_it_is(
    offered: Path, tmp_path: Path, merged: bool
) -> None:
    (offered / "tool").write_text("old", encoding="utf-8")
    commit(offered)
    git(offered, "switch", "-q", "-c", "feature")
    add(offered, "mine/one.wav")
    commit(offered)
    git(offered, "switch", "-q", "main")
    (offered / "tool").write_text("new", encoding="utf-8")
    add(offered, "of somebody else/one.wav")
    commit(offered)
    git(offered, "push", "-q", "origin", "main")
    git(offered, "switch", "-q", "feature")
    if merged:
        git(offered, "merge", "-q", "--no-edit", "main")
    assert Gate("gitlab", offered)() == (0, ["mine"])
    assert (tmp_path / "installed").read_text(encoding="utf-8") == "new"


@pytest.mark.parametrize("path", [".cache/tenhours/scores/a@1/b.parquet", ".cache", "gate/1/x"])
def test_the_twin_refuses_what_lies_where_the_job_keeps_its_own(
    offered: Path, capfd: pytest.CaptureFixture[str], path: str
) -> None:
    add(offered, "mine/one.wav", f"../{path}")
    commit(offered)
    assert Gate("gitlab", offered)() == (2, [])
    assert "files in .cache or gate" in capfd.readouterr().out


def test_the_twin_runs_in_a_build_folder_that_is_used_again(offered: Path) -> None:
    commit(offered)
    for _ in range(2):
        assert Gate("gitlab", offered)() == (0, [])
        git(offered, "clean", "-q", "-ffdx")
        for folder in (offered.parent / "tmp").iterdir():
            shutil.rmtree(folder)
    assert len([*(offered / ".git" / "worktrees").iterdir()]) == 1


def test_no_pull_request_waits_for_a_gate_that_does_not_run() -> None:
    text = (DEPLOYMENTS / "github-gate.yml").read_text(encoding="utf-8")
    assert yaml.safe_load(text)[True] == {"pull_request": None}


def test_a_submission_that_loses_a_file_to_another_is_scored(gate: Gate, offered: Path) -> None:
    (offered / "submissions" / "after").mkdir()
    git(offered, "mv", "submissions/of before/one.wav", "submissions/after")
    commit(offered)
    assert gate() == (0, ["after", "of before"])


def test_a_link_that_leads_nowhere_is_not_taken_for_one_that_is_gone(
    gate: Gate, offered: Path
) -> None:
    (offered / "submissions" / "link").symlink_to("nowhere")
    commit(offered)
    assert gate() == (0, ["link"])


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
    (twin,) = (line for line in JOB["script"] if "while" in line)
    (script,) = (step["run"] for step in STEPS if step.get("name") == "Gate")
    _, begun, loop = script.partition("git -C")
    assert begun
    assert twin.endswith(begun + loop)


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
