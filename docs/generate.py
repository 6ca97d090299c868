"""Writes docs/columns.md, docs/policy.md and docs/commands.md from the code: `make docs`."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from clips.columns import Column
from clips.rules import INTAKE_RULES, Rule
from clips.table import FACTS
from flows.policies import every_column
from scorers.asr.columns import COLUMNS as ASR_COLUMNS
from scorers.catalog import OPTIONAL_SCORERS, SIGNAL_SCORERS
from selection.derived import DERIVED
from selection.policy import Floor, LengthShare, Policy, Terms, load_policy
from selection.rules.judging import (
    DUPLICATE_RULES,
    JUDGING_RULES,
    MAINTAINER_RULES,
    MISPLACED_RULES,
    RECOGNISER_RULES,
    TEXT_RULES,
)
from selection.rules.terms import TERMS_RULES

FOLDER = Path(__file__).parent
NOTE = "<!-- Written by `make docs`; change the code instead. -->\n"
COMMANDS = (
    *(
        "init",
        "check",
        "convert",
        "score",
        "gate",
        "select",
        "reselect",
        "mix",
        "hours",
        "inbox",
        "up",
        "export",
        "report",
        "compare",
        "site",
        "calibrate",
        "approve",
        "decline",
        "history",
        "forget",
        "owed",
        "delivered",
        "ledger",
        "models",
        "store",
    ),
    "doctor",
)
INNER = (
    ("models", ("list", "fetch", "check")),
    ("store", ("check", "prune")),
    ("ledger", ("init", "upgrade", "check", "backup", "restore", "agree", "export")),
)


def columns() -> str:
    """Every column of clips.parquet that holds a number."""
    groups: list[tuple[str, tuple[Column, ...]]] = [
        ("header", FACTS),
        ("asr", ASR_COLUMNS),
        *((s.name, s.columns) for s in (*SIGNAL_SCORERS, *OPTIONAL_SCORERS)),
        ("derived when deciding", DERIVED),
    ]
    lines = [
        "# Columns",
        NOTE,
        "Numbers in `clips.parquet`, by scorer. A missing value has its reason in `findings.csv`",
        "or the report; it is never a made-up number. Columns of text, such as the transcript, are",
        "in [tables.md](tables.md).",
    ]
    for name, declared in groups:
        lines += [
            f"\n## {name}\n",
            "| column | unit | better | range | what it is | source |",
            "|---|---|---|---|---|---|",
            *(f"| {' | '.join(_column(c))} |" for c in declared),
        ]
    return "\n".join(lines) + "\n"


def policy() -> str:
    """Every rule id with its bounds in the shipped policy."""
    shipped = load_policy()
    return "\n".join(
        [
            "# The policy",
            NOTE,
            _INTRODUCTION,
            "## Measured rules\n",
            f"Bounds of `{shipped.name}`. A value at a bound passes.\n",
            "| rule | column | review | reject | no value | why | what to do |",
            "|---|---|---|---|---|---|---|",
            *_rules(shipped),
            "\n## Findings of reading\n",
            *_meanings(shipped, _READING),
            "\n## Whose fault an error is\n",
            _FAIRNESS,
            *_meanings(shipped, (*RECOGNISER_RULES, *MISPLACED_RULES)),
            "\n| `[fairness]` | bound |",
            "|---|---|",
            *(f"| `{name}` | {bound:g} |" for name, bound in shipped.fairness),
            "\n## Terms of the collection\n",
            _TERMS,
            _parked(shipped.terms),
            *_meanings(shipped, TERMS_RULES),
            "\nWanted, in this order:\n",
            *(
                f"{o.rank}. {o.about}"
                for o in sorted(shipped.terms.offers.values(), key=lambda o: o.rank)
            ),
            "\n### Priority\n",
            _PRIORITY,
            "| part | points | of them |",
            "|---|---|---|",
            *_points(shipped),
            "\n## Ranking\n",
            _RANKING,
            "| column | weight | enough |",
            "|---|---|---|",
            *(
                f"| `{name}` | {weight:g} | {_enough(shipped, name)} |"
                for name, weight in shipped.weights.items()
            ),
            "\n## Selection\n",
            _SELECTION,
            "| `[selection.terms]` | weight | why |",
            "|---|---|---|",
            *(f"| `{n}` | {t.weight:g} | {t.why} |" for n, t in shipped.selection.terms.items()),
            "\n| `[selection.shares]` | phoneme tokens | share of the seconds | why |",
            "|---|---|---|---|",
            *(
                f"| `{n}` | {_lengths(s)} | {s.share:.0%} | {s.why} |"
                for n, s in shipped.selection.shares.items()
            ),
            *_floor(shipped.selection.floor),
            "",
        ]
    )


def _floor(floor: Floor | None) -> Iterator[str]:
    if floor:
        yield (
            f"\n`[selection.floor]`: the mean `{floor.column}` over the selected clips is at most"
            f" {floor.below_score:g} below that over the best ranks, as far as the shares leave"
            f" room. {floor.why}"
        )


def _lengths(share: LengthShare) -> str:
    if share.below_tokens is None:
        return f"{share.from_tokens} and more"
    return f"{share.from_tokens} to {share.below_tokens - 1}"


def _enough(policy: Policy, name: str) -> str:
    bound = policy.enough.get(name)
    unit = every_column()[name].unit
    return "" if bound is None else f"{bound:g} {unit}".strip()


def commands() -> str:
    """What `--help` prints."""
    parts = ["# Commands\n", NOTE]
    for command in (*COMMANDS, *(f"{group} {name}" for group, names in INNER for name in names)):
        printed = subprocess.run(
            [sys.executable, "-m", "flows", *command.split(), "--help"],
            capture_output=True,
            text=True,
            check=True,
            cwd=FOLDER.parent,
            env={"PATH": "", "COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"},
        ).stdout
        text = re.sub(r"[ \t]+$", "", printed, flags=re.MULTILINE).strip()
        parts.append(f"## tenhours {command}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


_READING = (
    *INTAKE_RULES.values(),
    *JUDGING_RULES,
    *DUPLICATE_RULES,
    *TEXT_RULES,
    *MAINTAINER_RULES,
)
PAGES = {"columns.md": columns, "policy.md": policy, "commands.md": commands}

_INTRODUCTION = """\
A policy is a TOML file. `tts-v1` is shipped; a file of your own extends it and says for each rule
that it changes why:

