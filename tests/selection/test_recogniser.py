"""Whose fault an error is: made-up labels and transcripts, by words."""

import math
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clips.columns import Column
from clips.word_error import WordError
from selection.comparison import Comparison
from selection.decide import Decision, decide
from selection.findings import in_words
from selection.policy import load_policy
from selection.recogniser import (
    excuse,
    of_other_bounds,
    recogniser_words,
)
from selection.rules.judging import HALLUCINATION, LABEL_FITS, OTHER_BOUNDS, RECOGNISER_WORD
from selection.verdicts import Evidence
from tests.selection.tables import COLUMNS, policy, sentences, table

FAIRNESS = load_policy().fairness
OTHERS = (
    *("the wind was strong over the green hill", "my friend has a small yellow boat"),
    *("please bring the heavy box along tonight", "seven birds sang in the old garden"),
    *("nobody knew where the music came from", "the train left early on sunday morning"),
)
MORE = tuple(
    Column(name, "", "neither", None, None, "Made up.", "test")
    for name in (
        *("heard_unique_share", "label_unique_share", "heard_chars_per_s", "label_chars_per_s"),
        *("heard_compression", "label_compression", "label_log_odds", "label_logprob"),
        *("heard_repeated_share", "label_repeated_share", "other_script_share", "language_prob"),
        *("cer_errors", "cer_ref_chars", "opening_level_db", "closing_level_db", "number_errors"),
    )
)


def heard(label: str, wrong: dict[str, str], kind: str = "wrong-text") -> Comparison:
    """A label of which some words were heard as others."""
    words = tuple(label.split())
    missed = tuple(
        WordError(w, wrong[w], max(1, len(wrong[w].split())), len(w), 0, 0)
        for w in words
        if w in wrong
    )
    return Comparison(words, sum(m.word_errors for m in missed), missed, kind if missed else "")


def judged(comparisons: Sequence[Comparison], **columns: Sequence[float]) -> Decision:
    n = len(comparisons)
    rows = table([3.0] * n, [40.0] * n, wer=[h.errors for h in comparisons])
    rows["wer_ref_words"] = [float(len(h.label)) for h in comparisons]
    for name, values in columns.items():
        rows[name] = values
    by_id = dict(zip(rows["clip_id"], comparisons, strict=True))
    return decide(Evidence(rows, (*COLUMNS, *MORE), {}, {}, (), comparisons=by_id), policy())


def test_a_name_misheard_everywhere_is_not_charged_and_reported() -> None:
    named = [heard(f"{o} kvothe", {"kvothe": "quote"}) for o in OTHERS[:3]]
    decision = judged([*named, heard(OTHERS[3], {})])
    assert list(decision.clips["verdict"]) == ["accept"] * 4
    assert list(decision.clips["wer_errors"]) == [1, 1, 1, 0], "raw counts stay"
    assert list(decision.clips["wer_excused"]) == [1, 1, 1, 0]
    assert list(decision.clips["wer"]) == [0, 0, 0, 0]
    found = in_words(decision.findings)
    found = found[found["rule"] == RECOGNISER_WORD]
    assert list(found["level"]) == ["voice", "clip", "clip", "clip"]
    assert set(found["verdict"]) == {"note"}
    of_voice, of_clip, *_ = found["sentence"]
    assert of_voice.startswith("1 word is misheard wherever")
    assert 'heard "quote" for "kvothe", which it gets wrong in 3 of 3 sentences' in of_clip


def test_a_number_is_never_the_recognisers_word() -> None:
    seven = WordError("seven", "eleven", 1, 3, 0, 0, number=True)
    comparisons = [Comparison((*o.split(), "seven"), 1, (seven,), "wrong-text") for o in OTHERS]
    decision = judged(comparisons)
    assert RECOGNISER_WORD not in set(decision.findings["rule"])
    assert set(decision.clips["verdict"]) == {"review"}


