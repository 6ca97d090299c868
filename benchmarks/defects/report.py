"""An outcome as `key = value` lines and as docs/accuracy.md."""

import math
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pandas as pd

from benchmarks.defects.figures import Alarms, Recall, tau
from benchmarks.defects.kinds import WHOLE_LABELS, Kind
from benchmarks.defects.labelled import (
    Edited,
    Right,
    accepted,
    edited_by_kind,
    edited_by_length,
    right,
)
from benchmarks.defects.outcome import DECLARED, Outcome, Part
from benchmarks.defects.plots import estimates, panels
from benchmarks.defects.speech import REPORTED as REPORTED_SPLIT
from benchmarks.defects.speech import TUNING, VOICES
from selection.proposal import wilson

FIRST = "kokoro reported"
REPORTED = (FIRST, "data reported", "hts reported")
SNR_RANGE_DB = (5.0, 35.0)
MARK = "<!-- benchmarks.defects: written from here to the end mark -->"
END = "<!-- benchmarks.defects: end -->"
NOISES = ("white noise", "pink noise", "babble")
MORE_TARGETS = {"brought up": (((22_050.0,), 0.95),)}
WHOLE_TARGET = 0.99
LEAST_TAU = 0.8
ROUNDING = 1e-9


def lines(outcome: Outcome) -> list[str]:
    """Everything measured."""
    found = [f"seconds = {outcome.seconds:.0f}", f"recogniser = {outcome.recogniser}"]
    for name, part in outcome.parts.items():
        found += _of_part(name.replace(" ", "_"), part, outcome.kinds)
    for caught in outcome.whole:
        what = "not_accepted" if caught.kind == "clean" else "recall"
        found.append(
            f"submission.{_key(caught.kind)}.{what} = {_share(caught.caught, caught.clips)}"
        )
    for mistake in outcome.mistakes:
        found.append(f"mistake.{mistake.verdict} = {mistake.text}")
    for kind_name, ladder in outcome.ladders.items():
        found.append(f"ladder.{_key(kind_name)}.tau_mean_score = {ladder.tau:.2f}")
        found.append(f"ladder.{_key(kind_name)}.median_tau_of_a_clip = {ladder.tau_of_a_clip:.2f}")
    found += _references(outcome)
    found += [f"target.{_key(name)} = {said}" for name, _, said in targets(outcome)]
    return found


def _of_part(name: str, part: Part, kinds: Iterable[Kind]) -> Iterator[str]:
    clean = part.clean
    for what, verdict in (("false_rejects", "reject"), ("false_reviews", "review")):
        hits = int((clean["verdict"] == verdict).sum())
        yield f"{name}.clean.{what} = {_share(hits, len(clean))}"
    for group in part.alarms():
        yield f"{name}.{group.group}.rejects = {_share(group.rejected, group.clips)}"
        yield f"{name}.{group.group}.reviews = {_share(group.review, group.clips)}"
    for known in right(part):
        said = f"{known.accepted} / {known.review} / {known.rejected}"
        errors = f"CER {known.cer:.3f}, WER {known.wer:.3f}"
        yield f"{name}.right_labels.{known.language} = {said} of {known.clips}, {errors}"
    for edit in (*edited_by_length(part), *edited_by_kind(part)):
        at = ".".join(_key(word) for word in (edit.what, edit.length) if word)
        yield f"{name}.edited.{at}.accepted = {_share(edit.accepted, edit.clips)}"
    for missed in accepted(part):
        yield f"{name}.accepted_edit = {missed}"
    for kind in kinds:
        found = part.recalls(kind)
        for r in found:
            at = f"{name}.{_key(kind.name)}" + (
                f".{r.strength:g}" if len(kind.strengths) > 1 else ""
            )
            yield f"{at}.recall = {_share(r.caught, r.clips)}"
            yield f"{at}.auroc = {r.auroc:.3f}"
        if kind.graded and len(found) > 2:
            yield f"{name}.{_key(kind.name)}.tau_{kind.column} = {_column_tau(kind, found):.2f}"


def _column_tau(kind: Kind, found: Iterable[Recall]) -> float:
    """Of the medians of the defect's column."""
    return tau((r.median for r in found), DECLARED[kind.column])


