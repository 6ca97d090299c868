"""What a run refuses before it measures."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flows.test_watch import small


def test_a_recogniser_that_the_policy_does_not_accept_is_an_error_that_names_both(
    tenhours: Callable[..., int],
    random_whisper: Path,
    random_policy: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    from scorers.asr.models import find_model

    digest = find_model(str(random_whisper)).digest
    root = small(tmp_path / "sub", 1)

    def run(accepted: str) -> int:
        policy = tmp_path / "policy.toml"
        text = f'name = "mine"\nextends = "{random_policy}"\n[asr]\ndigests = ["{accepted}"]\n'
        policy.write_text(text, encoding="utf-8")
        options = ("--policy", policy, "--store", tmp_path / "store", "--scorers", "asr")
        return tenhours("score", root, *options, "--out", tmp_path / "out")

    assert run("0123456789abcdef") == 2
    said = capsys.readouterr().err
    assert digest in said
    assert "0123456789abcdef" in said
    assert run("none") == 2
    assert "asr.digests" in capsys.readouterr().err
    assert run(digest[:8]) == 0
