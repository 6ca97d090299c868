"""Words for people: a template with typed parameters, and what a reader may see of them.

A finding keeps its words apart from what they are about, so that nobody searches a sentence: what
may hold a name or quote a label has a type of its own, and a reader says how it is shown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from clips.names import shown
from clips.numbers import number


@dataclass(frozen=True, slots=True)
class Name:
    """What the contributor called something: a voice, a provider, a field's value.

    Args:
        text: as it was written.
        most: characters that are shown.
    """

    text: str
    most: int = 80


@dataclass(frozen=True, slots=True)
class Path(Name):
    """A file or folder of the submission."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A piece of a label or a transcript."""

    text: str
    most: int = 40


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is to be said, before it is put into words for somebody.

    Args:
        says: what is so; ``{name}`` stands for a parameter.
        remedy: what to do, with the same parameters; ``""`` for nothing.
        params: by name.
        more: what is added behind what is said.
    """

    says: str
    remedy: str = ""
    params: tuple[tuple[str, "Param"], ...] = ()
    more: tuple["Phrase", ...] = ()

    def plus(self, *more: "Phrase | None") -> "Phrase":
        """The same and more; ``None`` adds nothing."""
        added = tuple(one for one in more if one is not None)
        return replace(self, more=(*self.more, *added)) if added else self

    def names(self, path: str) -> bool:
        """Whether a path, or one below it, is among its parameters."""
        values = [value for _, value in self.params]
        paths = [value.text for value in values if isinstance(value, Path)]
        within = any(value.names(path) for value in values if isinstance(value, Phrase))
        return within or any(one == path or one.startswith(f"{path}/") for one in paths)

    def states(self, name: str) -> bool:
        """Whether a parameter is part of what is said."""
        return f"{{{name}}}" in self.says


Param = str | int | float | Name | Quote | Phrase | tuple["Param", ...]


def say(says: str, /, **params: Param) -> Phrase:
    """A phrase without a remedy.

    Example:
        >>> some = say("{n} clips of {voice}", n=1200, voice=Name("Ada"))
        >>> told(some), told(some, Reader(hide=lambda name: "c-1"))
        ('1,200 clips of Ada', '1,200 clips of c-1')
    """
    return Phrase(says, params=tuple(params.items()))


def _as_written(text: str) -> str:
    return text


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and so how names and labels are shown.

    Args:
        hide: name, path or quote -> the same without the names of the contributor.
        quotes: whether labels and transcripts are shown at all.
    """

    hide: Callable[[str], str] = _as_written
    quotes: bool = True


MAINTAINER = Reader()


def told(
    words: Phrase, reader: Reader = MAINTAINER, about: Mapping[str, Param] | None = None
) -> str:
    """What a reader is told: what is so, what is added, and what to do.

    Args:
        words: to be said.
        reader: whom.
        about: parameters that are known of what the words are about.

    Raises:
        KeyError: a parameter of the template is not there.
    """
    filled = _Filled({**(about or {}), **dict(words.params)}, reader)
    parts = (words.says.format_map(filled), *(told(one, reader, about) for one in words.more))
    return " ".join(filter(None, (*parts, words.remedy.format_map(filled))))


class _Filled(dict[str, Param]):
    """Parameters that are put into words when a template asks for them."""

    def __init__(self, params: Mapping[str, Param], reader: Reader) -> None:
        super().__init__(params)
        self.reader = reader

    def __getitem__(self, name: str) -> str:
        return shown_to(self.reader, super().__getitem__(name))


def shown_to(reader: Reader, value: Param) -> str:
    """One parameter as a reader sees it; several are joined by commas."""
    if isinstance(value, Quote) and not reader.quotes:
        return "…"
    if isinstance(value, Name | Quote):
        return shown(reader.hide(value.text), value.most)
    if isinstance(value, Phrase):
        return told(value, reader)
    if isinstance(value, tuple):
        return ", ".join(shown_to(reader, one) for one in value)
    if isinstance(value, float):
        return number(value)
    return f"{value:,}" if isinstance(value, int) else value
