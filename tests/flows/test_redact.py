from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pandas as pd

from clips.description import Description
from clips.privacy import Redactor
from clips.words import Name, say
from flows.redact import hide_names
from flows.run import Run, summary
from reports.junit import junit_xml
from reports.view import ClipDetails
from selection.decide import decide
from selection.priority import Priority
from tests.reports.factory import report_data
from tests.selection.tables import evidence, policy, table


def summed_up(contributor: str, *voices: str) -> dict[str, Any]:
    rows = pd.concat([table([4], [40], voice=voice) for voice in voices])
    run = SimpleNamespace(
        decision=decide(evidence(rows), policy()),
        submission=SimpleNamespace(description=Description()),
        pseudonym="c-1",
        digest="0" * 64,
        created="today",
        policy=policy(),
        versions={"snr": "1"},
        measured=1,
        reused=0,
        priority=Priority("normal", 60.0, (say("From {who}.", who=Name(contributor)),)),
        hide=Redactor({contributor: "c-1"}),
    )
    return cast("dict[str, Any]", summary(cast(Run, run)))


def test_a_name_leaves_the_keys_and_the_words_of_the_summary_alone() -> None:
    said = summed_up("Open Voices Growing Noise Payload", "PAYLOAD_HAPPY")
    assert said["voices"]["c-1_HAPPY"]["status"] == "growing"
    assert (said["stage"], said["scorers"]) == ("payload", {"snr": "1"})
    assert said["priority"]["reasons"] == ["From c-1."]


def test_two_voices_named_after_a_contributor_stay_two() -> None:
    said = summed_up("Anna Smith", "ANNA_HAPPY", "SMITH_HAPPY", "c-1_HAPPY", "OTHER")
    assert set(said["voices"]) == {"c-1_HAPPY", "c-1_HAPPY (2)", "c-1_HAPPY (3)", "OTHER"}


def test_voices_and_files_stay_apart_in_the_report_and_its_alignment_stays_readable() -> None:
    data = report_data()
    names = {data.voices[0].voice: "ANNA_1", data.voices[1].voice: "SMITH_1"}
    chunk = {"op": "equal", "label": ["anna"], "heard": ["anna"]}
    files = [f"{('anna', 'smith')[n % 2]}_{n // 2}.wav" for n in range(len(data.clips))]
    data = replace(
        data,
        clips=data.clips.assign(voice=data.clips["voice"].replace(names), audio_file=files),
        findings=data.findings.assign(voice=data.findings["voice"].replace(names)),
        voices=[replace(v, voice=names.get(v.voice, v.voice)) for v in data.voices],
        details={"x": ClipDetails("anna", None, [chunk], [(" Anna", 0.0, 0.3)])},
    )
    shown = hide_names(data, Redactor({"Anna Smith Equal": "c-1"}))
    assert {v.voice for v in shown.voices} == {"c-1_1", "c-1_1 (2)", data.voices[2].voice}
    assert set(shown.clips["voice"]) == {v.voice for v in shown.voices}
    assert set(shown.findings["voice"]) <= {"", *shown.clips["voice"]}
    assert shown.clips["audio_file"].nunique() == len(files)
    assert shown.details["x"].alignment == [{"op": "equal", "label": ["c-1"], "heard": ["c-1"]}]
    assert shown.details["x"].label_words == [(" c-1", 0.0, 0.3)]
    assert "anna" not in junit_xml(shown).lower()
