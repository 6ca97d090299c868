"""What is the recogniser's fault and not charged to a clip.

First, what it is not sure of itself: where the label, forced on it, is nearly as likely as what it
heard, the two cannot be told apart by it, and no error of the clip is charged. That holds for
single words, away from an edge without silence: it also finds likely what was cut off there. Nor
does it hold for numbers and signs: misread figures ("$1.7, 50" for "$7.50") are as likely.

Second, a voice's own baseline: words that it gets wrong wherever the voice says them. A name that
no recogniser can spell is no fault of the label. Such a word is known by four things:

- it is wrong in most of the clips that have it, in at least three different sentences; a fault of a
  label is seldom made again in other sentences, where the rest is right;
- those clips are otherwise right: of a label that is another text, no word counts;
- what was heard resembles it in writing: a word that the voice does not say (a stage direction, a
  name put in another's place) is heard as nothing, or as something else;
- it is no number: a voice that misreads figures does so in every sentence.

Its errors are taken off the clip's rates, in clips that are otherwise right. The counts stay.
Characters of languages without blanks never resemble one another and are always charged.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
from rapidfuzz.distance import Levenshtein

from clips.numbers import count as counted
from clips.table import Finding
from clips.word_error import WordError
from clips.words import Name, Phrase, Quote, say
from selection.comparison import Comparison
from selection.needs import has
from selection.policy import Fairness, Recogniser
from selection.rules import words as said
from selection.rules.judging import LABEL_FITS, OTHER_BOUNDS, RECOGNISER_WORD

EXCUSED: Mapping[str, tuple[str, str]] = {
    "wer_excused": ("wer_errors", "word_errors"),
    "cer_excused": ("cer_errors", "char_errors"),
    "edge_start_excused": ("edge_start_errors", "edge_start_errors"),
    "edge_end_excused": ("edge_end_errors", "edge_end_errors"),
}


@dataclass(frozen=True, slots=True)
class RecogniserWord:
    """A word that is misheard across a voice.

    Args:
        sentences: different labels with the word whose other words were heard.
        misheard: those of them in which it was heard as something like it.
        heard: as what, the most frequent first, at most three.
    """

    word: str
    sentences: int
    misheard: int
    heard: tuple[str, ...]


def recogniser_words(
    comparisons: Iterable[Comparison], bounds: Fairness
) -> dict[str, RecogniserWord]:
    """The words of one voice that are the recogniser's to answer for."""
    every = list(comparisons)
    suspects = {m.word for h in every for m in h.wrong if _alike(m, bounds)}
    sentences: dict[str, dict[tuple[str, ...], bool]] = defaultdict(dict)
    heard: dict[str, Counter[str]] = defaultdict(Counter)
    for comparison in every:
        for word in suspects.intersection(comparison.label):
            count = comparison.label.count(word)
            wrong = [m for m in comparison.wrong if m.word == word]
            if not _otherwise_right(comparison, wrong, count, bounds):
                continue
            misheard = len(wrong) == count and all(_alike(m, bounds) for m in wrong)
            known = sentences[word].get(comparison.label, True)
            sentences[word][comparison.label] = misheard and known
            heard[word].update(m.heard for m in wrong if m.heard)
    return {
        word: RecogniserWord(
            word, len(found), sum(found.values()), tuple(h for h, _ in _frequent(heard[word]))
        )
        for word, found in sorted(sentences.items())
        if len(found) >= bounds.misheard_sentences
        and sum(found.values()) >= bounds.misheard_share * len(found)
    }


def excuse(
    table: pd.DataFrame, comparisons: Mapping[str, Comparison], bounds: Fairness
) -> tuple[pd.DataFrame, list[Finding]]:
    """What each clip is not charged with, and why.

    Args:
        table: one row per clip: ``clip_id, voice, audio_file`` and, where the recogniser took part,
            ``wer_errors`` and the other counts.
        comparisons: clip id -> what was heard.
        bounds: of the policy.

    Returns:
        The table with the columns of `EXCUSED`, and findings: one for each clip whose label fits,
        one for each voice with misheard words, which names no word (it may be published), and one
        for each clip that is spared some of them.
    """
    if not has(table, "wer_errors"):
        return table, []
    fits = _fitting(table, bounds)
    findings = [
        Finding(LABEL_FITS, _as_likely(row["label_log_odds"]), "clip", *_place(row))
        for row in table[fits & (table["wer_errors"] > 0)].to_dict("records")
    ]
    spared: dict[str, Sequence[WordError]] = {}
    for voice, rows in table.groupby("voice", sort=False):
        mine = {str(i): comparisons[i] for i in rows["clip_id"].tolist() if i in comparisons}
        words = recogniser_words(mine.values(), bounds)
        if not words:
            continue
        charged = [i for i in rows["clip_id"][~fits] if i in mine]
        taken = {i: misheard for i in charged if (misheard := _taken(mine[i], words, bounds))}
        spared |= taken
        findings.append(_of_voice(str(voice), len(words), len(taken)))
        findings += [
            Finding(RECOGNISER_WORD, _says(words[m.word], m), "clip", str(voice), clip_id, file)
            for clip_id, file in zip(rows["clip_id"], rows["audio_file"], strict=True)
            for m in taken.get(clip_id, ())
        ]
    columns = {}
    for column, (errors, field) in EXCUSED.items():
        of_words = {i: float(sum(getattr(m, field) for m in each)) for i, each in spared.items()}
        excused = table["clip_id"].map(of_words).astype(float).fillna(0.0)
        excused = excused.mask(fits, table.get(errors, 0.0))
        columns[column] = excused.where(table["wer_errors"].notna())
    return table.assign(**columns), findings


