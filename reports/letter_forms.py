"""A letter as HTML, Markdown and rows of a table."""

from collections.abc import Iterator

from clips.numbers import count, duration, number
from clips.spreadsheets import for_spreadsheets
from reports.letter_view import Item, Letter, Line, Part
from reports.markdown import markdown_table, markdown_text
from reports.pages import page

COLUMNS = (
    *("submission", "voice", "audio_file", "label_row", "verdict", "rule", "headline", "what"),
    *("value", "bound", "unit", "remedy"),
)
_MOST_LINES = 50


def letter_html(letter: Letter) -> str:
    """The letter as one page."""
    return page("letter.html.j2", letter=letter)


def letter_rows(letter: Letter) -> Iterator[tuple[str, ...]]:
    """`COLUMNS`, one row for each clip under each cause; safe to open in a spreadsheet program."""
    for part in letter.parts:
        for item in (*part.whole, *part.causes, *part.notes):
            for line in item.lines:
                row = str(line.row) if line.row else ""
                figures = ("" if v is None else number(v) for v in (line.value, line.bound))
                cells = (
                    *(part.title, line.voice, line.file, row, line.verdict, item.rule),
                    *(item.headline, line.what, *figures, line.unit),
                    line.remedy or item.remedy,
                )
                yield tuple(map(for_spreadsheets, cells))


def letter_markdown(letter: Letter) -> str:
    """The letter as Markdown in which nothing of the submission is markup, a link or a mention.

    It may be posted where others read, so its sentences should quote no label.
    """
    blocks = [
        f"# What to mend, for {markdown_text(letter.pseudonym)}",
        *(_totals(part) for part in letter.parts),
        f"Each voice, in each tone, needs {duration(letter.minimum)} of accepted audio.",
        markdown_table(
            ("Voice", "Missing", "Sent", "Accepted", "Waits", "Rejected"),
            [
                (
                    markdown_text(v.voice),
                    v.missing,
                    *map(duration, (v.offered, v.accepted, v.review, v.rejected)),
                )
                for v in letter.voices
            ],
            right=4,
        ),
        *(block for part in letter.parts for block in _part(part, len(letter.parts) > 1)),
        f"Judged by the policy {markdown_text(letter.policy)} on {letter.created}.",
    ]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _totals(part: Part) -> str:
    return (
        f"{markdown_text(part.title)}: {count(part.clips, 'clip')}, {part.accepted:,} accepted,"
        f" {part.review:,} to be listened to, {part.rejected:,} rejected."
    )


def _part(part: Part, several: bool) -> Iterator[str]:
    if several:
        yield f"## {markdown_text(part.title)}"
    for item in part.whole:
        yield from (_sentence(line) for line in item.lines)
        yield f"**{markdown_text(item.remedy)}**"
    for item in part.causes:
        yield f"### {markdown_text(item.title)}"
        yield f"**{markdown_text(item.remedy)}**"
        yield from _lines(item)
    if part.notes:
        yield "### Worth knowing; no clip is turned down for it"
        yield "\n".join(
            f"- {markdown_text(i.title)}. {markdown_text(i.remedy)}" for i in part.notes
        )


def _sentence(line: Line) -> str:
    place = f"{markdown_text(line.voice)}: " if line.voice else ""
    return f"{line.verdict}: {place}{markdown_text(line.what)}"


def _lines(item: Item) -> Iterator[str]:
    rows = [
        (
            markdown_text("/".join(filter(None, (line.voice, line.file)))),
            line.verdict,
            markdown_text(" ".join(filter(None, (line.what, line.remedy)))) or "–",
            markdown_text(line.measured) or "–",
            markdown_text(line.limit) or "–",
        )
        for line in item.lines[:_MOST_LINES]
    ]
    yield markdown_table(("Clip", "Verdict", "What", "Measured", "Bound"), rows, right=2)
    if (more := len(item.lines) - len(rows)) > 0:
        yield f"{more:,} more are in letter.csv."
