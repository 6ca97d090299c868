"""`tenhours doctor --verify-asr`: what a ladder confirms of one's clips against its last step."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from clips.submission import Submission, read_submission
from clips.table import Clip
from flows.answers import recall
from flows.files import default_store
from flows.measure import Work
from flows.plan import key, plan
from flows.policies import checked_policy
from flows.prepare import pick_device, scorers_of
from flows.progress import progress
from flows.request import Request
from flows.runners.local import Local
from flows.say import say
from flows.store import Store
from scorers.asr.scorer import Asr
from scorers.base import Measured

MOVING = ("avg_logprob", "label_logprob", "label_least_logprob", "uncovered_s", "language_prob")
SHOWN = 20


@dataclass(frozen=True)
class Pair:
    """One clip by the ladder, and by its last step in full."""

    clip: Clip
    ladder: Measured
    full: Measured

    @property
    def confirmed_by(self) -> str:
        """Which step confirmed the label, ``""`` for none."""
        return str(self.ladder.details.get("confirmed_by", ""))

    @property
    def agrees(self) -> bool:
        """Whether the full decoding has the label's words, too."""
        return self.full.values["wer_errors"] == 0


def verify(path: str, policy_name: str, asr_model: str | None) -> int:
    """Print how what the ladder confirms of a submission agrees with its last step in full.

    Returns:
        0 where each label that is confirmed is heard by the last step in full, too; 1 otherwise.

    Raises:
        ScoringError: a recogniser cannot be had.
        SubmissionError: the path is no submission.
    """
    policy = checked_policy(policy_name)
    request = Request(path=path, out="", policy=policy_name, asr_model=asr_model, scorers=("asr",))
    device = pick_device(request.device)
    (asr,) = (s for s in scorers_of(request, policy, device) if isinstance(s, Asr))
    submission = read_submission(path, policy.reading_limits)
    ladder = _measured(submission, asr, device)
    full = _measured(submission, replace(asr, before=(), sure=None), device)
    pairs = [
        Pair(c, ladder[c.clip_id], full[c.clip_id])
        for c in submission.clips
        if c.clip_id in ladder and c.clip_id in full
    ]
    for line in lines(pairs):
        say(line)
    return int(any(p.confirmed_by and not p.agrees for p in pairs))


def lines(pairs: list[Pair]) -> Iterator[str]:
    """What is printed: counts, clips that differ, and how far the columns move."""
    confirmed = [p for p in pairs if p.confirmed_by]
    differ = [p for p in confirmed if not p.agrees]
    heard = sum(p.agrees for p in pairs)
    yield f"{len(pairs)} clips; of {heard} the last step's full decoding is the label."
    for step, count in Counter(p.confirmed_by for p in confirmed).most_common():
        yield f"{count} confirmed by {step}."
    yield f"{len(pairs) - len(confirmed)} decoded in full by the last step."
    yield f"{len(differ)} confirmed, but heard otherwise by the last step in full."
    for pair in differ[:SHOWN]:
        label, other = pair.clip.text, pair.full.details["transcript"]
        yield f"  {pair.clip.voice}/{pair.clip.audio_file}: “{label}” in full “{other}”"
    for name in MOVING:
        moves = sorted(_moves(confirmed, name))
        if moves:
            yield (
                f"{name}: in full {moves[len(moves) // 2]:+.3f} (median),"
                f" {moves[0]:+.3f} to {moves[-1]:+.3f}."
            )


def _moves(pairs: list[Pair], column: str) -> Iterator[float]:
    for pair in pairs:
        confirmed, full = pair.ladder.values[column], pair.full.values[column]
        if confirmed is not None and full is not None:
            yield full - confirmed


def _measured(submission: Submission, asr: Asr, device: str) -> Mapping[str, Measured]:
    """Clip id -> row, measured as far as it is not stored."""
    store = Store(default_store())
    clips = [c for c in submission.clips if c.audio and c.text.strip()]
    recall(clips, (asr,), store)
    runner = Local()
    todo = plan(clips, (asr,), store, workers=runner.workers)
    work = Work(submission.open_audio, (asr,), store.root, device)
    total = sum(t.duration_s for batch in todo.batches for t in batch)
    with progress(total, "Decoding in full" if asr.sure is None else "Decoding") as shown:
        for done in runner.run(work, todo.batches):
            shown.advance(done.seconds)
    keys = {c.clip_id: key(asr, c) for c in clips}
    rows = dict(store.rows(asr, set(keys.values())))
    found = ((clip_id, rows.get(wanted)) for clip_id, wanted in keys.items())
    return {clip_id: row for clip_id, row in found if isinstance(row, Measured)}