def snr_errors(part: Part, kind: str) -> "pd.Series[float]":
    """Estimated less planted SNR in dB, from 5 to 35 dB."""
    rows = part.spoilt.get(kind, pd.DataFrame(columns=["strength", "snr_db"]))
    rows = rows[rows["strength"].between(*SNR_RANGE_DB)]
    return (rows["snr_db"] - rows["strength"]).dropna().astype("float64")


def bandwidth_errors(part: Part) -> "pd.Series[float]":
    """Bandwidth of clips that were brought up against half the lower rate, relative."""
    rows = part.spoilt.get("brought up", pd.DataFrame(columns=["strength", "bandwidth_hz"]))
    return (rows["bandwidth_hz"] / (rows["strength"] / 2) - 1).dropna().astype("float64")


def _references(outcome: Outcome) -> Iterator[str]:
    if FIRST in outcome.parts:
        yield from _against_planted(outcome.parts[FIRST])
    refs = outcome.references
    for name, values in (
        ("loudness_against_ffmpeg_lu", refs.lufs),
        ("true_peak_against_ffmpeg_db", refs.peak_db),
        ("dnsmos_against_speechmos", refs.dnsmos),
    ):
        if values:
            yield f"{name}.largest = {max(map(abs, values)):.4f}"
            yield f"{name}.clips = {len(values)}"


def _against_planted(part: Part) -> Iterator[str]:
    for kind in NOISES:
        errors = snr_errors(part, kind)
        if len(errors):
            yield f"snr.{_key(kind)}.median_error_db = {errors.abs().median():.2f}"
            yield f"snr.{_key(kind)}.bias_db = {errors.median():.2f}"
    width = bandwidth_errors(part)
    if len(width):
        yield f"bandwidth.median_error = {width.abs().median():.4f}"
        yield f"bandwidth.within_5_percent = {_share(int((width.abs() <= 0.05).sum()), len(width))}"


