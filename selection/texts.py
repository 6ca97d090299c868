"""What the labels of a table say: phonemes, kind of sentence, words and diphones."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from clips.columns import Column
from clips.table import Finding
from clips.words import Quote
from selection.phonemes import LETTERS, STRESS, outside, speak, spelled, words_in
from selection.rules import words as said
from selection.rules.judging import OUTSIDE

KINDS = ("statement", "question", "exclamation", "list item")
TEXT_COLUMNS: tuple[Column, ...] = (
    Column(
        *("phoneme_tokens", "tokens", "neither", 0.0, None),
        "Length of the label in phoneme tokens, stress marks, blanks and punctuation included;"
        " in letters where nothing here reads the language.",
        "misaki's lexicons; espeak-ng where it is installed",
    ),
)
_CLOSING = "\"'”’»)]} \t\n"
_QUESTION, _EXCLAMATION, _STOP = frozenset("?？؟⸮;"), frozenset("!！"), frozenset(".。।…॥۔።")
_EDGE = "\n"  # before the first phone and after the last
_SMALL = 0x110000  # numbers that a table is made for

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Units:
    """Which units each text has, each once.

    Args:
        row: ``(m,)`` position of the text, ascending.
        unit: ``(m,)`` from 0 to ``count``, ascending within a text.
        count: how many different units there are.
    """

    row: Ints
    unit: Ints
    count: int


def read_labels(table: pd.DataFrame) -> pd.DataFrame:
    """Labels as phonemes.

    Args:
        table: ``text, language``.

    Returns:
        On the same index ``phonemes``, ``""`` where nothing here reads the language;
        ``phonemes_by``, who read them; ``phoneme_tokens``; ``sentence_kind``, one of `KINDS`. All
        are missing where there is no label.
    """
    out = pd.DataFrame(
        {"phonemes": "", "phonemes_by": "", "phoneme_tokens": np.nan, "sentence_kind": ""},
        index=table.index,
    )
    labelled = table[table["text"].str.strip() != ""]
    for language, texts in labelled.groupby("language", sort=True)["text"]:
        spoken = speak(texts.tolist(), str(language))
        out.loc[texts.index, "phonemes_by"] = spoken.reader
        out.loc[texts.index, "phoneme_tokens"] = [float(len(p)) for p in spoken.phonemes]
        if spoken.is_phonemes:
            out.loc[texts.index, "phonemes"] = np.array(spoken.phonemes, dtype=object)
        out.loc[texts.index, "sentence_kind"] = [kind(text) for text in texts.tolist()]
    return out


def find_outside(table: pd.DataFrame) -> Iterator[Finding]:
    """Labels with symbols that the model's text encoder has no place for.

    Args:
        table: ``voice, clip_id, audio_file, phonemes``.
    """
    if not outside("".join(set().union(*table["phonemes"].tolist()))):
        return
    odd = table["phonemes"].map(outside)
    for clip in table.assign(odd=odd)[odd != ""].to_dict("records"):
        yield Finding(
            OUTSIDE,
            said(OUTSIDE, symbols=Quote(" ".join(clip["odd"]))),
            "clip",
            str(clip["voice"]),
            str(clip["clip_id"]),
            str(clip["audio_file"]),
        )


def kind(text: str) -> str:
    """Kind of sentence by its last sign: one that ends open is an item of a list.

    >>> kind("Really?"), kind("«Stop!»"), kind("It rains."), kind("eggs,"), kind("Chapter one")
    ('question', 'exclamation', 'statement', 'list item', 'list item')
    """
    last = text.rstrip(_CLOSING)[-1:]
    if last in _QUESTION:
        return "question"
    if last in _EXCLAMATION:
        return "exclamation"
    return "statement" if last in _STOP else "list item"


def same_text(text: str) -> str:
    """What two labels have in common that are the same text: words, without case and signs."""
    return " ".join(words_in(text, ""))


def word_units(table: pd.DataFrame) -> Units:
    """Words of the labels.

    Args:
        table: ``text, language``.
    """
    columns = (table[name].tolist() for name in ("text", "language"))
    said = [words_in(text, language) for text, language in zip(*columns, strict=True)]
    ids = {word: i for i, word in enumerate(sorted(set(chain.from_iterable(said))))}
    flat = np.fromiter((ids[word] for word in chain.from_iterable(said)), np.int64)
    row = np.repeat(np.arange(len(said)), [len(mine) for mine in said])
    return _once(row, flat, len(ids))


def diphone_units(table: pd.DataFrame) -> Units:
    """Pairs of neighbouring phones, silence at both ends included; of letters where there are no
    phonemes.

    Stress, blanks and punctuation do not count; a mark such as of length belongs to its phone.

    Args:
        table: ``text, phonemes, phonemes_by``.
    """
    return diphones(table)[0]


def diphones(table: pd.DataFrame) -> tuple[Units, Callable[[int], str]]:
    """`diphone_units`, and what writes one of them: ``#`` stands for the silence at an end."""
    said = [
        spelled(text) if by in ("", LETTERS) else phonemes
        for text, phonemes, by in zip(
            *(table[name].tolist() for name in ("text", "phonemes", "phonemes_by")), strict=True
        )
    ]
    joined = _EDGE + _EDGE.join(said) + _EDGE
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    symbols, place = _numbered(codes)
    kinds = np.array([_kind_of_symbol(chr(c)) for c in symbols.tolist()])[place]
    codes, place, kinds = (each[kinds != _DROP] for each in (codes, place, kinds))
    phone = np.cumsum(kinds != _MARK) - 1
    marks = kinds == _MARK
    merged = place[~marks]
    np.add.at(merged, phone[marks], symbols.size * (1 + place[marks]))
    edge = merged == np.searchsorted(symbols, ord(_EDGE))
    row = np.cumsum(edge) - 1
    pairs = ~(edge[:-1] & edge[1:])
    different, phones = _numbered(merged)
    diphone = (phones[:-1] * different.size + phones[1:])[pairs]
    different, unit = _numbered(diphone)
    (begins,), (pair,) = np.nonzero(~marks), np.nonzero(pairs)
    first = np.zeros(different.size, np.int64)
    first[unit[::-1]] = pair[::-1]

    def written(n: int) -> str:
        start, end = begins[first[n]], begins[first[n] + 2 : first[n] + 3]
        return "".join(map(chr, codes[start : end[0] if end.size else None])).replace(_EDGE, "#")

    return _once(row[:-1][pairs], unit, different.size), written