def test_a_label_with_a_misread_number_is_in_doubt_however_likely_it_is() -> None:
    wrong = [heard(OTHERS[0], {"wind": "wine"})] * 2
    odds = {"label_log_odds": [-0.5, -0.5], "number_errors": [0.0, 1.0]}
    decision = judged(wrong, **odds)
    assert list(decision.clips["verdict"]) == ["accept", "review"]
    assert list(decision.findings["rule"]).count(LABEL_FITS) == 1


def test_the_voices_sentence_which_gates_show_names_no_word() -> None:
    decision = judged([heard(f"{o} kvothe", {"kvothe": "quote"}) for o in OTHERS])
    findings = in_words(decision.findings)
    (sentence,) = findings[findings["level"] != "clip"]["sentence"]
    assert "kvothe" not in sentence
    assert "quote" not in sentence


@pytest.mark.parametrize(
    ("why", "comparisons"),
    [
        ("two sentences", [heard(f"{o} kvothe", {"kvothe": "quote"}) for o in OTHERS[:2]]),
        ("one sentence again", [heard(f"{OTHERS[0]} kvothe", {"kvothe": "quote"})] * 5),
        (
            "heard right elsewhere",
            [heard(f"{o} kvothe", {"kvothe": "quote"}) for o in OTHERS[:3]]
            + [heard(f"{o} kvothe", {}) for o in OTHERS[3:]],
        ),
        ("never heard", [heard(f"laughs {o}", {"laughs": ""}) for o in OTHERS]),
        ("another name", [heard(f"{o} alice", {"alice": "bob"}) for o in OTHERS]),
        (
            "labels all wrong",
            [heard(f"{o} kvothe", {w: f"{w}x" for w in f"{o} kvothe".split()}) for o in OTHERS],
        ),
        ("nothing beside it", [heard("kvothe", {"kvothe": "quote"})] * 3),
    ],
)
def test_a_wrong_label_that_comes_again_does_not_profit(
    why: str, comparisons: list[Comparison]
) -> None:
    decision = judged(comparisons)
    assert not (decision.clips["wer_excused"] > 0).any(), why
    assert RECOGNISER_WORD not in set(decision.findings["rule"])
    wrong = decision.clips["wer_errors"] > 0
    assert (decision.clips["verdict"][wrong] != "accept").all()


def test_a_label_that_is_another_text_is_charged_for_a_misheard_name_too() -> None:
    named = [heard(f"{o} kvothe", {"kvothe": "quote"}) for o in OTHERS[:3]]
    words = f"{OTHERS[3]} kvothe".split()
    another = heard(" ".join(words), dict.fromkeys(words, "quote"))
    decision = judged([*named, another])
    assert list(decision.clips["wer_excused"]) == [1, 1, 1, 0]
    assert list(decision.clips["verdict"]) == ["accept"] * 3 + ["reject"]


def test_voices_have_baselines_of_their_own() -> None:
    comparisons = [heard(f"{o} kvothe", {"kvothe": "quote"}) for o in OTHERS[:4]]
    two = table([3.0] * 4, [40.0] * 4, wer=[1] * 4)
    two["voice"] = ["A", "A", "B", "B"]
    by_id = dict(zip(two["clip_id"], comparisons, strict=True))
    found = decide(Evidence(two, COLUMNS, {}, {}, (), comparisons=by_id), policy())
    assert not found.clips["wer_excused"].any()


texts = st.lists(st.sampled_from(["red", "rad", "dog", "kvothe", "home"]), min_size=1, max_size=5)


@given(
    st.lists(
        st.tuples(texts, st.dictionaries(st.sampled_from(["kvothe", "dog"]), st.just("quote")))
    )
)
def test_words_do_not_depend_on_the_order_of_clips(
    said: list[tuple[list[str], dict[str, str]]],
) -> None:
    comparisons = [heard(" ".join(words), wrong) for words, wrong in said]
    assert recogniser_words(comparisons, FAIRNESS) == recogniser_words(comparisons[::-1], FAIRNESS)


