"""What a contributor runs imports neither models nor Prefect."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import EXAMPLE, ROOT

HEAVY = {
    *("torch", "torchmetrics", "faster_whisper", "ctranslate2", "onnxruntime", "prefect"),
    *("pandas", "pyarrow", "scipy", "librosa", "jinja2", "fsspec"),
}


@pytest.mark.parametrize(
    "command", [["check", str(EXAMPLE)], ["convert", "--help"], ["init", "--help"], ["--help"]]
)
def test_contributors_commands_import_nothing_heavy(command: list[str]) -> None:
    code = (
        "import sys\nfrom flows.cli import main\n"
        "try:\n    main(sys.argv[1:])\n"
        "finally:\n    print('IMPORTED', *sorted({m.split('.')[0] for m in sys.modules}))"
    )
    run = [sys.executable, "-c", code, *command]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
    (line,) = (x for x in done.stdout.splitlines() if x.startswith("IMPORTED"))
    assert not set(line.split()) & HEAVY


def test_without_the_extras_score_and_doctor_say_what_to_install(tmp_path: Path) -> None:
    """The packages of the extra are hidden by an import hook, as on a base install."""
    code = (
        f"import sys\nhidden = {HEAVY!r}\n"
        "class Hide:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] in hidden:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Hide())\n"
        "from flows.cli import main\nmain(sys.argv[1:])\n"
    )
    for command, status in (
        (["score", str(EXAMPLE), "--out", str(tmp_path / "out")], 2),
        (["doctor"], 1),
    ):
        run = [sys.executable, "-c", code, *command]
        done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == status, done.stderr
        assert (done.stdout + done.stderr).count("pip install 'tenhours[score]'") == 1
        assert "Traceback" not in done.stderr
    assert done.stdout.count("MISSING") == 1, "one cause is named once"
    assert done.stdout.rstrip().endswith("1 thing to mend.")
