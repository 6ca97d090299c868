"""Text to phonemes in the alphabet of Kokoro, by kept libraries and without a model.

English is read off misaki's lexicons. What they lack, and Spanish, French, Hindi, Italian and
Portuguese, are read by espeak-ng where it is installed (`pip install 'tenhours[espeak]'`; it is
GPL-3). Whatever nobody here can read is taken letter by letter, and said to be.
"""

import importlib.util
import json
import logging
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import metadata, resources

from clips.drafts import temporary_files
from clips.languages import find_language, primary_tag

# What Kokoro's text encoder can take: 178 places, of which its configuration names these.
VOCABULARY = frozenset(
    ';:,.!?—…"()“” \u0303ʣʥʦʨᵝꭧAIOQSTWYᵊabcdefhijklmnopqrstuvwxyz'
    "ɑɐɒæβɔɕçɖðʤəɚɛɜɟɡɥɨɪʝɯɰŋɳɲɴøɸθœɹɾɻʁɽʂʃʈʧʊʋʌɣɤχʎʒʔˈˌːʰʲ↓→↗↘ᵻ"
)
PUNCTUATION = frozenset(';:,.!?—…"()“”')
STRESS = "ˈˌ"
LETTERS = "letters"
ESPEAK = {"es": "es", "fr": "fr-fr", "hi": "hi", "it": "it", "pt": "pt-br"}
_PIECES = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*|\d+(?:[.,:]\d+)*|.", re.DOTALL)
_ASCII_WORDS = re.compile(r"[a-z0-9']+")
_SILENT = "'’‘-‐‑_"
_SAME = str.maketrans({"«": "“", "»": "”", "„": "“", "–": "—", "¿": None, "¡": None, "।": "."})
_WEAK = {"a": "ɐ", "an": "ɐn", "the": "ðə", "to": "tə"}  # the lexicons say them by themselves
_AFTER_VOICELESS, _AFTER_HISS = "ptkfθ", "szʃʒʧʤ"

Lexicon = Mapping[str, str | Mapping[str, str]]  # one reading, or by part of speech


@dataclass(frozen=True)
class Spoken:
    """Texts as phonemes.

    Args:
        phonemes: per text, with stress marks, blanks and punctuation; letters in lower case where
            ``reader`` is `LETTERS`.
        reader: who read them, with versions.
    """

    phonemes: tuple[str, ...]
    reader: str

    @property
    def is_phonemes(self) -> bool:
        return self.reader != LETTERS


def speak(texts: Sequence[str], language: str) -> Spoken:
    """Read texts of one language.

    A symbol that nobody can read stays as it is, outside of `VOCABULARY`.

    Args:
        texts: labels as written.
        language: BCP 47 tag; of English, ``en-GB`` and the like are read the British way.
    """
    tag = primary_tag(language)
    if tag == "en" and has_lexicon():
        british = (
            language.replace("_", "-").lower().startswith(("en-gb", "en-au", "en-nz", "en-ie"))
        )
        return _english(texts, british)
    if tag in ESPEAK and has_espeak():
        read = _espeak(ESPEAK[tag])
        return Spoken(tuple(read(text.translate(_SAME)) for text in texts), _versions("espeak-ng"))
    return Spoken(tuple(spelled(text) for text in texts), LETTERS)


def outside(phonemes: str) -> str:
    """The symbols that Kokoro's text encoder has no place for, each once, in order.

    >>> outside("hɛlˈO, 5 €")
    '5€'
    """
    return "".join(sorted(set(phonemes) - VOCABULARY))