```toml
name = "mine"
extends = "tts-v1"

[rules.snr]
reject_below = 20.0
why = "Our vocoder learns noise below 20 dB."
```

A rule has up to four bounds on one column: `reject_below`, `review_below`, `review_above` and
`reject_above`; `inf` or `-inf` takes an inherited one off. `unknown` says what a clip without that
measurement gets (`skip`, `review` or `reject`). A clip's verdict is the worst of its findings, and
all of its reasons are kept. `says` and `remedy` are its words: what is wrong, and what to do.
`[findings]` gives other rules another verdict than the one below. Changing a policy never measures
again. Its name and hash are in `summary.json` and in the report.

`[limits]` bounds what reading a submission may cost, such as `audio_file_bytes` or `decode_s`;
[`clips/limits.py`](../clips/limits.py) lists them with their defaults.
"""


_TERMS = """\
`[terms]` says what the collection takes, whatever it sounds like: stages, providers, models,
voices, licence, languages. What is found of a whole submission or a whole voice counts for each of
its clips, as one more reason with that verdict, so that none of them is selected. `tenhours score`
and `tenhours gate` take what was approved before with `--approved description,samples`, and while
the collection is paused (`paused_from`) an arrival that was agreed before with `--agreed-arrival`.
What arrived before the pause stays accepted: `--arrived` says when that was, and an inbox notes it.
"""


def _parked(terms: Terms) -> str:
    of = terms.languages
    return f"""\
Only a payload is selected from. What comes as a description or as samples is scored and parked:
samples are {terms.samples_per_voice} clips of each voice or more (`samples_per_voice`) and up to\
 {terms.samples_most_minutes:g} minutes of it
(`samples_most_minutes`), a description has no audio.

A language that is not among the `established` is parked up to {of.new_language_hours:g} approved\
 hours (`new_language_hours`)
over all of its voices in the submission, and whatever its hours while its text cannot be turned\
 into
