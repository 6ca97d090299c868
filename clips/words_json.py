"""Words as JSON, so that what was found can be told to somebody else later on."""

import json
from typing import Any

from clips.words import Name, Param, Path, Phrase, Quote

_TYPED: dict[str, type[Name] | type[Quote]] = {"name": Name, "path": Path, "quote": Quote}
_TAGS = {kind: tag for tag, kind in _TYPED.items()}


def written(words: Phrase) -> str:
    r"""One line of ASCII that `read` takes.

    Example:
        >>> from clips.words import Name, say
        >>> words = say("{n} of {voice}", n=2, voice=Name("Ünï\ud800"))
        >>> read(written(words)) == words
        True
    """
    return json.dumps(_phrase(words), separators=(",", ":"))


def read(line: str) -> Phrase:
    """What `written` wrote.

    Raises:
        ValueError: it is nothing of the kind.
    """
    try:
        return _as_phrase(json.loads(line))
    except (KeyError, TypeError) as error:
        raise ValueError(f"these are no words of a finding ({error})") from None


def _phrase(words: Phrase) -> dict[str, Any]:
    params = [[name, _param(value)] for name, value in words.params]
    more = [_phrase(one) for one in words.more]
    return {"says": words.says, "remedy": words.remedy, "params": params, "more": more}


def _param(value: Param) -> Any:
    if isinstance(value, Phrase):
        return _phrase(value)
    if isinstance(value, Name | Quote):
        return {_TAGS[type(value)]: value.text, "most": value.most}
    return [_param(one) for one in value] if isinstance(value, tuple) else value


def _as_phrase(data: Any) -> Phrase:
    return Phrase(
        data["says"],
        data["remedy"],
        tuple((name, _as_param(value)) for name, value in data["params"]),
        tuple(_as_phrase(one) for one in data["more"]),
    )


def _as_param(data: Any) -> Param:
    if isinstance(data, list):
        return tuple(_as_param(one) for one in data)
    if not isinstance(data, dict):
        value: Param = data
        return value
    for tag, kind in _TYPED.items():
        if tag in data:
            return kind(data[tag], data["most"])
    return _as_phrase(data)
