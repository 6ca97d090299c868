"""Names as contributors write them -> the providers, models, voices and licence of a policy."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from selection.policy import Offer, Provider, Terms

_COMPANY = re.compile("(inc|llc|ltd|com|io)$")


def squash(name: str) -> str:
    """A name without case, blanks and signs.

    >>> squash("Eleven Labs"), squash("tts-1-HD")
    ('elevenlabs', 'tts1hd')
    """
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum())


def find_provider(name: str, terms: Terms) -> str:
    """Id of the provider that goes by a name, ``""`` where the policy knows none."""
    said = squash(name)
    spellings = {said, _COMPANY.sub("", said)} - {""}
    for provider_id, provider in terms.providers.items():
        if not spellings.isdisjoint(squash(known) for known in provider.names):
            return provider_id
    return ""


def offers_of(provider_id: str, terms: Terms) -> tuple[Offer, ...]:
    """What is wanted of a provider, the most wanted first."""
    mine = (offer for offer in terms.offers.values() if offer.provider == provider_id)
    return tuple(sorted(mine, key=lambda offer: offer.rank))


def find_offer(provider_id: str, model: str, terms: Terms) -> Offer | None:
    """The most wanted offer that a model is, ``None`` where it is none or is unwanted."""
    provider = terms.providers.get(provider_id)
    if provider is None or unwanted(model, provider):
        return None
    fitting = (o for o in offers_of(provider_id, terms) if _is_one_of(model, o.models))
    return next(fitting, None)


def unwanted(model: str, provider: Provider) -> bool:
    """Whether the policy turns a provider's model away by name."""
    return _is_one_of(model, provider.unwanted)


def is_listed(voice: str, names: Iterable[str]) -> bool:
    """Whether a voice is on a list, also with a remark behind its name.

    >>> is_listed("Rachel (calm)", ["rachel"]), is_listed("Rachel - narration", ["rachel"])
    (True, True)
    >>> is_listed("Rachel2", ["rachel"])
    False
    """
    said = {squash(voice), squash(re.split(r"\s[-–—]\s|\s*[(\[,:]", voice, maxsplit=1)[0])} - {""}
    return any(squash(name) in said for name in names)


def gives_away(name: str, words: Iterable[str]) -> str:
    """The first of some words or phrases that stand in a name, ``""`` where none does.

    >>> gives_away("MyVoiceClone_3", ["clone"]), gives_away("Cyclone", ["clone"])
    ('clone', '')
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    said = f" {_words(name)} . {_words(apart)} "
    return next((w for w in words if f" {_words(w)} " in said), "")


def is_licence(said: str, terms: Terms) -> bool:
    """Whether a licence is the one that the policy takes, in any of its spellings."""
    return squash(said) in {squash(name) for name in (terms.licence, *terms.licence_spellings)}


def _words(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.split(r"[\W\d_]+", folded)).strip()


def _is_one_of(model: str, patterns: Iterable[str]) -> bool:
    said = squash(model)
    return any(_pattern(words).search(said) for words in patterns)


@cache
def _pattern(words: str) -> re.Pattern[str]:
    """The words in this order; one that ends in a digit is no part of a longer number."""
    parts = [re.escape(squashed) for word in words.split() if (squashed := squash(word))]
    return re.compile(
        ".*".join(
            (r"(?<!\d)" if part[0].isdigit() else "")
            + part
            + (r"(?!\d)" if part[-1].isdigit() else "")
            for part in parts
        )
        or r"(?!)"  # a pattern without letters and digits is found nowhere
    )