phonemes (`with_phonemes`). A submission knows of no other: where several hold the hours together,
`tenhours reselect`, `select`, `mix` and `hours` take them so; add it to `established` then.
"""


_PRIORITY = """\
A submission's priority is in `summary.json` and in the report. Each part gives a share of its
points, the mean over the voices by their audio (by the hours announced where there is none yet).
Low priority is scored and kept, nothing of it is selected and nothing is promised.
"""


def _points(shipped: Policy) -> Iterator[str]:
    of = shipped.terms.priority
    parts = (
        ("provider", of.provider, "all for the first that is wanted, half for the last"),
        (
            "format",
            of.format,
            f"all for WAV, {of.lossless:.0%} for other lossless audio, {of.lossy:.0%} for lossy;"
            f" none below {shipped.terms.preferred_rate_hz:g} Hz; left out without audio",
        ),
        (
            "completeness",
            of.completeness,
            "the share of wanted fields that are filled in, times the share of labelled audio",
        ),
        ("publish", of.publish, "all with the permission to publish the voicepack as it is"),
    )
    for name, most, how in parts:
        yield f"| {name} | {most:g} | {how} |"
    low = (
        "providers and models that are not wanted or not known, recordings of people, unsegmented"
        f" or unlabelled voices, and payloads below {shipped.terms.small_hours:g} h"
    )
    yield (
        f"\nOf 100 points, {of.high_from:g} and more are high priority and less than"
        f" {of.normal_from:g} low. Low in any case: {low}."
    )


_RANKING = """\
Clips of a voice are ordered by verdict, then by score, from 0 to 100. A clip within all bounds has
the weighted mean of its percentiles within its voice, so that 50 is ordinary. What lies beyond a
bound divides it by one plus how far: 1 more at the reject bound, 2 at twice the way from the review
bound to it, and so on, summed over the rules (of a rule with one bound the bound itself is the
scale; a rule with `graded = false` adds 1 and no more); a value that cannot be measured and should
be adds 10.

Values at `[enough]`, in the units of the columns, and better are all as good: what nobody hears
orders no clips. A column that most of a voice's clips lack, as whispered ones their harmonics,
orders none of them.
"""
_SELECTION = """\
The verdict is a gate; among the accepted clips of a voice those are selected that add the most, and
not only the cleanest: a ranking by quality alone takes the variation out of a voice.
[selection.md](selection.md) has what that comes to.

- A selection is worth what `[selection.terms]` say, each term scaled to 1 for what the whole voice
  has. `diphones`, `words` and `kinds` of sentences count by the logarithm of one and the number of
  clips that have them, so that what is rare counts and what is common hardly does. A column counts
  by how nearly the time in each of its tenths is as the voice itself has it. `quality` is the
  score, by the second.
- Clips are taken one by one, the one that adds the most per second first. A share of the budget is
  served before the rest (`[selection.shares]`). Of clips with the same text one is taken; the
  others come when nothing else fits. No label beyond `most_tokens` is selected.
- `[selection.floor]` bounds what variety may cost: where the mean of a column would fall further
  below that of the best ranks, the column counts beside the terms, as little as keeps the bound.
- What comes out does not depend on the order of the rows. Where all that is accepted fits into the
  budget, all of it is selected, within `most_tokens`.
- `strategy = "score"` takes the best rank first, as long as it fits.
"""
_FAIRNESS = """\
A recogniser errs too, and a label should not be rejected for that.

- Agreement is proof, disagreement is not. Each step of `[asr] ladder`, such as
  `["base", "large-v3-turbo"]`, decodes a clip at its own length, which takes a sixth of the time
  (Whisper base, clips of 3 to 5 s), and every step but the last then in full; where that gives the
  label's words, and no column is beyond the bounds of `[asr.confirm]` or of a rule, the label is
  confirmed. Words that differ in marks which are not heard ("que", "qué") are the same word.
  What no step confirms is decoded in full by the last one, whose counts are judged: nothing is sent
  to review or rejected on a decoding at a clip's own length, or by a step before the last.
  `verify = "canonical"` decodes every clip in full by the last. The tables say
  who confirmed (`confirmed_by`); `tenhours doctor --verify-asr PATH` decodes clips of your own in
  both ways and says where they differ.
- A second opinion: a full transcript that differs from the label is decoded again in another way,
  and by a second recogniser where `[asr] second` or `--asr-second` names one. The best one
  stands; all are kept with who heard them.
- A word that is misheard in `misheard_share` of at least `misheard_sentences` different sentences
  of a voice, as something in its likeness (`likeness`), in clips whose other words were heard
  (`rest_wer`), is the recogniser's: `wer`, `cer` and both edge rates are without it, the counts
  keep it. A word that is not heard at all, or heard as a wholly different one, stays charged, and
  so does every word of a label that is another text.
