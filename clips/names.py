"""Names and paths from outside: which are safe, which are odd, which are one and the same."""

import re
import unicodedata

# what files that are in no voice's folder are listed under
OUTSIDE = "(outside of the voice folders)"

_RESERVED = re.compile(r"^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\\]')
_DRIVE = re.compile(r"^[A-Za-z]:")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def unsafe_reason(path: str) -> str:
    """Why a path must not be followed, ``""`` for one that stays below its folder.

    Example:
        >>> unsafe_reason("../secret.wav"), unsafe_reason("a/b.wav")
        ('it leaves its folder through ..', '')
    """
    longest = max(len(part.encode("utf-8", "surrogatepass")) for part in path.split("/"))
    checks = (
        (not path.strip(), "it is empty"),
        ("\0" in path, "it holds a zero byte"),
        (_SCHEME.match(path), "it is a web address"),
        (path.startswith(("/", "\\", "~")) or _DRIVE.match(path), "it is absolute"),
        (".." in re.split(r"[/\\]", path), "it leaves its folder through .."),
        (longest > 255, "a name in it is longer than 255 bytes"),
    )
    return next((reason for broken, reason in checks if broken), "")


def unsafe_part_reason(name: str) -> str:
    """Why a name must not become one folder, ``""`` where it may.

    Example:
        >>> unsafe_part_reason("a/b"), unsafe_part_reason("Alice")
        ('it is more than one name', '')
    """
    if reason := unsafe_reason(name):
        return reason
    if "/" in name or "\\" in name:
        return "it is more than one name"
    if name == ".":
        return "it is no name"
    return "it cannot be stored as UTF-8" if storable(name) != name else ""


def odd_reason(path: str) -> str:
    """Why other systems cannot store a path as it is, ``""`` where they can."""
    for part in path.split("/"):
        if any(unicodedata.category(char) in _INVISIBLE for char in part):
            return "holds control or invisible characters"
        if found := _FORBIDDEN.search(part):
            return f"holds the character {found[0]}"
        if part != part.strip() or part.endswith("."):
            return "starts or ends with a blank, or ends with a dot"
        if _RESERVED.match(part):
            return "is reserved on Windows"
    return ""


def one_form(name: str) -> str:
    """A name in one Unicode form (NFC): macOS stores another one than people type."""
    return unicodedata.normalize("NFC", name)


def voice_of(path: str) -> str:
    """The voice that a folder or file belongs to: its first folder's name in one Unicode form."""
    return one_form(path.partition("/")[0])


def plain(path: str) -> str:
    """A path in one Unicode form, with forward slashes and without ``.`` and empty parts."""
    parts = one_form(path.replace("\\", "/")).split("/")
    return "/".join(part for part in parts if part not in ("", "."))


def folded(path: str) -> str:
    """A path as a system sees it that ignores case and Unicode form."""
    return one_form(unicodedata.normalize("NFD", plain(path)).casefold())


def storable(text: str) -> str:
    """Text that every table can hold: lone surrogates become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def shown(text: str, most: int = 80) -> str:
    """Text for a sentence: on one line, without invisible characters, cut when long."""
    clean = "".join(
        char if char.isprintable() else f"\\u{ord(char):04x}" for char in text[: most + 1]
    )
    return clean if len(text) <= most else clean[:most] + "…"


def natural(path: str) -> tuple[tuple[int, int, str], ...]:
    """Sort key that puts 2 before 10."""
    parts = re.split(r"([0-9]{1,18})", path)
    return tuple(
        (1, int(part), "") if place % 2 else (0, 0, part) for place, part in enumerate(parts)
    )