def targets(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    """Name, what is asked, and what was found with ``yes`` or ``no`` before it."""
    if FIRST not in outcome.parts:
        return
    part = outcome.parts[FIRST]
    hits = int((part.clean["verdict"] == "reject").sum())
    yield "clean clips rejected", "at most 0.5 %", _held(hits, len(part.clean), most=0.005)
    for name in REPORTED:
        if name in outcome.parts:
            yield from _right_targets(name, right(outcome.parts[name]))
    yield from _edit_targets(part)
    for kind in outcome.kinds:
        if kind.target:
            yield from _target(kind, part.recalls(kind), kind.targeted, kind.target)
        for strengths, least in MORE_TARGETS.get(kind.name, ()):
            yield from _target(kind, part.recalls(kind), strengths, least)
    for caught in outcome.whole:
        if caught.kind != "clean":
            asked = f"at least {WHOLE_TARGET:.0%}"
            yield caught.kind, asked, _held(caught.caught, caught.clips, least=WHOLE_TARGET)
    yield from _score_falls(outcome)
    yield from _close(outcome)


def _right_targets(name: str, found: list[Right]) -> Iterator[tuple[str, str, str]]:
    """Right labels rejected where the recogniser hears well and elsewhere; English in review."""
    for well, most, where in ((True, 0.005, "under"), (False, 0.02, "of")):
        rows = [r for r in found if r.well_heard is well]
        if rows:
            hits, total = sum(r.rejected for r in rows), sum(r.clips for r in rows)
            which = f"{name}: right labels rejected, corpus CER {where} 10 %"
            spoken = ", ".join(r.language for r in rows)
            more = "" if well else " or more"
            yield f"{which}{more} ({spoken})", f"at most {most:.1%}", _held(hits, total, most=most)
    for row in found:
        if row.language == "en" and name == FIRST:
            said = _held(row.review, row.clips, most=0.05)
            yield f"{name}: right English labels in review", "at most 5 %", said


def _edit_targets(part: Part) -> Iterator[tuple[str, str, str]]:
    for edit in edited_by_length(part):
        what = f"one word edited, {edit.what}, {_words(edit)}: accepted"
        yield what, "at most 1 %", _held(edit.accepted, edit.clips, most=0.01)
    for edit in edited_by_kind(part):
        if edit.what in WHOLE_LABELS:
            yield f"{edit.what}: accepted", "none", _held(edit.accepted, edit.clips, most=0.0)


def _words(edit: Edited) -> str:
    return f"{edit.length} words" if edit.length else "any length"


def _score_falls(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    taus = {name: ladder.tau for name, ladder in outcome.ladders.items()}
    low = [
        f"{name} {value:.2f}" for name, value in taus.items() if not value >= LEAST_TAU - ROUNDING
    ]
    if taus:
        said = f"no, below it: {', '.join(low)}" if low else "yes"
        count = f"{len(taus) - len(low)} of {len(taus)} graded defects"
        yield "score falls with strength", f"tau at least {LEAST_TAU}", f"{said}; {count}"


def _close(outcome: Outcome) -> Iterator[tuple[str, str, str]]:
    """Measurements against what was planted and against other programs."""
    part, refs = outcome.parts[FIRST], outcome.references
    errors = pd.concat([snr_errors(part, kind) for kind in NOISES])
    width = bandwidth_errors(part)
    found = (
        ("SNR, 5 to 35 dB", "median", errors.abs().median(), 3.0, "dB", len(errors)),
        ("bandwidth", "median", 100 * width.abs().median(), 5.0, "%", len(width)),
        ("loudness against FFmpeg", "largest", _largest(refs.lufs), 0.1, "LU", len(refs.lufs)),
        (
            "true peak against FFmpeg",
            "largest",
            _largest(refs.peak_db),
            0.2,
            "dB",
            len(refs.peak_db),
        ),
        ("DNSMOS against speechmos", "largest", _largest(refs.dnsmos), 0.01, "", len(refs.dnsmos)),
    )
    for name, which, value, most, unit, count in found:
        if count:
            said = f"{'yes' if value <= most else 'no'}: {value:.4g} {unit}".rstrip()
            asked = f"{which} error at most {most:g} {unit}".rstrip()
            yield name, asked, f"{said} over {count} clips"


def _largest(values: Iterable[float]) -> float:
    return max(map(abs, values), default=math.nan)


def _target(
    kind: Kind, found: Iterable[Recall], strengths: Iterable[float], least: float
) -> Iterator[tuple[str, str, str]]:
    wanted = set(strengths)
    aimed = [r for r in found if r.strength in wanted]
    if not aimed:
        return
    hits, total = sum(r.caught for r in aimed), sum(r.clips for r in aimed)
    where = kind.name
    if len(kind.strengths) > 1:
        shown = ", ".join(f"{r.strength:g}" for r in aimed)
        where = f"{where} {shown} {kind.unit}".rstrip()
    yield where, f"at least {least:.0%}", _held(hits, total, least=least)


def _held(hits: int, total: int, *, most: float = 1.0, least: float = 0.0) -> str:
    good = least * total <= hits <= most * total
    return f"{'yes' if good else 'no'}: {_share(hits, total)}"


def _share(hits: int, total: int) -> str:
    low, high = wilson(hits, total)
    share = hits / total if total else math.nan
    return f"{share:.3f} ({hits} of {total}, {low:.3f} to {high:.3f})"


def _key(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "_", name).strip("_").lower()


# The page.


def write_page(outcome: Outcome, docs: Path, command: str) -> None:
    """Renew the benchmark's part of docs/accuracy.md and its pictures; the rest stays."""
    pictures = docs / "accuracy"
    pictures.mkdir(exist_ok=True)
    part = outcome.parts[FIRST]
    graded = [(k, part.recalls(k)) for k in outcome.kinds if len(part.recalls(k)) > 1]
    (pictures / "recall.svg").write_text(panels(graded))
    noise = {kind: _estimates(part.spoilt[kind]) for kind in NOISES if kind in part.spoilt}
    (pictures / "snr.svg").write_text(estimates(noise))
    page = docs / "accuracy.md"
    old = page.read_text() if page.exists() else "# Accuracy\n"
    if MARK not in old:
        title, _, rest = old.partition("\n")
        old = f"{title}\n\n{MARK}\n{END}\n{rest}"
    before, rest = old.split(MARK, 1)
    after = rest.split(END, 1)[1]
    written = "\n".join(_page(outcome, command))
    page.write_text(f"{before}{MARK}\n\n{written}\n\n{END}{after}")


def _estimates(rows: pd.DataFrame) -> list[tuple[float, float, float, float]]:
    """Planted SNR with the 10th percentile, median and 90th percentile of the estimated."""
    found = []
    for strength in sorted(rows["strength"].unique()):
        values = rows.loc[rows["strength"] == strength, "snr_db"].dropna()
        low, middle, high = (float(values.quantile(q)) for q in (0.1, 0.5, 0.9))
        found.append((float(strength), low, middle, high))
    return found


def _page(outcome: Outcome, command: str) -> Iterator[str]:
    yield "## Planted defects\n"
    yield f"Measured with `{command}`.\n"
    yield _ABOUT
    yield f"The recogniser of everything here: {outcome.recogniser}.\n"
    for split in (TUNING, REPORTED_SPLIT):
        voices = (
            f"{lang} {', '.join(f'`{v}`' for v in names)}" for lang, names in VOICES[split].items()
        )
        yield f"Voices, {split}: {'; '.join(voices)}.\n"
    yield "### Targets, on the reported split\n"
    yield "| what | asked | found (share, counts, 95 % interval) |\n|---|---|---|"
    yield from (f"| {name} | {asked} | {said} |" for name, asked, said in targets(outcome))
    yield "\n### Clean clips\n"
    yield "| source | split | clips | rejected | review | for more than rate | rules that spoke |"
    yield "|---|---|---|---|---|---|---|"
    for name, part in outcome.parts.items():
        yield from (_alarm(a, name.split()[1]) for a in part.alarms())
    yield _RATES
    yield from _labels(outcome)
    yield "### Recall by strength\n"
    yield "![Recall by strength](accuracy/recall.svg)\n"
    yield "Filled: recall with its 95 % interval; dashed: AUROC of the defect's column.\n"
    for name in (n for n in REPORTED if n in outcome.parts):
        yield f"\n#### {name}\n"
        yield (
            "| defect | strength | clips | recall (95 % interval) | of these rejected |"
            " other reasons | AUROC | of column | tau |\n"
            "|---|---|---|---|---|---|---|---|---|"
        )
        for kind in outcome.kinds:
            yield from _rows(kind, outcome.parts[name].recalls(kind))
    if outcome.ladders:
        yield from _ladders(outcome)
    yield "\n### Estimated against planted SNR\n"
    yield "![Estimated against planted SNR](accuracy/snr.svg)\n"
    yield "Line: median; band: from the 10th to the 90th percentile.\n"
    yield "```text"
    yield from _references(outcome)
    yield "```"


def _labels(outcome: Outcome) -> Iterator[str]:
    yield "\n### Right labels\n"
    yield _RIGHT
    yield "| source | language | clips | corpus WER | corpus CER | accepted | review | rejected |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in (n for n in REPORTED if n in outcome.parts):
        for r in right(outcome.parts[name]):
            well = "**" if r.well_heard else ""
            low, high = wilson(r.rejected, r.clips)
            yield (
                f"| {name} | {r.language} | {r.clips} | {r.wer:.1%} | {well}{r.cer:.1%}{well} |"
                f" {r.accepted} | {r.review} | {r.rejected} ({low:.1%} to {high:.1%}) |"
            )
    part = outcome.parts[FIRST]
    if found := edited_by_length(part):
        yield "\n### Edited labels\n"
        yield _EDITED
        yield (
            "| language | words of the right label | edits |"
            " accepted (95 % interval) | rejected |\n|---|---|---|---|---|"
        )
        yield from (_edit(e, f"{e.what} | {e.length or 'any'}") for e in found)
        yield "\n| edit | edits | accepted (95 % interval) | rejected |\n|---|---|---|---|"
        yield from (_edit(e, e.what) for e in edited_by_kind(part))
    if outcome.mistakes:
        yield "\n### Kokoro's own mistakes\n"
        yield _MISTAKES
        yield "| language | label | heard | verdict | reasons |\n|---|---|---|---|---|"
        for m in outcome.mistakes:
            heard = m.heard.replace("|", "/")
            yield f"| {m.language} | {m.text} | {heard} | {m.verdict} | {m.reasons} |"
    yield ""


def _edit(edit: Edited, what: str) -> str:
    low, high = wilson(edit.accepted, edit.clips)
    share = edit.accepted / edit.clips
    return (
        f"| {what} | {edit.clips} | {edit.accepted}: {share:.1%} ({low:.1%} to {high:.1%}) |"
        f" {edit.rejected} |"
    )


def _ladders(outcome: Outcome) -> Iterator[str]:
    yield "\n### Score by strength\n"
    yield _LADDERS
    yield "| defect | clips | clean | mean score at each strength | tau | of a clip |"
    yield "|---|---|---|---|---|---|"
    for kind in outcome.kinds:
        if ladder := outcome.ladders.get(kind.name):
            steps = ", ".join(
                f"{strength:g}: {mean:.1f}"
                for strength, mean in zip(kind.strengths, ladder.means, strict=True)
            )
            name = f"{kind.name}, {kind.unit}" if kind.unit else kind.name
            yield (
                f"| {name} | {len(ladder.scores)} | {ladder.clean:.1f} | {steps} |"
                f" {ladder.tau:.2f} | {ladder.tau_of_a_clip:.2f} |"
            )


def _alarm(a: Alarms, split: str) -> str:
    rules = ", ".join(f"{rule} {count}" for rule, count in a.reasons.items())
    low, high = wilson(a.rejected, a.clips)
    least, most = wilson(a.review, a.clips)
    return (
        f"| {a.group} | {split} | {a.clips} | {a.rejected} ({low:.1%} to {high:.1%}) |"
        f" {a.review} ({least:.1%} to {most:.1%}) | {a.others} | {rules} |"
    )


def _rows(kind: Kind, found: list[Recall]) -> Iterator[str]:
    value = _column_tau(kind, found) if kind.graded and len(found) > 2 else math.nan
    for i, r in enumerate(found):
        low, high = r.interval
        strength = f"{r.strength:g} {kind.unit}".rstrip() if len(kind.strengths) > 1 else ""
        aimed = "**" if r.strength in kind.targeted and kind.target else ""
        shown = f"{value:.2f}" if i == 0 and not math.isnan(value) else ""
        area = "" if math.isnan(r.auroc) else f"{r.auroc:.3f}"
        yield (
            f"| {kind.name if i == 0 else ''} | {strength} | {r.clips} |"
            f" {aimed}{r.share:.1%}{aimed} ({low:.1%} to {high:.1%}) | {r.rejected} | {r.other} |"
            f" {area} | {kind.column} | {shown} |"
        )


_RATES = """
"For more than rate": clips that other rules than `sample-rate` and `bandwidth` turned down or sent
to review. A source below 24 kHz is rejected as a whole by `sample-rate`, as the collection asks.
"""
_ABOUT = """\
Kokoro-82M speaks texts that were written for the benchmark (`benchmarks/texts`): statements,
questions, lists, numbers, dates, money. Bounds are tuned on one split of voices and texts,
everything below is the other one; no text is in both, and no voice but French's only one and the
whispering `af_nicole`. Texts that espeak-ng, Kokoro's front end, misreads were set apart by its
phonemes ("Kokoro's own mistakes" below); no clip was left out after it was heard, so that whatever
else Kokoro says wrongly counts against us. Each planted clip takes the place of its clean source
among its voice's clips, of which a fifth is spoilt at a time, and is judged by the real scorers and
the policy `tts-v1`. It is caught where it is rejected or in review for a right reason;
`benchmarks/defects/kinds.py` says which rules are right for which defect. Strengths in bold have a
target.

Clean clips are judged by all scorers. Planted ones are judged by those that can tell: noise and
rooms by all but the recogniser, defects of the label and lost speech by the recogniser, pauses and
tempo, the rest by the signal scorers without DNSMOS. `tau` is Kendall's tau-b between strength and
the median of the defect's column, 1 where each step of strength makes it worse. Clips of `data` are
real clips of public repositories, those of `hts` Festival's. The same tables, with the truth, lie
in the work folder for `tenhours calibrate`.
"""
_RIGHT = """\
Clean clips under their own labels, by the recogniser, pauses and tempo alone, without what is said
of a file as such (its rate, its length). The error rates are the recogniser's own, over all clips
of the language together; in bold those of languages that it hears well, under 10 %.
"""
_EDITED = """\
One word of the label exchanged, left out or added, judged likewise. Words come from other labels of
the language; a word that is exchanged, left out or added has three letters at least, and espeak-ng
reads the edited label otherwise than the right one: what sounds alike cannot be told by listening.
"""
_MISTAKES = """\
Texts that Kokoro's front end, espeak-ng, misreads: what is said is not what is written, so that
they are planted defects of their own kind. None should be accepted.
"""
_LADDERS = """\
A clip of each of six voices takes every strength in turn, alone in its place among the
clean clips of its voice, measured by all scorers, the recogniser where words are lost; `clean` is
their own mean score. `tau` is Kendall's tau-b between strength and falling mean score, `of a clip`
the median of the taus of single clips.
"""