def test_details_of_the_recogniser_are_read() -> None:
    details = {
        "alignment": [
            {"op": "equal", "label": ["ask"], "heard": ["ask"]},
            {"op": "substitute", "label": ["kvothe"], "heard": ["quote"]},
            {"op": "insert", "label": [], "heard": ["the"]},
        ],
        "misheard": [
            {
                "word": "kvothe",
                "heard": "quote the",
                "word_errors": 2,
                "char_errors": 7,
                "edge_start_errors": 3,
                "edge_end_errors": 4,
            }
        ],
        "label_kind": "wrong-text",
    }
    comparison = Comparison.read(details)
    assert (comparison.label, comparison.errors, comparison.kind) == (
        ("ask", "kvothe"),
        2,
        "wrong-text",
    )
    assert comparison.wrong == (WordError("kvothe", "quote the", 2, 7, 3, 4),)
    assert Comparison.read({}) == Comparison((), 0, ())


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("wrong-text", "The label is another text than the speech."),
        ("missing-words", "The label has words that were not heard."),
        ("extra-words", "Words were heard that the label does not have."),
        ("cut-start", "cut off at the start?"),
        ("cut-end", "cut off at the end?"),
    ],
)
def test_the_sentence_says_what_kind_of_bad_label_it_is(kind: str, says: str) -> None:
    words = OTHERS[0].split()
    decision = judged([heard(OTHERS[0], dict.fromkeys(words, "no"), kind)])
    (sentence,) = sentences(decision)
    assert sentence.startswith("Other words were heard than the label has (wer 1;")
    assert f" {says}" in sentence or f": {says}" in sentence


def test_a_few_wrong_words_are_no_other_text() -> None:
    (sentence,) = sentences(judged([heard(OTHERS[0], {"wind": "wine"})]))
    assert " 1 of 8 words was heard as another." in sentence


FEW = [heard(OTHERS[0], dict.fromkeys(OTHERS[0].split()[:5], "no"))]


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"cer_errors": [4.0], "cer_ref_chars": [40.0]}, "of its characters 10% are wrong"),
        ({"cer_errors": [20.0], "cer_ref_chars": [40.0]}, "of its characters 50% are wrong"),
        (
            {"cer_errors": [36.0], "cer_ref_chars": [40.0], "label_logprob": [-1.2]},
            "finds it likelier (label_logprob -1.2)",
        ),
        (
            {"cer_errors": [36.0], "cer_ref_chars": [40.0], "duration_s": [0.4]},
            "of 0.4 s of audio the recogniser's word proves nothing",
        ),
    ],
)
def test_a_reject_needs_words_and_characters_and_no_objection(
    columns: dict[str, list[float]], says: str
) -> None:
    decision = judged(FEW, **columns)
    assert list(decision.clips["verdict"]) == ["review"]
    (sentence,) = sentences(decision)
    assert says in sentence
    assert "another text than" not in sentence
    proven = {"cer_errors": [36.0], "cer_ref_chars": [40.0], "label_logprob": [-5.0]}
    assert list(judged(FEW, **proven).clips["verdict"]) == ["reject"]


@pytest.mark.parametrize("words", [3, 8, 25, 60])
def test_one_wrong_word_is_in_doubt_however_long_the_label(words: int) -> None:
    label = " ".join(f"w{n}" for n in range(words))
    wrong = heard(label, {"w1": "other"})
    assert list(judged([wrong], label_log_odds=[-9.0]).clips["verdict"]) == ["review"]
    likely = judged([wrong], label_log_odds=[-2.0]).clips["verdict"]
    assert list(likely) == ["review" if words == 3 else "accept"]


def test_a_word_heard_as_two_is_few_errors_by_characters() -> None:
    split = [heard("good morning sunshine", {"sunshine": "sun shine"})]
    columns = {"cer_errors": [1.0], "cer_ref_chars": [21.0], "label_log_odds": [0.0]}
    assert list(judged(split, **columns).clips["verdict"]) == ["accept"]