def _numbered(values: Ints) -> tuple[Ints, Ints]:
    """Different values in order, and the place of each among them; quick where they are small."""
    if values.max(initial=0) > max(_SMALL, values.size):
        different, place = np.unique(values, return_inverse=True)
        return different, place.astype(np.int64)
    different = np.flatnonzero(np.bincount(values))
    number = np.zeros(int(values.max(initial=0)) + 1, np.int64)
    number[different] = np.arange(different.size)
    return different, number[values]


_DROP, _PHONE, _MARK = 0, 1, 2


def _kind_of_symbol(symbol: str) -> int:
    if symbol == _EDGE:
        return _PHONE
    category = unicodedata.category(symbol)
    if symbol in STRESS or category[0] not in "LMN":
        return _DROP
    return _MARK if category[0] == "M" or symbol in "ːʰʲ" else _PHONE


def _once(row: Ints, unit: Ints, count: int) -> Units:
    pairs = np.sort(row * max(count, 1) + unit)
    pairs = pairs[np.append(True, pairs[1:] != pairs[:-1])[: pairs.size]]
    return Units(pairs // max(count, 1), pairs % max(count, 1), count)


def coverage(units: Units, rows: Iterable[int]) -> float:
    """Share of the units that the given texts have, 0 to 1; 1 where there are none."""
    chosen = np.isin(units.row, list(rows))
    return np.unique(units.unit[chosen]).size / units.count if units.count else 1.0
