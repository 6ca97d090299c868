"""The commands that the documentation shows are there, with the options that it gives them."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import EXAMPLE, ROOT

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")), ROOT / "CONTRIBUTING.md"]
GENERATED = "commands.md"
_BLOCK = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`(tenhours [a-z][^`]*)`")


def written() -> list[tuple[str, str]]:
    """Page and command line, of blocks and in sentences."""
    found = []
    for path in PAGES:
        if path.name == GENERATED:
            continue
        text = path.read_text(encoding="utf-8")
        blocks = "\n".join(_BLOCK.findall(text)).replace("\\\n", " ")
        lines = [re.sub(r"^\$ |^\.venv/bin/", "", line.strip()) for line in blocks.splitlines()]
        found += [(path.name, line) for line in lines if line.startswith("tenhours ")]
        found += [(path.name, " ".join(line.split())) for line in _INLINE.findall(text)]
    return sorted(set(found))


def helps() -> dict[str, str]:
    """Command -> its help, as the generated page has it."""
    text = (ROOT / "docs" / GENERATED).read_text(encoding="utf-8")
    usages = re.split(r"^Usage: tenhours ", text, flags=re.MULTILINE)[1:]
    return {re.match(r"[a-z]+(?: [a-z]+(?= |$))?", usage)[0]: usage for usage in usages}  # type: ignore[index]


@pytest.mark.parametrize(("page", "line"), written(), ids=" ".join)
def test_a_command_of_the_docs_exists_with_its_options(page: str, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    known = helps()
    command = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
    assert command in known, f"{page}: there is no command {command}"
    options = {word.partition("=")[0] for word in words if word.startswith("--")}
    missing = [o for o in options if not re.search(rf"{o}\b", known[command])]
    assert not missing, f"{page}: {line}: {missing}"


def test_what_a_contributor_is_told_to_run_runs_in_a_fresh_shell(tmp_path: Path) -> None:
    """The block of the README as it is written, but for the installation."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = [b for b in _BLOCK.findall(text) if "tenhours init" in b]
    lines = [line for line in block.splitlines() if line.startswith("tenhours ")]
    assert len(lines) == 2
    voice = tmp_path / "my-submission" / "VOICE_A_NEUTRAL"
    voice.mkdir(parents=True)
    for name in ("0001.wav", "0002.wav"):
        shutil.copy(EXAMPLE / voice.name / name, voice)
    (voice / "labels.json").write_text(
        '[{"audio_file": "0001.wav", "text": "One."}, {"audio_file": "0002.wav", "text": "Two."}]'
    )
    given = " --contributor Me --stage payload --provider OpenAI --model tts-1-hd"
    script = "\n".join(("set -u", lines[0].partition("#")[0] + given, f"{lines[1]}", "echo $?"))
    commands = tmp_path / "bin"
    commands.mkdir()
    (commands / "tenhours").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m flows "$@"\n')
    (commands / "tenhours").chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", script],
        cwd=tmp_path,
        env={"PATH": f"{commands}:{os.defpath}", "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "submission.toml written" in done.stdout, done.stderr
    assert "VOICE_A_NEUTRAL: 2 label rows, 2 audio files" in done.stdout
    assert done.stdout.split()[-1] in ("0", "1"), "0 is ready, 1 is something to mend"