def of_other_bounds(asr: Recogniser, models: Mapping[str, str]) -> list[Finding]:
    """That a run's recognisers are not those that the policy's bounds on labels were set with.

    Args:
        asr: of the policy; one that names none has no bounds to compare.
        models: name -> digest of each recogniser of the run.
    """
    strange = [
        Name(name)
        for name, digest in models.items()
        if not any(name == known or digest.startswith(known) for known in asr.bounds_set_with)
    ]
    if not strange or not asr.bounds_set_with:
        return []
    told = said(OTHER_BOUNDS, known=asr.bounds_set_with, used=tuple(strange))
    return [Finding(OTHER_BOUNDS, told, "submission")]


def _fitting(table: pd.DataFrame, bounds: Fairness) -> "pd.Series[bool]":
    """Clips with a few errors whose label is nearly as likely as what was heard.

    Few of the words or few of the characters: a word that is heard as two is two errors. A
    recogniser fills in what was cut off, so an error at an edge counts unless silence is there that
    the speech has died away into, and one in a number always.
    """
    if not has(table, "label_log_odds"):
        return pd.Series(data=False, index=table.index)

    def of(name: str, missing: float = 0.0) -> "pd.Series[float]":
        return table[name] if has(table, name) else pd.Series(missing, index=table.index)

    wrong = (table["wer_errors"] > 0) | (of("cer_errors") > 0)
    few = table["wer_errors"] <= bounds.rest_wer * table["wer_ref_words"]
    if has(table, "cer_errors"):
        few |= table["cer_errors"] <= bounds.rest_wer * table["cer_ref_chars"]
    start, end = of("edge_start_errors") == 0, of("edge_end_errors") == 0
    start |= (of("lead_silence_s") >= bounds.edge_silence_s) & ~(
        of("opening_level_db", -math.inf) > bounds.edge_level_db
    )
    end |= (of("trail_silence_s") >= bounds.edge_silence_s) & ~(
        of("closing_level_db", -math.inf) > bounds.edge_level_db
    )
    likely = table["label_log_odds"] >= -math.log(bounds.label_odds)
    return wrong & few & start & end & likely & (of("number_errors") == 0)


def _place(row: Mapping[Hashable, Any]) -> tuple[str, str, str]:
    return str(row["voice"]), str(row["clip_id"]), str(row["audio_file"])


def _as_likely(log_odds: float) -> Phrase:
    times = math.exp(-log_odds)
    return said(LABEL_FITS, "less", times=f"{times:.2g}") if times >= 1.05 else said(LABEL_FITS)


def _of_voice(voice: str, words: int, clips: int) -> Finding:
    what = counted(words, "word is", "words are")
    told = said(RECOGNISER_WORD, "voice", words=what, clips=clips)
    return Finding(RECOGNISER_WORD, told, "voice", voice, value=float(words))


def _says(word: RecogniserWord, here: WordError) -> Phrase:
    return said(
        RECOGNISER_WORD,
        "clip",
        heard=Quote(here.heard, 80),
        word=Quote(word.word, 80),
        misheard=word.misheard,
        sentences=word.sentences,
        mostly=tuple(say('"{heard}"', heard=Quote(one, 80)) for one in word.heard),
    )


def _taken(
    comparison: Comparison, words: Mapping[str, RecogniserWord], bounds: Fairness
) -> Sequence[WordError]:
    wrong = [m for m in comparison.wrong if m.word in words and _alike(m, bounds)]
    return wrong if _otherwise_right(comparison, wrong, len(wrong), bounds) else []


def _otherwise_right(
    comparison: Comparison, wrong: Sequence[WordError], count: int, bounds: Fairness
) -> bool:
    rest = len(comparison.label) - count
    errors = comparison.errors - sum(m.word_errors for m in wrong)
    return rest > 0 and errors <= bounds.rest_wer * rest


def _alike(misheard: WordError, bounds: Fairness) -> bool:
    heard = misheard.heard.replace(" ", "")
    return (
        bool(heard)
        and not misheard.number
        and Levenshtein.normalized_similarity(misheard.word, heard) >= bounds.likeness
    )


def _frequent(heard: Counter[str]) -> list[tuple[str, int]]:
    return sorted(heard.items(), key=lambda item: (-item[1], item[0]))[:3]
