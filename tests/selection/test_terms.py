"""The collection's own terms, by the policy that is shipped."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clips.description import Description, VoiceDescription
from clips.submission_file import Stage
from clips.table import AudioInfo, Clip, Finding
from clips.words import say, told
from selection.decide import Decision, decide
from selection.findings import in_words
from selection.gate import evaluate
from selection.policy import Terms, load_policy
from selection.providers import find_offer, find_provider, is_licence
from selection.terms import Circumstances, Ruling, consider
from tests.selection.tables import evidence, policy, table

TERMS = load_policy().terms
SAMPLES_APPROVED = Circumstances(frozenset({"description", "samples"}))
VOICE = VoiceDescription(
    voice="alloy",
    hours=2.0,
    adult=True,
    stock=True,
    provider="OpenAI",
    model="gpt-4o-realtime-preview",
    license="Apache-2.0",
    language="en",
)


def terms(**changes: object) -> Terms:
    return TERMS.model_copy(update=changes)


def describe(stage: Stage = "payload", voices: int = 1, **said: Any) -> Description:
    voice = replace(VOICE, **said)
    shared = {n: getattr(voice, n) for n in ("provider", "model", "license", "language", "publish")}
    return Description("c", stage, voices={f"V{i}": voice for i in range(voices)}, **shared)


def clip(
    n: int,
    seconds: float = 20.0,
    codec: str = "wav/pcm_16",
    rate: int = 24000,
    voice: str = "V0",
    label: bool = True,
) -> Clip:
    info = AudioInfo(f"{voice}{n}", seconds, rate, 1, codec)
    row, text = (n, "A line.") if label else (-1, "")
    return Clip(voice, f"{n}.wav", f"{voice}/{n}.wav", row, text, "en", audio=info)


def clips(n: int = 400, **facts: Any) -> list[Clip]:
    return [clip(i, **facts) for i in range(n)]


HOURS = clips()


def ruling(
    description: Description | None = None,
    handed_in: list[Clip] | None = None,
    of: Terms = TERMS,
    circumstances: Circumstances = SAMPLES_APPROVED,
) -> Ruling:
    handed_in = HOURS if handed_in is None else handed_in
    return consider(description or describe(), handed_in, of, circumstances)


def rules(found: Ruling) -> set[str]:
    return {finding.rule for finding in found.findings}


def test_what_is_wanted_has_nothing_to_be_said_about() -> None:
    found = ruling()
    assert found.findings == ()
    assert not found.parked
    assert found.priority.tier == "normal"
    best = ruling(describe(model="GPT-4o Advanced Voice Mode", publish=True)).priority
    assert (best.tier, best.score) == ("high", 100)


# --- stages, the pause ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "approved", "out_of_order"),
    [
        ("description", (), False),
        ("samples", (), True),
        ("samples", ("description",), False),
        ("samples", ("samples",), False),
        ("payload", (), True),
        ("payload", ("description",), True),
        ("payload", ("description", "samples"), False),
        ("payload", ("samples",), False),
    ],
)
def test_each_stage_opens_when_the_one_before_is_approved(
    stage: Stage, approved: tuple[Stage, ...], out_of_order: bool
) -> None:
    known = Circumstances(frozenset(approved))
    assert ("stage-order" in rules(ruling(describe(stage), circumstances=known))) == out_of_order
    free = terms(require_stage_order=False)
    assert "stage-order" not in rules(ruling(describe(stage), of=free, circumstances=known))


def day(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("paused_from", "now", "agreed", "paused"),
    [
        ("never", "2026-03-01", None, False),
        ("2026-03-01", "2026-02-28T23:59:59", None, False),
        ("2026-03-01", "2026-03-01", None, True),
        ("2026-03-01", "2026-03-01T01:00+02:00", None, False),
        ("2026-03-01", "2026-03-09", "2026-02-20", False),
        ("2026-03-01", "2026-03-09", "2026-03-01", True),
    ],
)
def test_a_pause_lets_in_what_was_agreed_before_it(
    paused_from: str, now: str, agreed: str | None, paused: bool
) -> None:
    start = paused_from if paused_from == "never" else day(paused_from).date()
    known = replace(
        SAMPLES_APPROVED, now=day(now), agreed_arrival=None if agreed is None else day(agreed)
    )
    found = ruling(of=terms(paused_from=start), circumstances=known)
    assert ("collection-paused" in rules(found)) == paused
    assert all(paused_from in finding.sentence for finding in found.findings)


def test_now_is_now() -> None:
    assert abs((Circumstances().now - datetime.now(UTC)).total_seconds()) < 60


def test_a_description_needs_no_audio_but_voices_and_hours() -> None:
    found = ruling(describe("description"), [], circumstances=Circumstances())
    assert found.findings == ()
    assert found.priority.tier == "normal"
    assert not any("Format" in told(reason) for reason in found.priority.reasons)
    assert "hours-not-given" in rules(ruling(describe("description", hours=None), []))
    assert "hours-not-given" not in rules(ruling(describe(hours=None)))
    assert "no-voices-described" in rules(ruling(describe("description", voices=0), []))


@pytest.mark.parametrize(("count", "few"), [(1, True), (4, True), (5, False)])
def test_samples_are_at_least_five_a_voice(count: int, few: bool) -> None:
    found = ruling(describe("samples"), clips(count))
    assert rules(found) == ({"few-samples"} if few else set())
    for finding in found.findings:
        assert (finding.level, finding.voice) == ("voice", "V0")
        assert (finding.value, finding.bound) == (count, 5)
        assert f"{count} samples" in finding.sentence


@pytest.mark.parametrize(
    ("stage", "count", "rule"),
    [
        ("description", 1, "description-with-audio"),
        ("description", 720, "description-with-audio"),
        ("samples", 60, ""),
        ("samples", 61, "many-samples"),
        ("samples", 720, "many-samples"),
    ],
)
def test_only_a_payload_is_selected_from_whatever_stage_is_said(
    stage: Stage, count: int, rule: str
) -> None:
    found = ruling(describe(stage), clips(count, seconds=10.0))
    assert rules(found) == ({rule} if rule else set())
    assert found.parked == {"V0": f"stage {stage}"}
    handed_in = table([10] * 10, [40] * 10, voice="V0")
    decision = decide(replace(evidence(handed_in), parked=found.parked), policy())
    assert not decision.clips["selected"].any()
    assert set(decision.clips["verdict"]) == {"accept"}


# --- providers, models, voices -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("provider", "model", "rank"),
    [
        ("OpenAI", "GPT-4o Advanced Voice Mode", 1),
        ("ChatGPT", "advanced-voice", 1),
        ("OpenAI", "gpt-4o-realtime-preview-2024-12-17", 2),
        ("Open AI, Inc.", "Real-Time API", 2),
        ("openai.com", "tts-1-hd", 3),
        ("OPENAI", "tts-1-hd-1106", 3),
        ("OpenAI", "HD TTS", 3),
        ("OpenAI", "tts-1", None),
        ("OpenAI", "tts-1106", None),
        ("OpenAI", "", None),
        ("Google", "Gemini 2.0 Flash native audio", 4),
        ("google gemini", "gemini-2.0-flash-exp-native-audio", 4),
        ("Gemini", "gemini-2.0-flash-preview-native-audio-dialog", 4),
        ("Google", "gemini-2.5-flash-preview-native-audio-dialog", None),
        ("Google", "gemini-2.0-flash", None),
        ("ElevenLabs", "eleven_multilingual_v2", 5),
        ("Eleven Labs", "Multilingual v2", 5),
        ("11labs", "Eleven v3", 5),
        ("elevenlabs", "eleven_multilingual_v25", None),
        ("ElevenLabs", "eleven_flash_v2_5", None),
        ("ElevenLabs", "Eleven Turbo v2", None),
        ("ElevenLabs", "eleven_turbo_v2_5 / eleven_multilingual_v2", None),
        ("Amazon Polly", "neural", None),
        ("Somebody", "gpt-4o-realtime", None),
    ],
)
def test_offers_are_found_however_they_are_written(
    provider: str, model: str, rank: int | None
) -> None:
    offer = find_offer(find_provider(provider, TERMS), model, TERMS)
    assert (offer and offer.rank) == rank


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (
            {"provider": "ElevenLabs", "model": "eleven_flash_v2_5", "voice": "Rachel"},
            "unwanted-model",
        ),
        ({"provider": "ElevenLabs", "model": "Turbo v2", "voice": "Rachel"}, "unwanted-model"),
        ({"provider": "ElevenLabs", "model": "eleven_multilingual_v2", "voice": "Rachel"}, ""),
        ({"provider": "ElevenLabs", "model": "Multilingual v2", "voice": "Rachel (calm)"}, ""),
        ({"model": "tts-1"}, "unknown-model"),
        ({"model": ""}, "unknown-model"),
        ({"provider": "Festival", "voice": "slt"}, "other-provider"),
        ({"provider": "Microsoft Azure", "voice": "en-US-JennyNeural"}, "other-provider"),
        ({"provider": "Nobody Knows GmbH"}, "unknown-provider"),
        ({"provider": ""}, "unknown-provider"),
        ({"provider": "Human recording"}, "human-recording"),
        ({"provider": "LibriVox"}, "human-recording"),
        ({"provider": "Hume AI"}, "other-provider"),
        ({"stock": False}, "cloned-voice"),
        ({"voice": "MyVoiceClone"}, "cloned-voice"),
        (
            {"provider": "ElevenLabs", "model": "Multilingual v2", "voice": "Ann IVC"},
            "cloned-voice",
        ),
        ({"voice": "Cyclone"}, "unlisted-voice"),
        ({"voice": "Rachel"}, "unlisted-voice"),
        ({"voice": "Alloy"}, ""),
        ({"stock": None, "adult": None}, ""),
        ({"adult": False}, "child-voice"),
        ({"tone": "like a child"}, "child-voice"),
        ({"provider": "ElevenLabs", "model": "Multilingual v2", "voice": "Gigi"}, "child-voice"),
        ({"license": "MIT"}, "licence-refused"),
        ({"license": "CC-BY-NC 4.0"}, "licence-refused"),
        ({"license": "Apache-1.1"}, "licence-refused"),
        ({"license": "Apache-2.0 WITH LLVM-exception"}, "licence-refused"),
        ({"license": "apache 2.0"}, ""),
        ({"license": "Apache License, Version 2.0"}, ""),
        ({"language": "pt-BR"}, ""),
        ({"language": "cy"}, "no-phonemes"),
        ({"language": "tlh"}, "no-phonemes"),
    ],
)
def test_provider_model_voice_licence_and_language(said: dict[str, Any], rule: str) -> None:
    found = ruling(describe(**said))
    assert rules(found) - {"language-hours"} == ({rule} if rule else set())
    verdict = load_policy().verdicts.get(rule)
    low = {
        "other-provider",
        "human-recording",
        "unknown-provider",
        "unwanted-model",
        "unknown-model",
    }
    assert ("V0" in found.parked) == (rule in low | {"no-phonemes"})
    assert (found.priority.tier == "low") == (rule in low)
    assert (verdict == "note") == (rule in {"other-provider", "human-recording", "no-phonemes"})
    for finding in found.findings:
        assert finding.sentence.endswith(".")
        named = said.get("license") or said.get("model") or said.get("provider") or ""
        if rule.endswith(("refused", "model", "provider")):
            assert named in finding.sentence


def test_the_refused_licence_is_named_with_the_one_that_is_taken() -> None:
    (finding,) = ruling(describe(license="CC-BY-4.0", voices=3), []).findings
    assert (finding.level, finding.voice) == ("submission", "")
    assert "CC-BY-4.0" in finding.sentence
    assert "Apache-2.0" in finding.sentence


def test_one_voice_that_differs_is_told_alone() -> None:
    description = describe(voices=2)
    odd = replace(VOICE, license="MIT", provider="Festival", voice="slt")
    description = replace(description, voices={**description.voices, "V1": odd})
    found = ruling(description, [*HOURS, *clips(voice="V1")])
    assert {(f.rule, f.voice) for f in found.findings} == {
        ("licence-refused", "V1"),
        ("other-provider", "V1"),
    }
    assert set(found.parked) == {"V1"}
    assert found.priority.tier == "normal"


@pytest.mark.parametrize("said", ["APACHE-2.0", "apache license 2.0", "Apache  v2.0", "ASL-2.0"])
def test_spellings_of_the_licence(said: str) -> None:
    assert is_licence(said, TERMS)
    assert not is_licence(said + " or MIT", TERMS)


# --- audio ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "rule"),
    [
        ({}, ""),
        ({"codec": "flac/pcm_16"}, ""),
        ({"rate": 44100}, ""),
        ({"codec": "mp3"}, "lossy-audio"),
        ({"codec": "wav/ulaw"}, "lossy-audio"),
        ({"rate": 22050}, "low-rate"),
        ({"label": False}, "mostly-unlabelled"),
        ({"n": 3, "seconds": 7200.0}, "unsegmented"),
        ({"n": 200, "seconds": 60.0}, ""),
        ({"n": 100}, "small-offer"),
    ],
)
def test_what_the_audio_is(facts: dict[str, Any], rule: str) -> None:
    found = ruling(handed_in=clips(**facts))
    assert rules(found) == ({rule} if rule else set())
    never = {"unsegmented", "mostly-unlabelled", "small-offer"}
    assert ("V0" in found.parked) == (rule in never)
    assert (found.priority.tier == "low") == (rule in never)


def test_what_is_wrong_with_every_voice_is_told_of_each_where_one_has_a_word() -> None:
    description = describe(voices=2)
    refused = {name: replace(of, license="MIT") for name, of in description.voices.items()}
    description = replace(description, voices=refused)
    two = [*HOURS, *clips(voice="V1")]
    assert [(f.rule, f.voice) for f in ruling(description, two).findings] == [
        ("licence-refused", "")
    ]
    for apart, voices in (("V1", list(refused)), ("another", [""])):
        known = replace(SAMPLES_APPROVED, apart=frozenset({apart}))
        found = ruling(description, two, circumstances=known).findings
        assert [(f.rule, f.voice) for f in found] == [("licence-refused", v) for v in voices]


def test_some_long_files_do_not_make_a_voice_unsegmented() -> None:
    assert rules(ruling(handed_in=[*HOURS, clip(400, 3600.0)])) == set()


def test_wav_is_preferred_to_flac_and_flac_to_mp3_and_low_rates_give_nothing() -> None:
    by_format = [{}, {"codec": "flac/pcm_16"}, {"codec": "mp3"}, {"rate": 16000}]
    scores = [ruling(handed_in=clips(**facts)).priority.score for facts in by_format]
    assert scores == sorted(set(scores), reverse=True)


def test_the_order_of_preference_is_the_order_of_priority() -> None:
    scores = [
        ruling(describe(provider=TERMS.providers[o.provider].names[0], model=o.models[0])).priority
        for o in sorted(TERMS.offers.values(), key=lambda o: o.rank)
    ]
    assert [p.score for p in scores] == sorted({p.score for p in scores}, reverse=True)
    assert told(scores[0].reasons[0]).startswith("Provider: 50 of 50 points")


descriptions = st.builds(
    VoiceDescription,
    voice=st.sampled_from(["", "alloy", "Rachel"]),
    hours=st.sampled_from([None, 0.0, 3.0]),
    adult=st.sampled_from([None, True, False]),
    stock=st.sampled_from([None, True, False]),
    provider=st.sampled_from(["", "OpenAI", "Gemini", "ElevenLabs", "Polly", "x"]),
    model=st.sampled_from(["", "realtime", "2.0 flash native audio", "multilingual v2", "turbo"]),
    license=st.sampled_from(["", "Apache-2.0", "MIT"]),
    language=st.sampled_from(["", "en", "cy"]),
    publish=st.booleans(),
)
few_clips = st.lists(
    st.builds(
        clip,
        st.integers(0, 99),
        st.floats(0, 4000),
        st.sampled_from(["wav/pcm_16", "mp3", "flac/pcm_24"]),
        st.sampled_from([16000, 24000, 48000]),
        st.sampled_from(["A", "B"]),
        st.booleans(),
    ),
    max_size=5,
)


@settings(max_examples=150)
@given(descriptions, descriptions, few_clips)
def test_a_permission_never_lowers_the_priority_and_low_is_never_selected(
    one: VoiceDescription, two: VoiceDescription, handed_in: list[Clip]
) -> None:
    tiers = ("low", "normal", "high")
    before, after = (
        ruling(Description(voices={"A": a, "B": two}), handed_in)
        for a in (replace(one, publish=False), replace(one, publish=True))
    )
    assert 0 <= before.priority.score <= after.priority.score <= 100
    assert tiers.index(before.priority.tier) <= tiers.index(after.priority.tier)
    for found in (before, after):
        assert found.priority.tier != "low" or set(found.parked) == {"A", "B"}


def test_a_policy_whose_offer_has_no_provider_is_refused() -> None:
    for changes, message in (
        ({"providers": {}}, "no provider"),
        ({"priority": TERMS.priority.model_dump() | {"normal_from": 90.0}}, "normal_from"),
    ):
        with pytest.raises(ValueError, match=message):
            Terms.model_validate(TERMS.model_dump() | changes)


# --- what findings do ----------------------------------------------------------------------------


def decided(*intake: Finding, parked: Mapping[str, str] | None = None) -> Decision:
    rows = pd.concat([table([4] * 3, [40, 40, 5], voice=v) for v in ("V", "W")])
    return decide(replace(evidence(rows, intake), parked=parked or {}), policy())


def test_a_rejected_voice_has_no_selected_clip_and_each_clip_says_why() -> None:
    decision = decided(Finding("child-voice", say("A child."), "voice", "V"))
    assert list(decision.clips["verdict"]) == ["reject"] * 3 + ["accept", "accept", "reject"]
    assert list(decision.clips["reasons"]) == (
        ["child-voice", "child-voice", "snr;child-voice", "", "", "snr"]
    )
    assert set(decision.clips[decision.clips["selected"]]["voice"]) == {"W"}
    rejected, other = decision.voices
    assert (rejected.held, other.held) == ("child-voice", "")
    assert (rejected.status, rejected.missing, other.hours_selected > 0) == (
        "parked",
        "held back: child-voice",
        True,
    )


@pytest.mark.parametrize(
    ("rule", "verdict", "accepted"),
    [
        ("licence-refused", "reject", 0),
        ("unknown-provider", "review", 0),
        ("other-provider", "accept", 4),
        ("over-limit", "accept", 4),
    ],
)
def test_what_is_found_of_the_submission_counts_for_every_clip(
    rule: str, verdict: str, accepted: int
) -> None:
    decision = decided(Finding(rule, say("Because."), "submission"))
    assert decision.clips["verdict"].iloc[0] == verdict
    assert sum(voice.accepted for voice in decision.voices) == accepted
    gate = policy().gate.model_copy(update={"max_reject_share": 1.0})
    result = evaluate(decision.clips, in_words(decision.findings), gate)
    assert result.passed == (policy().verdicts[rule] != "reject")


def test_the_gate_lets_a_description_without_clips_through_unless_it_is_turned_down() -> None:
    empty = table([], [])
    for intake, passed in (
        ((), True),
        ((Finding("licence-refused", say("MIT."), "submission"),), False),
    ):
        decision = decide(evidence(empty, intake), policy())
        result = evaluate(
            decision.clips, in_words(decision.findings), policy().gate, needs_clips=False
        )
        assert result.passed == passed
    assert not evaluate(decision.clips, in_words(decision.findings), policy().gate).passed


def test_what_is_parked_keeps_its_verdicts_and_is_not_selected() -> None:
    decision = decided(parked={"V": "low priority"})
    assert list(decision.clips["verdict"]) == ["accept", "accept", "reject"] * 2
    assert set(decision.clips[decision.clips["selected"]]["voice"]) == {"W"}
    assert (decision.voices[0].status, decision.voices[0].missing) == (
        "parked",
        "held back: low priority",
    )
    assert decision.voices[0].hours_accepted > 0


@pytest.mark.parametrize(("hours", "wants"), [(9, True), (10, True), (11, False)])
def test_a_new_language_wants_more_than_ten_hours_over_all_voices(hours: int, wants: bool) -> None:
    half = [3600.0 / 2] * hours
    rows = pd.concat([table(half, [40] * hours, voice=v) for v in ("V", "W")])
    for tag in ("fr-CA", "en"):
        decision = decide(evidence(rows.assign(language=tag)), policy())
        (language,) = decision.languages
        assert (language.language, language.voices) == (tag[:2], 2)
        assert language.hours_accepted == hours
        assert bool(language.missing) == (wants and tag != "en")
        reported = decision.findings[decision.findings["rule"] == "language-hours"]
        assert len(reported) == bool(language.missing)
        assert not language.missing or "French" in language.missing
        assert decision.clips["selected"].any() != bool(language.missing)
        held = {voice.missing for voice in decision.voices if voice.status == "parked"}
        assert held == ({"held back: language-hours"} if language.missing else set())


@pytest.mark.parametrize(
    ("weight", "verdict"), [("note", "accept"), ("review", "review"), ("reject", "reject")]
)
def test_what_a_new_language_is_short_of_counts_as_the_policy_says(
    weight: str, verdict: str
) -> None:
    rows = pd.concat([table([3600.0], [40], voice=v) for v in ("V", "W", "E")])
    rows["language"] = ["fr", "fr-CA", "en"]
    rules = policy()
    rules = rules.model_copy(update={"findings": rules.findings | {"language-hours": weight}})
    decision = decide(evidence(rows), rules)
    assert list(decision.clips["verdict"]) == [verdict, verdict, "accept"]
    assert list(decision.clips["selected"]) == [False, False, True]
    assert [spoken.hours_accepted for spoken in decision.languages] == [2.0, 1.0]
    told = decision.findings[decision.findings["rule"] == "language-hours"]
    assert list(zip(told["level"], told["voice"], strict=True)) == [("voice", "V"), ("voice", "W")]
    gate = rules.gate.model_copy(update={"max_reject_share": 1.0})
    assert evaluate(decision.clips, in_words(decision.findings), gate).passed == (
        weight != "reject"
    )
