import numpy as np
import pandas as pd
import pytest

from clips.table import Finding
from clips.words import say
from selection import copies, meetings
from selection.copies import HOP_S, find_copies
from selection.decide import decide
from selection.duplicates import (
    SAME_BYTES,
    find_duplicates,
    same_audio,
    same_text,
    settle_same_bytes,
)
from selection.findings import in_words
from selection.meetings import Words
from selection.rules.judging import AUDIO, TEXT
from tests.selection.tables import evidence, policy, replace, table


def print_of(seed: int, seconds: float = 3.0) -> Words:
    """A fingerprint like that of speech: words that change slowly, with a pause."""
    rng = np.random.default_rng(seed)
    n = round(seconds / HOP_S)
    bits = np.repeat(rng.random((n // 5 + 1, 32)) < 0.5, 5, axis=0)[:n]
    bits ^= rng.random((n, 32)) < 0.1
    words = (bits @ (1 << np.arange(32, dtype=np.uint64))).astype(np.uint32)
    words[n // 2 : n // 2 + 10] = 0
    return words


def noisy(words: Words, share: float, seed: int = 0) -> Words:
    flips = np.random.default_rng(seed).random((words.size, 32)) < share
    mask = (flips @ (1 << np.arange(32, dtype=np.uint64))).astype(np.uint32)
    return np.where(words == 0, 0, words ^ mask).astype(np.uint32)


def test_a_copy_has_its_error_rate_and_length() -> None:
    one = print_of(0)
    (copy,) = find_copies([one, print_of(1), noisy(one, 0.08)])
    assert (copy.earlier, copy.later) == (0, 2)
    assert copy.errors == pytest.approx(0.08, abs=0.02)
    assert copy.shared_s == pytest.approx(2.8)


def test_sorting_in_parts_finds_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """A submission too large to be sorted at once is sorted key by key in shards."""
    clips = [print_of(i) for i in range(40)]
    clips += [noisy(clip, 0.01 * i, i) for i, clip in enumerate(clips[:12])]
    clips += [clip[9:-7] for clip in clips[20:26]]
    whole = find_copies(clips)
    assert len(whole) == 18
    monkeypatch.setattr(meetings, "_SHARD", 512)
    assert find_copies(clips) == whole


def test_of_very_many_words_whole_ones_are_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    clips = [print_of(i) for i in range(40)]
    clips += [noisy(clip, 0.05, i) for i, clip in enumerate(clips[:12])]
    monkeypatch.setattr(meetings, "_MOST_WORDS_BY_BYTES", 100)
    assert [(c.earlier, c.later) for c in find_copies(clips)] == [(i, 40 + i) for i in range(12)]


def test_trimmed_at_either_end_and_swapped() -> None:
    one = print_of(0)
    for two in (one[12:], one[:-12], one[7:-9]):
        assert [(c.earlier, c.later) for c in find_copies([one, two])] == [(0, 1)]
        assert [(c.earlier, c.later) for c in find_copies([two, one])] == [(0, 1)]


def test_other_clips_and_parts_of_a_clip_are_no_copies() -> None:
    assert not find_copies([print_of(i) for i in range(60)])
    one, other = print_of(0), print_of(1)
    assert not find_copies([one, np.concatenate([one[:60], other[60:]])])
    assert not find_copies([one, one[:19]]), "too little to tell"


def test_nothing_to_compare() -> None:
    assert find_copies([]) == []
    assert find_copies([print_of(0)]) == []
    assert find_copies([np.zeros(0, np.uint32), np.zeros(50, np.uint32)]) == []


def test_every_copy_of_many_is_found() -> None:
    one = print_of(0)
    found = find_copies([noisy(one, 0.03, seed) for seed in range(30)])
    assert {c.later for c in found} == set(range(1, 30))


def test_of_thousands_of_clips_few_pairs_are_compared() -> None:
    clips = [print_of(i) for i in range(3000)]
    again = [noisy(clips[i], 0.06) for i in range(0, 3000, 100)]
    everything = [*clips, *again]
    found = find_copies(everything)
    assert {(c.earlier, c.later) for c in found} == {(100 * i, 3000 + i) for i in range(30)}
    assert len(list(copies._candidates(*meetings.joined(everything)))) <= 2 * len(again)


def rows(n: int, voice: str = "V") -> pd.DataFrame:
    return table([3.0] * n, [40.0] * n, voice=voice).assign(verdict="accept")


def test_the_later_row_names_the_earlier_and_equal_bytes_are_left_to_reading() -> None:
    clips = rows(4).assign(audio_sha256=["a", "b", "c", "a"])
    one = print_of(0)
    prints = {"V-0": one, "V-1": print_of(1), "V-2": noisy(one, 0.05), "V-3": one}
    (found,) = find_duplicates(clips, same_audio(clips, prints))
    assert (found.rule, found.clip_id) == (AUDIO, "V-2")
    assert "000000.wav" in found.sentence


@pytest.mark.parametrize("n", [2, 5, 6, 30])
def test_of_many_copies_one_stays_whichever_is_the_best(n: int) -> None:
    clips = rows(n)
    prints = {clip: noisy(print_of(0), 0.03, i) for i, clip in enumerate(clips["clip_id"])}
    alike = same_audio(clips, prints)
    for best in (0, n // 2, n - 1):
        verdict = ["accept" if i == best else "review" for i in range(n)]
        found = [f.clip_id for f in find_duplicates(clips.assign(verdict=verdict), alike)]
        assert sorted(found) == sorted(set(clips["clip_id"]) - {f"V-{best}"})


def test_a_labelled_clip_is_no_copy_of_an_unlabelled_one() -> None:
    clips = rows(2)
    clips["row"] = [-1, 0]
    prints = {"V-0": print_of(0), "V-1": print_of(0)}
    (found,) = find_duplicates(clips, same_audio(clips, prints))
    assert found.clip_id == "V-0"


def test_a_copy_in_another_voice_names_the_voice() -> None:
    clips = pd.concat([rows(1), rows(1, "W")])
    prints = {"V-0": print_of(0), "W-0": print_of(0)}
    (found,) = find_duplicates(clips, same_audio(clips, prints))
    assert found.voice == "W"
    assert "000000.wav of V" in found.sentence


def test_the_same_text_twice_in_a_voice() -> None:
    texts = ["Hello, there!", "hello there", "Hello them.", "...", "...", "हिन्दी", "हिन्दू"]
    clips = rows(7).assign(text=texts)
    (found,) = find_duplicates(clips, same_text(clips))
    assert (found.rule, found.clip_id) == (TEXT, "V-1")
    other = rows(1, "W").assign(text="Hello there")
    more = pd.concat([clips, other])
    assert len(list(find_duplicates(more, same_text(more)))) == 1


def test_deciding_rejects_the_copy_and_notes_the_text() -> None:
    clips = rows(3).assign(text=["one", "two", "one"])
    prints = {"V-0": print_of(0), "V-1": print_of(0), "V-2": print_of(2)}
    decision = decide(replace(evidence(clips), fingerprints=prints), policy())
    assert list(decision.clips["verdict"]) == ["accept", "reject", "accept"]
    assert list(decision.clips["reasons"]) == ["", AUDIO, ""]
    assert TEXT in set(decision.findings["rule"])


def test_of_two_copies_the_one_stays_that_can_be_used() -> None:
    clips = table([3] * 4, [5, 15, 40, 40])
    prints = dict.fromkeys(clips["clip_id"], print_of(0))
    decision = decide(replace(evidence(clips), fingerprints=prints), policy())
    assert list(decision.clips["verdict"]) == ["reject", "reject", "accept", "reject"]
    assert list(decision.clips["reasons"]) == [f"snr;{AUDIO}", f"snr;{AUDIO}", "", AUDIO]


def same_bytes(*clips: str, rule: str = "duplicate-audio") -> list[Finding]:
    return [Finding(rule, say("the same bytes as the first"), voice="V", clip_id=c) for c in clips]


@pytest.mark.parametrize("rule", SAME_BYTES)
def test_of_equal_files_the_one_with_the_right_label_stays(rule: str) -> None:
    clips = table([3] * 4, [5, 40, 40, 40]).assign(audio_sha256=["a", "b", "a", "a"])
    told = replace(evidence(clips), intake=same_bytes("V-2", "V-3", rule=rule))
    decision = decide(told, policy())
    assert list(decision.clips["verdict"]) == ["reject", "accept", "accept", "reject"]
    assert list(decision.clips["reasons"]) == [f"snr;{rule}", "", "", rule]
    (first,) = in_words(decision.findings).query("clip_id == 'V-0' and rule == @rule")["sentence"]
    assert "row 3 of V" in first


def test_of_equal_files_that_are_worth_the_same_the_first_stays() -> None:
    for snr, verdict in ((40, "accept"), (5, "reject")):
        clips = table([3] * 2, [snr] * 2).assign(audio_sha256="a")
        decision = decide(replace(evidence(clips), intake=same_bytes("V-1")), policy())
        assert list(decision.clips["verdict"]) == [verdict, "reject"]
        first, second = decision.clips["reasons"]
        assert "duplicate-audio" not in first and "duplicate-audio" in second


def test_of_many_equal_files_each_names_the_one_that_stays() -> None:
    clips = rows(3, "V\u202e").assign(audio_sha256="a", verdict=["reject", "accept", "accept"])
    told = [replace(f, clip_id=c) for f, c in zip(same_bytes("", ""), clips.index[1:], strict=True)]
    found = list(settle_same_bytes(clips, told))
    assert [f.clip_id for f in found] == [clips.index[0], clips.index[2]]
    assert all("row 2 of V\\u202e." in f.sentence for f in found)
    assert not list(settle_same_bytes(clips.iloc[1:], told[:0]))
    assert list(settle_same_bytes(clips.iloc[1:], told)) == told  # the first is not at hand


def test_a_clip_that_waits_is_not_taken_for_the_worse_pair() -> None:
    clips = table([3] * 2, [40, 40]).assign(audio_sha256="a")
    told = replace(evidence(clips), intake=same_bytes("V-1"), pending={"V-0": "no model"})
    decision = decide(told, policy())
    assert list(decision.clips["reasons"]) == ["not-measured", "duplicate-audio"]


def test_a_copy_that_is_turned_down_is_not_the_first_to_say_its_text() -> None:
    clips = pd.concat([table([3], [40]), table([3] * 2, [40, 40], "W")])
    clips = clips.assign(audio_sha256=["a", "a", "b"], text="Hello there.")
    told = [replace(f, voice="W") for f in same_bytes("W-0")]
    decision = decide(replace(evidence(clips), intake=told), policy())
    assert list(decision.clips["reasons"]) == ["", "duplicate-audio", ""]
    assert set(decision.findings.query("rule == @TEXT")["clip_id"]) == {"W-0"}


def test_equal_files_without_a_label_are_told_apart_by_name() -> None:
    clips = rows(2).assign(audio_sha256="a", row=-1, verdict=["review", "accept"])
    (found,) = settle_same_bytes(clips, same_bytes("V-1"))
    assert found.clip_id == "V-0"
    assert "000001.wav of V" in found.sentence


def test_a_policy_can_have_copies_reviewed() -> None:
    clips = table([3] * 2, [40, 40])
    prints = dict.fromkeys(clips["clip_id"], print_of(0))
    mild = policy().model_copy(update={"findings": {AUDIO: "review"}})
    decision = decide(replace(evidence(clips), fingerprints=prints), mild)
    assert list(decision.clips["verdict"]) == ["accept", "review"]
