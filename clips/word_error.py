"""A wrong word of a label, as the recogniser's scorer keeps it and the decision reads it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WordError:
    """One word of a label that was not heard as it is written.

    Args:
        word: as compared.
        heard: what was heard in its place, words apart by blanks; "" where nothing was.
        word_errors: errors of the clip's word count that go with it; so are the three after it.
        number: a number or a sign is in it or in what was heard.
    """

    word: str
    heard: str
    word_errors: int
    char_errors: int
    edge_start_errors: int
    edge_end_errors: int
    number: bool = False
