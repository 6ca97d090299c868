"""A label and a transcript compared in the readings that agree best."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from scorers.asr.text.alignment import Chunk, align_chars, align_edges, align_words
from scorers.asr.text.figures import in_numbers, numeric
from scorers.asr.text.lattice import Slot, build, with_joins, words_of
from scorers.asr.text.rules import language_of
from scorers.asr.text.search import Path, nearest
from scorers.asr.text.sounds import READ, as_the_label_writes
from scorers.asr.text.tokens import slots_of, with_like_marks

_CONTEXT = 2
_SHORT = 8
_LEAST_SHARED = 0.4


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was written against what was heard.

    Args:
        label_words: normalised words in the reading nearest to what was heard; characters where
            the language writes no spaces. Empty for a label without words: it has no rate.
        heard_words: the same of the transcript; Chinese characters that sound as the label's in
            their place are the label's.
        label_chars: the label for a character error rate: single spaces, none where unspaced.
        heard_chars: the same of the transcript.
        substitutions: words; so are deletions, insertions and hits. Words that differ in marks
            alone ("como", "cómo") are hits.
        in_numbers: of each word error in order, whether a number or a sign is on either side.
        char_substitutions: characters; so are the three after it.
        alignment: the words in order, in runs of one operation.
        variant: the chosen reading of every label token that has more than one, "" without any.
        edge_start_errors: character edits within the first characters of the label.
        edge_start_chars: how many characters that edge has, at most 12.
        edge_end_errors: character edits within the last characters of the label.
        edge_end_chars: how many characters that edge has.
        extra_start_chars: characters heard before the label begins, blanks apart.
        extra_end_chars: characters heard after the label ends, blanks apart.
    """

    label_words: tuple[str, ...]
    heard_words: tuple[str, ...]
    label_chars: str
    heard_chars: str
    substitutions: int
    deletions: int
    insertions: int
    hits: int
    in_numbers: tuple[bool, ...]
    char_substitutions: int
    char_deletions: int
    char_insertions: int
    char_hits: int
    alignment: tuple[Chunk, ...]
    variant: str
    edge_start_errors: int
    edge_start_chars: int
    edge_end_errors: int
    edge_end_chars: int
    extra_start_chars: int
    extra_end_chars: int

    @property
    def word_errors(self) -> int:
        return self.substitutions + self.deletions + self.insertions

    @property
    def number_errors(self) -> int:
        """Word errors in numbers and signs."""
        return sum(self.in_numbers)

    @property
    def char_errors(self) -> int:
        return self.char_substitutions + self.char_deletions + self.char_insertions


def compare(label: str, heard: str, language: str) -> Comparison:
    """Compare a label with a transcript.

    Args:
        label: as written by the contributor.
        heard: as written by the recogniser.
        language: BCP 47 tag of both.

    Raises:
        UnknownLanguage: the normaliser has no rules for the language.

    Example:
        >>> found = compare("The ice cream, please.", "the icecream please", "en")
        >>> found.word_errors, found.label_words
        (0, ('the', 'icecream', 'please'))
    """
    known = language_of(language)
    label, heard = with_like_marks(label, heard, known.tag)
    written = slots_of(label, known.tag)
    caught = slots_of(heard, known.tag)
    one, other = _choose(written, caught)
    said, got = one.words, other.words
    if known.tag in READ:
        got = as_the_label_writes(said, got, known.tag)
    counts, chunks = align_words(said, got, known.tag)
    figures = numeric(one, written, known.tag), numeric(other, caught, known.tag)
    gap = "" if known.unspaced else " "
    label_chars, heard_chars = gap.join(said), gap.join(got)
    chars = align_chars(label_chars, heard_chars)
    edges = align_edges(label_chars, heard_chars)
    return Comparison(
        label_words=said,
        heard_words=got,
        label_chars=label_chars,
        heard_chars=heard_chars,
        substitutions=counts.substitutions,
        deletions=counts.deletions,
        insertions=counts.insertions,
        hits=counts.hits,
        in_numbers=in_numbers(chunks, *figures),
        char_substitutions=chars.substitutions,
        char_deletions=chars.deletions,
        char_insertions=chars.insertions,
        char_hits=chars.hits,
        alignment=chunks,
        variant=_variant(written, one),
        edge_start_errors=edges.start_errors,
        edge_start_chars=edges.chars,
        edge_end_errors=edges.end_errors,
        edge_end_chars=edges.chars,
        extra_start_chars=edges.extra_start,
        extra_end_chars=edges.extra_end,
    )


