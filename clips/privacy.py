"""Keeping a contributor's name out of everything that leaves the maintainer's machine (R17, R19).

The one place for names is the map of pseudonyms, a private file beside the key.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from clips.drafts import sweep, whole
from clips.errors import TenhoursError
from clips.locks import locked
from clips.pseudonym import config_folder, load_key, pseudonym

_SHORTEST_PART = 4


@dataclass(frozen=True)
class Redactor:
    """Replaces names in text by what stands for them.

    The whole name is found in any case and Unicode form, with any blanks, dots, dashes or
    underscores between its parts, or none; parts of four letters or more are found by themselves.

    Args:
        names: name -> what stands for it, such as a pseudonym.
        whole: only whole names, as words of their own: for text that is about somebody else, where
            parts of many names would be found in words.

    Example:
        >>> Redactor({"Ada Example": "c-1234"})("Take ADA_example/0001.wav by Example")
        'Take c-1234/0001.wav by c-1234'
    """

    names: dict[str, str] = field(hash=False)
    whole: bool = False

    def __call__(self, text: str) -> str:
        """The text without the names; a text without them comes back as it was."""
        if self._pattern is None:
            return text
        composed = unicodedata.normalize("NFKC", text)
        replaced = self._pattern.sub(self._stand_in, composed)
        return text if replaced == composed else replaced

    def found_in(self, text: str) -> bool:
        """Whether a name is in the text."""
        composed = unicodedata.normalize("NFKC", text)
        return bool(self._pattern and self._pattern.search(composed))

    @cached_property
    def _variants(self) -> dict[str, str]:
        """Folded name or part of one -> what stands for it; whole names come first."""
        variants: dict[str, str] = {}
        for name, stand_in in self.names.items():
            variants.setdefault(_folded(name), stand_in)
        for name, stand_in in self.names.items():
            for part in _parts(name):
                if len(part) >= _SHORTEST_PART:
                    variants.setdefault(_folded(part), stand_in)
        variants.pop("", None)
        return variants

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        names = [_parts(name) for name in self.names]
        parts = [[part] for listed in names for part in listed if len(part) >= _SHORTEST_PART]
        sought = names if self.whole else [*names, *parts]
        choices = {_expression(listed, self.whole) for listed in sought if listed}
        if not choices:
            return None
        return re.compile("|".join(sorted(choices, key=len, reverse=True)), re.IGNORECASE)

    def _stand_in(self, match: re.Match[str]) -> str:
        return self._variants.get(_folded(match[0]), "c-unknown")


def _expression(parts: list[str], apart: bool) -> str:
    """Finds the parts in a row; a short name, or any where asked, as a word of its own only."""
    joined = r"[\s._-]*".join(map(re.escape, parts))
    is_short = sum(map(len, parts)) < _SHORTEST_PART
    return rf"(?<![^\W_]){joined}(?![^\W_])" if apart or is_short else joined


def _parts(name: str) -> list[str]:
    return [p for p in re.split(r"[\s._-]+", unicodedata.normalize("NFKC", name)) if p]


def _folded(text: str) -> str:
    return "".join(_parts(text)).casefold()


def redactor(contributors: Iterable[str], key: bytes | None = None) -> Redactor:
    """A redactor that puts each contributor's pseudonym in the place of the name."""
    used = load_key() if key is None else key
    return Redactor({name: pseudonym(name, used) for name in contributors if name.strip()})


def remember(contributor: str, key: bytes | None = None) -> str:
    """Note whom a pseudonym stands for, in the private map, and return the pseudonym.

    Raises:
        TenhoursError: the map cannot be read or written.
    """
    name = pseudonym(contributor, load_key() if key is None else key)
    path = config_folder() / "contributors.json"
    try:
        if known_contributors().get(name) != contributor:
            path.parent.mkdir(parents=True, exist_ok=True)
            with locked(path.with_suffix(".lock")):
                _write_map(path, {**known_contributors(), name: contributor})
    except OSError as error:
        raise TenhoursError(
            f"{path}: the map of contributors cannot be written ({error.strerror or error})"
        ) from None
    return name


def known_contributors() -> dict[str, str]:
    """Pseudonym -> contributor, as far as they were remembered here.

    Raises:
        TenhoursError: the map is damaged.
    """
    path = config_folder() / "contributors.json"
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise TenhoursError(f"{path}: the map of contributors is damaged ({error})") from None
    if not isinstance(value, dict):
        raise TenhoursError(f"{path}: the map of contributors is damaged (it is no JSON object)")
    return {str(name): str(contributor) for name, contributor in value.items()}


def forget_noted(name: str | None = None) -> None:
    """Take a pseudonym, or all of them where ``None``, out of the private map."""
    path = config_folder() / "contributors.json"
    if not path.exists():
        return
    with locked(path.with_suffix(".lock")):
        known = known_contributors() if name else {}
        known.pop(name or "", None)
        if known:
            _write_map(path, known)
        else:
            path.unlink(missing_ok=True)


def _write_map(path: Path, known: dict[str, str]) -> None:
    sweep(path.parent)
    with whole(path, owner_only=True) as unfinished:
        unfinished.write_text(json.dumps(known, ensure_ascii=True), encoding="utf-8")
