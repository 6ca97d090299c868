"""What the normaliser knows of each language, loaded once."""

from clips.errors import ScoringError
from clips.languages import LANGUAGES, Language, find_language


class UnknownLanguage(ScoringError, ValueError):  # noqa: N818
    """The normaliser has no rules for a language; the text names the tag and what to do."""


def language_of(tag: str) -> Language:
    """The language of a tag.

    Raises:
        UnknownLanguage: no tag, a tag that the table does not have, or a language without rules.
    """
    found = find_language(tag)
    if found is not None and found.known:
        return found
    known = ", ".join(sorted(name for name, language in LANGUAGES.items() if language.known))
    which = f"{found.name} ({tag})" if found else repr(tag) if tag else "a label without a language"
    raise UnknownLanguage(
        f"the text normaliser has no rules for {which}: correct the language in the label file, "
        f"or add the language to scorers/asr/text; it knows {known}"
    )
