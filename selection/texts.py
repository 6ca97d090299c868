"""What the labels of a table say: phonemes, kind of sentence, words and diphones."""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
import numpy.typing as npt
import pandas as pd

from clips.columns import Column
from clips.table import Finding
from clips.words import Quote
from selection.phonemes import LETTERS, STRESS, outside, speak, spelled, words
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
_STEP = 0x110000  # codes of a phone with a mark lie above all code points

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
        spoken = speak(list(texts), str(language))
        out.loc[texts.index, "phonemes_by"] = spoken.reader
        out.loc[texts.index, "phoneme_tokens"] = [float(len(p)) for p in spoken.phonemes]
        if spoken.is_phonemes:
            out.loc[texts.index, "phonemes"] = np.array(spoken.phonemes, dtype=object)
        out.loc[texts.index, "sentence_kind"] = [kind(text) for text in texts]
    return out


def find_outside(table: pd.DataFrame) -> Iterator[Finding]:
    """Labels with symbols that the model's text encoder has no place for.

    Args:
        table: ``voice, clip_id, audio_file, phonemes``.
    """
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
    return " ".join(chain.from_iterable(words(token, "") for token in text.split()))


def word_units(table: pd.DataFrame) -> Units:
    """Words of the labels.

    Args:
        table: ``text, language``.
    """
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    said: list[list[str]] = []
    for text, language in zip(table["text"], table["language"], strict=True):
        mine: list[str] = []
        for token in text.split():
            key = (token, language)
            if key not in known:
                known[key] = words(token, language)
            mine += known[key]
        said.append(mine)
    ids = {word: i for i, word in enumerate(sorted(set(chain.from_iterable(known.values()))))}
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
    said = [
        spelled(text) if by in ("", LETTERS) else phonemes
        for text, phonemes, by in zip(
            table["text"], table["phonemes"], table["phonemes_by"], strict=True
        )
    ]
    joined = _EDGE + _EDGE.join(said) + _EDGE
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    symbols, place = np.unique(codes, return_inverse=True)
    kinds = np.array([_kind_of_symbol(chr(c)) for c in symbols.tolist()])[place]
    codes, kinds = codes[kinds != _DROP], kinds[kinds != _DROP]
    phone = np.cumsum(kinds != _MARK) - 1
    marks = kinds == _MARK
    merged = codes[~marks].copy()
    np.add.at(merged, phone[marks], _STEP * codes[marks])
    edge = merged == ord(_EDGE)
    row = np.cumsum(edge) - 1
    pairs = ~(edge[:-1] & edge[1:])
    _, phones = np.unique(merged, return_inverse=True)
    base = int(phones.max(initial=0)) + 1
    diphone = (phones[:-1] * base + phones[1:])[pairs]
    different, unit = np.unique(diphone, return_inverse=True)
    return _once(row[:-1][pairs], unit.astype(np.int64), different.size)


_DROP, _PHONE, _MARK = 0, 1, 2


def _kind_of_symbol(symbol: str) -> int:
    if symbol == _EDGE:
        return _PHONE
    category = unicodedata.category(symbol)
    if symbol in STRESS or category[0] not in "LMN":
        return _DROP
    return _MARK if category[0] == "M" or symbol in "ːʰʲ" else _PHONE


def _once(row: Ints, unit: Ints, count: int) -> Units:
    pairs = np.unique(row * max(count, 1) + unit)
    return Units(pairs // max(count, 1), pairs % max(count, 1), count)


def coverage(units: Units, rows: Iterable[int]) -> float:
    """Share of the units that the given texts have, 0 to 1; 1 where there are none."""
    chosen = np.isin(units.row, list(rows))
    return np.unique(units.unit[chosen]).size / units.count if units.count else 1.0