@pytest.mark.parametrize("level", [-3.0, -14.0])
@pytest.mark.parametrize("edge", ["start", "end"])
def test_silence_after_a_cut_is_no_silence(edge: str, level: float) -> None:
    wrong = [heard(OTHERS[0], {"wind": "thanks"})] * 2
    silence, levels = {
        "start": ("lead_silence_s", "opening_level_db"),
        "end": ("trail_silence_s", "closing_level_db"),
    }[edge]
    columns = {
        f"edge_{edge}_errors": [4.0] * 2,
        f"edge_{edge}_chars": [12.0] * 2,
        silence: [1.0] * 2,
        levels: [level, -40.0],
    }
    decision = judged(wrong, label_log_odds=[0.0] * 2, **columns)
    assert list(decision.clips["verdict"]) == ["review", "accept"]


@pytest.mark.parametrize(("share", "rules"), [(0.9, "wer;other-script"), (0.2, "wer")])
def test_a_transcript_in_another_script_is_the_recognisers_failure(
    share: float, rules: str
) -> None:
    wrong = [heard(OTHERS[0], dict.fromkeys(OTHERS[0].split(), "x"))]
    decision = judged(wrong, other_script_share=[share])
    assert list(decision.clips["reasons"]) == [rules]
    assert list(decision.clips["verdict"]) == ["review" if share > 0.5 else "reject"]
    assert ("in another script" in " ".join(sentences(decision))) == (share > 0.5)


def test_a_repeated_piece_is_made_up_in_any_script() -> None:
    wrong = [heard(OTHERS[0], dict.fromkeys(OTHERS[0].split(), "x"))] * 2
    signs = {"heard_repeated_share": [0.9, 0.9], "label_repeated_share": [0.0, 0.8]}
    assert list(judged(wrong, **signs).clips["verdict"]) == ["review", "reject"]


@pytest.mark.parametrize(
    ("model", "digest", "said"),
    [("base", "ffff", False), ("my-model", "0123abcd99", False), ("large-v3-turbo", "ffff", True)],
)
def test_a_run_by_another_recogniser_than_the_bounds_are_for_says_so(
    model: str, digest: str, said: bool
) -> None:
    asr = load_policy().asr.model_copy(update={"bounds_set_with": ("base", "0123abcd")})
    found = of_other_bounds(asr, {model: digest})
    assert [f.rule for f in found] == [OTHER_BOUNDS] * said
    assert all(model in f.sentence and "base" in f.sentence for f in found)


def test_a_wrong_language_is_named_and_counts_where_the_label_was_heard() -> None:
    shipped, made_up = load_policy(), policy()
    rules = {**made_up.rules, "wrong-language": shipped.rules["wrong-language"]}
    rows = table([3.0] * 3, [40.0] * 3, wer=[0] * 3)
    rows["language_prob"] = [0.0001, 0.01, 0.9]
    by_id = {
        i: Comparison(("hello",), 0, (), spoken=spoken)
        for i, spoken in zip(rows["clip_id"], ("de", "jw", "en"), strict=True)
    }
    found = decide(
        Evidence(rows, (*COLUMNS, *MORE), {}, {}, (), comparisons=by_id),
        made_up.model_copy(update={"rules": rules}),
    )
    assert list(found.clips["verdict"]) == ["review", "accept", "accept"]
    (sentence,) = sentences(found)
    assert " It was heard as German." in sentence


SIGNS = {
    "heard_unique_share": (0.1, 0.1, 0.9, 0.9),
    "label_unique_share": (0.9, 0.3, 0.9, 0.9),
    "heard_chars_per_s": (15.0, 15.0, 55.0, 15.0),
    "label_chars_per_s": (15.0, 15.0, 14.0, 15.0),
    "heard_compression": (1.0, 1.0, 1.0, 1.0),
    "label_compression": (1.0, 1.0, 1.0, 1.0),
}


