"""The pseudonym that stands for a contributor everywhere outside the keyed map (R17, R19)."""

import base64
import contextlib
import hashlib
import hmac
import os
import secrets
import unicodedata
from pathlib import Path

from clips.drafts import draft, to_disk
from clips.errors import TenhoursError

KEY_VARIABLE = "TENHOURS_KEY"
KEY_BYTES = 32
_SHORTEST_KEY = 16


def pseudonym(contributor: str, key: bytes) -> str:
    """The contributor's pseudonym: the same for the same name and key, and not to be turned back.

    Example:
        >>> pseudonym(" Ada  ", b"k" * 32) == pseudonym("ADA", b"k" * 32)
        True
        >>> len(pseudonym("Ada", b"k" * 32))
        12
    """
    name = unicodedata.normalize("NFKC", contributor).casefold().strip()
    digest = hmac.new(key, name.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return "c-" + base64.b32encode(digest).decode().lower()[:10]


def config_folder() -> Path:
    """The user's configuration folder of tenhours."""
    from platformdirs import user_config_path

    return user_config_path("tenhours", appauthor=False)


def load_key() -> bytes:
    """The key of this installation: from the setting, from its file, or made now.

    Raises:
        TenhoursError: the setting or the file is too short for a key, or the file cannot be used.
    """
    setting = os.environ.get(KEY_VARIABLE, "")
    if setting:
        return _checked(setting.encode("utf-8", "surrogateescape"), f"the setting {KEY_VARIABLE}")
    path = config_folder() / "pseudonym.key"
    try:
        if not path.exists():
            _create(path)
        return _checked(path.read_bytes(), str(path))
    except OSError as error:
        raise TenhoursError(
            f"{path}: the key for pseudonyms cannot be read or made ({error.strerror or error})."
            f" Set {KEY_VARIABLE} to a secret of {_SHORTEST_KEY} characters or more"
        ) from None


def _checked(key: bytes, where: str) -> bytes:
    if len(key) < _SHORTEST_KEY:
        raise TenhoursError(
            f"{where}: {len(key)} bytes are too few for a key, at least {_SHORTEST_KEY} are needed"
        )
    return key


def _create(path: Path) -> None:
    """Write a new key; where another process was first, its key stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = draft(path.parent, ".key")
    unfinished.touch(0o600, exist_ok=False)
    try:
        unfinished.write_bytes(secrets.token_bytes(KEY_BYTES))
        to_disk(unfinished)
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, path)
    finally:
        unfinished.unlink()