def spelled(text: str) -> str:
    """A text letter by letter: composed (NFC), without case, single blanks."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


@lru_cache(maxsize=1 << 18)
def words(token: str, language: str) -> tuple[str, ...]:
    """Words of a piece of text without blanks, without case; characters where the language's
    words are not set apart.

    >>> words("well-known,", "en"), words("你好", "zh")
    (('well', 'known'), ('你', '好'))
    """
    folded = unicodedata.normalize("NFC", token).casefold().replace("’", "'")
    if folded.isascii():
        found = _ASCII_WORDS.findall(folded)
    else:
        # a mark belongs to the letter before it, and to its word
        kept = (c if unicodedata.category(c)[0] in "LMN" or c == "'" else " " for c in folded)
        found = "".join(kept).split()
    found = [w.strip("'") for w in found]
    if _unspaced(language):
        return tuple(c for w in found for c in w)
    return tuple(w for w in found if w)


def words_in(text: str, language: str) -> list[str]:
    """The same of a whole text, in order.

    >>> words_in("Don't - it's 'well-known'.", "en")
    ["don't", "it's", 'well', 'known']
    """
    if text.isascii() and not _unspaced(language):
        found = (word.strip("'") for word in _ASCII_WORDS.findall(text.lower()))
        return [word for word in found if word]
    return [word for token in text.split() for word in words(token, language)]


@cache
def _unspaced(language: str) -> bool:
    spoken = find_language(language)
    return spoken is not None and spoken.unspaced


def has_lexicon() -> bool:
    """Whether misaki's lexicons are here."""
    return importlib.util.find_spec("misaki") is not None


def has_espeak() -> bool:
    """Whether espeak-ng and what misaki calls it by are here."""
    return has_lexicon() and all(
        importlib.util.find_spec(name) for name in ("phonemizer", "espeakng_loader")
    )


def _versions(*parts: str) -> str:
    names = {"espeak-ng": "espeakng-loader"}
    return " + ".join(f"{p} {metadata.version(names.get(p, p))}" for p in parts)


def _english(texts: Sequence[str], british: bool) -> Spoken:
    entries = lexicon(british)
    fallback = _fallback(british) if has_espeak() else None
    known: dict[str, str] = {}
    read = []
    for text in texts:
        tokens = text.split()
        for token in tokens:
            if token not in known:
                known[token] = _token(token, entries, fallback)
        read.append(" ".join(filter(None, (known[token] for token in tokens))))
    return Spoken(tuple(read), _versions("misaki", *(["espeak-ng"] if fallback else [])))


def _token(token: str, lexicon: Lexicon, fallback: Callable[[str], str] | None) -> str:
    out = []
    for piece in _PIECES.findall(unicodedata.normalize("NFC", token).translate(_SAME)):
        if piece in PUNCTUATION:
            out.append(piece)
        elif piece[0].isalnum():
            out.append(_word(piece.replace("’", "'"), lexicon) or _other(piece, fallback))
        elif piece not in _SILENT:
            out.append(piece)
    return "".join(out)


def _other(piece: str, fallback: Callable[[str], str] | None) -> str:
    """A word that no lexicon has: espeak-ng's reading, else its letters or digits."""
    return (fallback(piece) if fallback else "") or piece.casefold()


def _word(word: str, lexicon: Lexicon) -> str | None:
    for form in (word.lower() if word.lower() in _WEAK else word, word.lower(), word.capitalize()):
        if said := lexicon.get(form):
            return said if isinstance(said, str) else said["DEFAULT"]
    if word.lower().endswith("'s") and (stem := _word(word[:-2], lexicon)):
        if stem[-1] in _AFTER_VOICELESS:
            return stem + "s"
        return stem + ("ᵻz" if stem[-1] in _AFTER_HISS else "z")
    return None


@cache
def lexicon(british: bool) -> Lexicon:
    """Word -> phonemes: what was checked by hand (gold) before what was not (silver)."""
    data = resources.files("misaki") / "data"
    merged: dict[str, str | dict[str, str]] = {}
    for grade in ("silver", "gold"):
        name = f"{'gb' if british else 'us'}_{grade}.json"
        merged |= json.loads((data / name).read_text(encoding="utf-8"))
    return merged | _WEAK


@cache
def _fallback(british: bool) -> Callable[[str], str]:
    from misaki.espeak import EspeakFallback
    from misaki.token import MToken

    with temporary_files():  # a copy of the library
        read = EspeakFallback(british)
    _hush()
    return lambda word: str(read(MToken(word, "", ""))[0] or "")


@cache
def _espeak(language: str) -> Callable[[str], str]:
    from misaki.espeak import EspeakG2P

    with temporary_files():
        read = EspeakG2P(language)
    _hush()
    return lambda text: str(read(text)[0] or "").strip()


def _hush() -> None:
    """Keep its wrapper from remarking on every number that is read as several words."""
    logging.getLogger("phonemizer").setLevel(logging.ERROR)