- A label that the recogniser, made to write it, finds at most `label_odds` times less likely than
  what it heard (`label_log_odds`) is as good as heard: none of the clip's errors is charged. Not
  so where they are more than `rest_wer` of the words and of the characters, or at an edge with
  less than `edge_silence_s` of silence, or with speech that breaks off above `edge_level_db` before
  it: a recogniser also finds likely what was cut off. Nor where one of them is in a number or a
  sign (`number_errors`), which is never the recogniser's word either: it writes figures that were
  misread as readily as the right ones.
- A rule on an error rate asks for review in place of rejecting where fewer than `proof_cer` of the
  characters are wrong, where the recogniser finds the label likelier than `proof_logprob` when made
  to write it (`label_logprob`), where the clip is shorter than `proof_s`, where the transcript
  looks made up (`unique_share`, `chars_per_s`, `compression`, `repeated_share`) and the label does
  not, and where more than `other_script_share` of its letters are in another script than the
  language's.
- A recogniser that disagrees (`disagree_cer`) with more than `disagree_share` of a voice of
  `disagree_clips` clips and more is one finding of the voice, and its clips are for a person. What
  was heard is held against every label of the voice: it fits (`fits`) the file before or after, or
  some other one, or it is most like its own label (too weak a recogniser), or like none.

These bounds were set with Whisper base (int8) on commercial and open voices in 23 languages; other
recognisers want their own (`[asr] bounds_set_with`). On 602 other clips, of Kokoro in six languages
(`python -m benchmarks.defects`, [accuracy.md](accuracy.md)), and in one of them, Hindi, base hears
next to nothing:

| label | clips | accepted | rejected | CER | `label_logprob` |
|---|---|---|---|---|---|
| right | 518, 200 of them English | 414, 192 | 0 | at most 0.25 | at least -2.1 |
| right, Hindi | 84 | 0 | 0 | | at least -2.2 |
| another text | 150 | 0 | 150 | at least 0.70 | at most -3.5 |
| a text of another language | 75 | 0 | 69 | at least 0.41 | at most -2.7 |
| one word changed, missing or added | 1,065 | 0 | 2 | | |

Of those with one word edited `label_log_odds` is at most -3.4, above the bound in 3.
"""


def _meanings(shipped: Policy, rules: Iterable[Rule]) -> Iterator[str]:
    yield "| rule | what it means | verdict | found of | what to do |"
    yield "|---|---|---|---|---|"
    for rule in rules:
        cells = (
            *(f"`{rule.id}`", rule.about, shipped.verdicts[rule.id], " or ".join(rule.scope)),
            remedies(rule).replace("|", "\\|"),
        )
        yield f"| {' | '.join(cells)} |"


def remedies(rule: Rule) -> str:
    """What a rule asks for, with dots in the place of what only a finding knows."""
    every = dict.fromkeys(rule.words(form).remedy for form in rule.forms)
    return " / ".join(re.sub(r"{{|}}|{\w+}", _blank, remedy) for remedy in every)


def _blank(match: re.Match[str]) -> str:
    return match[0][0] if match[0] in ("{{", "}}") else "…"


def _rules(shipped: Policy) -> Iterator[str]:
    for rule_id, rule in shipped.rules.items():
        review = _bounds(rule.review_below, rule.review_above, rule.unit)
        reject = _bounds(rule.reject_below, rule.reject_above, rule.unit)
        column = f"`{rule.column}`"
        cells = (f"`{rule_id}`", column, review, reject, rule.unknown, rule.why, rule.remedy)
        yield f"| {' | '.join(cells)} |"


def _column(c: Column) -> tuple[str, ...]:
    return (f"`{c.name}`", c.unit or "-", c.better, _range(c), c.about, c.source)


def _bounds(below: float | None, above: float | None, unit: str) -> str:
    parts = [
        f"{side} {bound:g} {unit}".rstrip()
        for side, bound in (("below", below), ("above", above))
        if bound is not None
    ]
    return ", ".join(parts) or "-"


def _range(column: Column) -> str:
    low = "" if column.low is None else f"{column.low:g}"
    high = "" if column.high is None else f"{column.high:g}"
    return f"{low} … {high}" if low or high else "any"


if __name__ == "__main__":
    for name, page in PAGES.items():
        (FOLDER / name).write_text(page(), encoding="utf-8")
