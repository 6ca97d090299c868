"""Text of a submission in Markdown, where nothing of it is markup, a link or a mention."""

import re
from collections.abc import Iterator, Sequence

from reports.wording import visible

_MOST_ROWS = 500
_MOST_CHARS = 300
# What Markdown may read as markup; a word's inner "_" is text, "www." would become a link and
# "GH-1" a reference.
_MARKDOWN_READS = re.compile(
    r"[^\w\s.,;/()+%=?–…∞⟦⟧-]|(?<![^\W_])_|_(?![^\W_])|(?<=www)\.|(?<=gh)-(?=\d)", re.IGNORECASE
)
# GitHub decodes entities before it looks for mentions and references
_BREAK = "\N{WORD JOINER}"


def markdown_text(text: str) -> str:
    r"""Text that Markdown shows as it is: no markup, link, mention or table cell comes of it.

    Example:
        >>> markdown_text("a|b <img> @you *x*")
        'a&#124;b &lt;img&gt; &#64;\u2060you &#42;x&#42;'
    """
    short = text if len(text) <= _MOST_CHARS else text[:_MOST_CHARS] + "…"
    return _MARKDOWN_READS.sub(_entity, visible(short))


def _entity(match: re.Match[str]) -> str:
    char = match.group()
    named = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
    return named.get(char, f"&#{ord(char)};") + _BREAK * (char in "@#-")


def bullets(lines: Sequence[str] | Iterator[str]) -> str:
    return _limited([f"- {line}" for line in lines])


def markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]], right: int = 0) -> str:
    """A Markdown table, its last ``right`` columns set flush right; nothing for no rows."""
    if not rows:
        return ""
    rules = ["---"] * (len(head) - right) + ["---:"] * right
    lines = [f"| {' | '.join(cells)} |" for cells in rows]
    return "\n".join((f"| {' | '.join(head)} |", f"| {' | '.join(rules)} |", _limited(lines)))


def _limited(lines: list[str]) -> str:
    more = len(lines) - _MOST_ROWS
    return "\n".join(lines[:_MOST_ROWS]) + (f"\n\nand {more:,} more" if more > 0 else "")


def titled(title: str, block: str) -> str:
    return f"### {title}\n\n{block}" if block else ""
