"""Answers of models that are stored for themselves, and the rows that follow from them."""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from clips.columns import Column
from clips.table import Clip
from flows.plan import key
from flows.store import Store
from scorers.base import Answer, Inquirer, Inquiry, Measured, Question, Row, Scorer, Unmeasurable
from scorers.catalog import refusal
from scorers.decoding import NAME as DECODING

K = TypeVar("K", bound=Hashable)
AT_ONCE = 50_000  # clips whose answers are held in memory
Answers = dict[str, dict[Question, Answer]]  # by digest of the audio


@dataclass(frozen=True)
class Table:
    """Answers of one kind and version in the store, without columns."""

    name: str
    version: str

    columns: ClassVar[tuple[Column, ...]] = ()


def recall(clips: Sequence[Clip], scorers: Sequence[Scorer], store: Store) -> None:
    """Store the rows of inquirers that need no audio, since they follow from what is stored.

    Whatever a model was asked before is compared anew; of what does not decode, an inquirer says
    what `decoding` said.
    """
    for scorer in scorers:
        if not isinstance(scorer, Inquirer):
            continue
        audible = [c for c in clips if c.audio and not refusal(scorer, c.language)]
        mine = {key(scorer, c): c for c in audible}
        done = store.keys(scorer, set(mine))
        new = [(wanted, c) for wanted, c in mine.items() if wanted not in done]
        for start in range(0, len(new), AT_ONCE):
            part = new[start : start + AT_ONCE]
            lost = _undecodable([c for _, c in part], scorers, store)
            rows = {wanted: lost[d] for wanted, c in part if (d := _digest(c)) in lost}
            asked = {
                wanted: (_digest(c), scorer.inquire(c.text, c.language))
                for wanted, c in part
                if wanted not in rows
            }
            store.write(scorer, rows | follow(asked, store, defaultdict(dict)))


def known(clips: Iterable[Clip], scorers: Sequence[Scorer], store: Store) -> Answers:
    """What is stored of the clips' audio, as far as the scorers would ask for it."""
    answers: Answers = defaultdict(dict)
    inquirers = [s for s in scorers if isinstance(s, Inquirer)]
    asked = {
        (scorer, c.clip_id): (_digest(c), scorer.inquire(c.text, c.language))
        for c in clips
        for scorer in inquirers
    }
    follow(asked, store, answers)
    return answers


def follow(
    inquiries: Mapping[K, tuple[str, Inquiry]], store: Store, answers: Answers
) -> dict[K, Row]:
    """Answer inquiries from the store, one question of each at a time, as far as that goes.

    Args:
        inquiries: each with the digest of its audio.
        store: where answers are.
        answers: takes up what was found.

    Returns:
        The rows of the inquiries that came to an end.
    """
    rows: dict[K, Row] = {}
    waiting: dict[K, tuple[str, Inquiry, Question]] = {}

    def go_on(name: K, audio: str, inquiry: Inquiry, answer: Answer | None) -> None:
        try:
            question = next(inquiry) if answer is None else inquiry.send(answer)
            waiting[name] = (audio, inquiry, question)
        except StopIteration as stop:
            rows[name] = stop.value

    for name, (audio, inquiry) in inquiries.items():
        go_on(name, audio, inquiry, None)
    while waiting:
        asked, waiting = waiting, {}
        found = _read(store, {(audio, question) for audio, _, question in asked.values()})
        for name, (audio, inquiry, question) in asked.items():
            if (audio, question) in found:
                answers[audio][question] = found[audio, question]
                go_on(name, audio, inquiry, found[audio, question])
    return rows


def keep(store: Store, answers: Answers, already: Mapping[str, set[Question]]) -> None:
    """Store what was asked anew.

    Args:
        store: where answers are.
        answers: all of some audio.
        already: those of them that are stored.
    """
    rows: MutableMapping[Table, dict[str, Row]] = defaultdict(dict)
    for audio, found in answers.items():
        for question, answer in found.items():
            if question not in already.get(audio, set()):
                rows[_table(question)][_key(audio, question)] = Measured({}, answer)
    for table, new in rows.items():
        store.write(table, new)
        store.compact(table)


def _read(
    store: Store, questions: Iterable[tuple[str, Question]]
) -> dict[tuple[str, Question], Answer]:
    tables: dict[Table, dict[str, tuple[str, Question]]] = defaultdict(dict)
    for audio, question in questions:
        tables[_table(question)][_key(audio, question)] = (audio, question)
    return {
        asked[wanted]: row.details
        for table, asked in tables.items()
        for wanted, row in store.rows(table, set(asked))
        if isinstance(row, Measured)
    }


def _undecodable(
    clips: Iterable[Clip], scorers: Iterable[Scorer], store: Store
) -> dict[str, Unmeasurable]:
    """Digest of audio that no scorer can be given -> why."""
    for scorer in scorers:
        if scorer.name == DECODING:
            audio = {key(scorer, c): _digest(c) for c in clips}
            rows = store.rows(scorer, set(audio))
            return {audio[k]: row for k, row in rows if isinstance(row, Unmeasurable)}
    return {}


def _table(question: Question) -> Table:
    return Table(question.table, question.version)


def _key(audio: str, question: Question) -> str:
    text = f"{audio}\0{question.text}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).hexdigest()[:32]


def _digest(clip: Clip) -> str:
    return clip.audio.sha256 if clip.audio else ""