def spoken_length(label: str, language: str) -> int:
    """Letters of a label in its usual spoken reading: "100 km" counts as "one hundred kilometers".

    Raises:
        UnknownLanguage: the normaliser has no rules for the language.
    """
    known = language_of(language)
    return sum(len(word) for slot in slots_of(label, known.tag) for word in slot.usual)


def _choose(label: Sequence[Slot], heard: Sequence[Slot]) -> tuple[Path, Path]:
    """The words of both texts in the readings that agree best.

    Where both are written alike the usual reading is taken; a lattice is only built around the
    places that differ, with some words of context on both sides.
    """
    said, got = Path((), ()), Path((), ())
    done = 0
    done_heard = 0
    for start, end, heard_start, heard_end in _regions(label, heard):
        one, other = _resolve(label[start:end], heard[heard_start:heard_end])
        said += _usual(label[done:start]).moved(done) + one.moved(start)
        got += _usual(heard[done_heard:heard_start]).moved(done_heard) + other.moved(heard_start)
        done, done_heard = end, heard_end
    return said, got


def _regions(label: Sequence[Slot], heard: Sequence[Slot]) -> list[tuple[int, int, int, int]]:
    """Where the texts differ as written, with some words around, merged; then what is left."""
    codes = Levenshtein.opcodes([slot.written for slot in label], [slot.written for slot in heard])
    regions: list[tuple[int, int, int, int]] = []
    for code in codes:
        if code.tag == "equal":
            continue
        start = max(code.src_start - _CONTEXT, 0)
        heard_start = max(code.dest_start - _CONTEXT, 0)
        end = min(code.src_end + _CONTEXT, len(label))
        heard_end = min(code.dest_end + _CONTEXT, len(heard))
        if regions and (start <= regions[-1][1] or heard_start <= regions[-1][3]):
            start, heard_start = regions[-1][0], regions[-1][2]
            regions.pop()
        regions.append((start, end, heard_start, heard_end))
    regions.append((len(label), len(label), len(heard), len(heard)))
    return regions


def _resolve(label: Sequence[Slot], heard: Sequence[Slot]) -> tuple[Path, Path]:
    one, other = build(label), build(heard)
    words, other_words = words_of(one), words_of(other)
    one, other = with_joins(one, other_words), with_joins(other, words)
    free = any(edge.exact for side in (one, other) for out in side for edge in out)
    plain = not free and all(slot.plain for side in (label, heard) for slot in side)
    found = None if plain or _hopeless(label, other_words) else nearest(one, other)
    return found or (_usual(label), _usual(heard))


def _hopeless(label: Sequence[Slot], heard: set[str]) -> bool:
    """A long stretch with few words in common: another text, whichever way it is read."""
    if len(label) <= _SHORT:
        return False
    shared = sum(any(word in heard for word in slot.usual) for slot in label)
    return shared < _LEAST_SHARED * len(label)


def _usual(slots: Sequence[Slot]) -> Path:
    pairs = [(word, number) for number, slot in enumerate(slots) for word in slot.usual]
    return Path(tuple(word for word, _ in pairs), tuple(number for _, number in pairs))


def _variant(label: Sequence[Slot], said: Path) -> str:
    read: dict[int, list[str]] = {}
    for word, number in zip(said.words, said.slots, strict=True):
        read.setdefault(number, []).append(word)
    chosen = []
    for number, slot in enumerate(label):
        words = " ".join(read.get(number, ()))
        if len(slot.readings) > 1:
            chosen.append(f"{slot.written} = {words or '(not spoken)'}")
    return "; ".join(chosen)
