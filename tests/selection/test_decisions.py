"""The maintainer's word, read from a CSV and laid on the machine's."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clips.errors import PolicyError
from clips.table import AudioInfo, Clip, Finding
from selection.decide import Decision, decide
from selection.decision_table import places, read_decisions, words_of
from selection.decisions import Decided, Word, words_by_key
from selection.rules import words
from tests.selection.tables import evidence, policy, replace, sentences, table

CLIPS = table([3.0] * 4, [5.0, 15.0, 40.0, 40.0]).assign(clip_key=["k0", "k1", "k2", "k3"])


def decided(said: Decided, *intake: Finding) -> Decision:
    return decide(replace(evidence(CLIPS, intake), decided=said), policy())


def test_a_word_wins_over_the_machine_and_the_reason_is_told() -> None:
    said = Decided({"V-0": Word(True, "fine by ear"), "V-3": Word(False, "slurred")})
    decision = decided(said)
    clips = decision.clips
    assert list(clips["verdict"]) == ["accept", "review", "accept", "reject"]
    assert list(clips["reasons"]) == ["maintainer", "snr", "", "maintainer"]
    assert list(clips["decided_by"]) == ["maintainer", "machine", "machine", "maintainer"]
    assert list(clips["selected"]) == [True, False, True, False]
    told = dict(zip(decision.findings["clip_id"], sentences(decision), strict=True))
    assert told["V-0"] == (
        "Accepted by the maintainer, in spite of snr (fine by ear). Nothing is to be mended."
    )
    assert told["V-3"] == "Rejected by the maintainer (slurred). Send the clip anew."
    # what the machine found stays listed, and turns nothing down
    weights = decision.findings.set_index(["clip_id", "rule"])["verdict"].to_dict()
    assert weights["V-0", "snr"] == weights["V-0", "maintainer"] == "note"
    assert weights["V-1", "snr"] == "review"


def test_what_was_approved_before_is_said_only_where_the_machine_has_changed_its_mind() -> None:
    before = Word(True, "all of it", earlier=True)
    clips = decided(Decided({"V-0": before, "V-2": before})).clips
    assert list(clips["verdict"]) == ["accept", "review", "accept", "accept"]
    assert list(clips["decided_by"]) == ["maintainer", *["machine"] * 3]


def test_nobody_accepts_what_has_no_audio() -> None:
    rows = CLIPS.assign(decoded_s=[np.nan, 3.0, 3.0, 3.0])
    said = Decided({"V-0": Word(True)})
    decision = decide(replace(evidence(rows), decided=said), policy())
    assert decision.clips["verdict"].iloc[0] == "reject"
    assert any("no audio to use (no reason given)" in s for s in sentences(decision))


def test_an_approval_lifts_what_holds_a_voice_and_a_refusal_holds_it() -> None:
    held = Finding("labels-exchanged", words("labels-exchanged", found=3, asked=4), "voice", "V")
    assert set(decided(Decided(), held).clips["verdict"]) == {"review", "reject"}
    lifted = decided(Decided(voices={"V": Word(True, "checked")}), held)
    assert list(lifted.clips["verdict"]) == ["reject", "review", "accept", "accept"]
    assert lifted.clips["selected"].sum() == 2
    declined = decided(Decided(whole=Word(False, "a clone")))
    assert set(declined.clips["verdict"]) == {"reject"} and not declined.clips["selected"].any()
    assert sentences(declined)[0].startswith("Declined by the maintainer (a clone).")
    by_voice = decided(Decided(voices={"V": Word(False)}))
    assert by_voice.voices[0].missing == "held back: declined"


def test_a_line_names_its_clip_by_key_then_id_then_file(tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(
        "voice,audio_file,row,clip_id,clip_key,decision,reason\n"
        ",,,V-0,k0,accept,\n"
        "renamed,other.wav,9,gone,k1,reject,x\n"
        "V,000002.wav,,,,reject,hum\n"
        "V,000003.wav,3,V-3,changed,reject,no longer it\n",
        encoding="utf-8",
    )
    said = read_decisions(path)
    assert places(CLIPS, said) == [[0], [1], [2], []]
    assert words_of(CLIPS, said) == {
        "V-0": Word(True),
        "V-1": Word(False, "x"),
        "V-2": Word(False, "hum"),
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("file\n1.wav\n", "need the columns"),
        ("voice,audio_file,decision\nV,x.wav,accept\n", "V/x.wav is decided and was not scored"),
        ("clip_id,decision\nV-0,fine\n", "not fine"),
        ("clip_id,decision\nV-0,accept\nV-0,reject\n", "V-0 is decided twice"),
        ("voice,audio_file\nV,000000.wav\n", "need a column decision"),
    ],
)
def test_wrong_decisions_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyError, match=message):
        words_of(CLIPS, read_decisions(path))


def clip(file: str, text: str = "Hello.", sha256: str = "a" * 64) -> Clip:
    return Clip("V", file, f"V/{file}", 0, text, "en", audio=AudioInfo(sha256, 1.0, 24000, 1, ""))


def test_a_clip_is_known_by_what_it_is_whatever_its_file_is_called() -> None:
    first, renamed = clip("1.wav"), clip("other.wav")
    assert first.key == renamed.key and first.clip_id != renamed.clip_id
    assert clip("1.wav", "Hello!").key != first.key != clip("1.wav", sha256="b" * 64).key
    by_key = {first.key: Word(True)}
    # the copy stays the machine's to judge, where the first is accepted
    assert words_by_key([first, renamed], by_key) == {first.clip_id: Word(True)}
    no = {first.key: Word(False)}
    assert words_by_key([first, renamed], no) == dict.fromkeys(
        (first.clip_id, renamed.clip_id), Word(False)
    )


def test_decisions_of_an_empty_table_are_none() -> None:
    assert words_of(CLIPS.iloc[:0], pd.DataFrame({"clip_key": [], "decision": []})) == {}


@pytest.mark.parametrize(
    ("of_payload", "unjudged", "selected"), [(True, False, 2), (False, False, 0), (True, True, 0)]
)
def test_an_approval_selects_of_a_payload_that_was_judged_alone(
    of_payload: bool, unjudged: bool, selected: int
) -> None:
    said = Decided(whole=Word(True, "good"), of_payload=of_payload)
    found = Finding("not-judged", words("not-judged", scorers=("asr",)), "submission")
    known = evidence(CLIPS, [found] if unjudged else [])
    clips = decide(replace(known, parked={"V": "low priority"}, decided=said), policy()).clips
    assert clips["selected"].sum() == selected