def test_a_made_up_transcript_rejects_no_label_unless_the_label_is_like_it() -> None:
    wrong = [heard(o, dict.fromkeys(o.split(), "thanks")) for o in OTHERS[:4]]
    decision = judged(wrong, **SIGNS)
    assert list(decision.clips["verdict"]) == ["review", "reject", "review", "reject"]
    assert list(decision.clips["reasons"]) == ["wer;hallucination", "wer"] * 2
    found = in_words(decision.findings)
    first, second = found[found["rule"] == HALLUCINATION]["sentence"]
    assert "0.1 different words per word. The label has 0.9." in first
    assert "55 characters per second. The label has 14." in second


def test_a_label_as_likely_as_what_was_heard_is_not_charged() -> None:
    wrong = [heard(o, {o.split()[1]: "thanks"}) for o in OTHERS[:4]]
    odds = [0.0, -math.log(54.9), -math.log(55.1), float("nan")]
    decision = judged(wrong, label_log_odds=odds)
    assert list(decision.clips["verdict"]) == ["accept", "accept", "review", "review"]
    assert list(decision.clips["wer"] > 0) == [False, False, True, True]
    found = in_words(decision.findings)
    found = found[found["rule"] == LABEL_FITS]
    assert list(found["verdict"]) == ["note", "note"]
    as_likely, less_likely = found["sentence"]
    assert "it finds it as likely: not charged" in as_likely
    assert "only 55 times less likely" in less_likely


def test_another_text_is_charged_however_likely_the_label_is() -> None:
    wrong = [heard(o, dict.fromkeys(o.split(), "thanks")) for o in OTHERS[:2]]
    assert set(judged(wrong, label_log_odds=[0.0, 0.0]).clips["verdict"]) == {"reject"}


@pytest.mark.parametrize("edge", ["start", "end"])
def test_what_may_be_cut_off_is_charged_where_no_silence_is(edge: str) -> None:
    wrong = [heard(o, {o.split()[1]: "thanks"}) for o in OTHERS[:3]]
    silence = {"start": "lead_silence_s", "end": "trail_silence_s"}[edge]
    columns = {
        f"edge_{edge}_errors": [4.0, 4.0, 0.0],
        f"edge_{edge}_chars": [12.0] * 3,
        silence: [0.0, 0.05, 0.0],
    }
    decision = judged(wrong, label_log_odds=[0.0] * 3, **columns)
    assert list(decision.clips["verdict"]) == ["review", "accept", "accept"]


def test_a_clip_that_fits_is_not_told_of_its_misheard_words_too() -> None:
    named = [heard(f"{o} kvothe", {"kvothe": "quote"}) for o in OTHERS[:3]]
    decision = judged(named, label_log_odds=[0.0, -9.0, -9.0])
    found = decision.findings[decision.findings["level"] == "clip"]
    assert list(found["rule"]) == [LABEL_FITS, RECOGNISER_WORD, RECOGNISER_WORD]
    assert list(decision.clips["wer_excused"]) == [1, 1, 1]


def test_what_is_doubtful_and_agrees_has_no_finding() -> None:
    right = [heard(o, {}) for o in OTHERS[:4]]
    assert judged(right, **SIGNS, label_log_odds=[0.0] * 4).findings.empty


def test_a_policy_names_a_second_recogniser_beside_its_file(tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    path.write_text('name = "p"\nextends = "tts-v1"\n[asr]\nsecond = "./models/other"\n')
    assert load_policy(str(path)).asr_second == str(tmp_path / "models/other")
    assert load_policy().asr_second == ""


def test_what_was_not_measured_is_not_excused_either() -> None:
    rows = table([3.0, 3.0], [40.0, 40.0], wer=[0, float("nan")])
    out, findings = excuse(rows, {}, FAIRNESS)
    assert out["wer_excused"].isna().tolist() == [False, True]
    assert findings == []
    bare = rows.drop(columns="wer_errors")
    assert excuse(bare, {}, FAIRNESS)[0] is bare
