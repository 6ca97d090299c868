import dataclasses
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page

from clips.words import say
from selection.rules.judging import HALLUCINATION
from tests.browser import OpenReport, open_report, search, wait_until
from tests.reports.factory import empty_data, report_data, written

ROWS = "#table tbody tr[data-at]"


@pytest.fixture
def opened(chromium: Browser, report_file: Path) -> Iterator[OpenReport]:
    with open_report(chromium, report_file) as shown:
        yield shown
    assert shown.errors == []
    folder = report_file.parent.as_uri()
    for url in shown.requests:
        assert url.startswith((folder, "data:image/webp")), url


def cells(page: Page, column: str) -> list[str]:
    heads = page.locator("#table thead th").all_inner_texts()
    at = next(i for i, head in enumerate(heads) if head.split(" ")[0].strip("↑↓") == column)
    return [row.locator("th, td").nth(at).inner_text() for row in page.locator(ROWS).all()]


def row_of(page: Page, text: str) -> Locator:
    search(page, text)
    return page.locator(ROWS).first


def rule_link(page: Page, rule: str) -> Locator:
    page.evaluate("document.querySelector('.every').open = true")
    return page.locator(f"a.rule[href='#rule={rule}']")


def overflow(page: Page) -> int:
    return int(page.evaluate("document.documentElement.scrollWidth - window.innerWidth"))


def test_the_worst_come_first(opened: OpenReport) -> None:
    order = {"reject": 0, "review": 1, "accept": 2}
    ranks = [order[v.strip()] for v in cells(opened.page, "Verdict")]
    assert ranks == sorted(ranks) and ranks[0] == 0


def test_columns_sort_both_ways(opened: OpenReport) -> None:
    page = opened.page
    head = page.locator("th", has=page.locator("[data-key='score']"))
    for direction, sign in (("ascending", 1), ("descending", -1)):
        page.click("[data-key='score']")
        assert head.get_attribute("aria-sort") == direction
        scores = [sign * float(v) for v in cells(page, "Score") if v != "–"]
        assert scores == sorted(scores) and len(scores) > 10
        assert page.evaluate("document.activeElement.dataset.key") == "score"
    page.click("#worst")
    assert head.get_attribute("aria-sort") == "none"


def test_filters_narrow_the_table(opened: OpenReport) -> None:
    page = opened.page
    page.select_option("#verdict", "review")
    assert {v.strip() for v in cells(page, "Verdict")} == {"review"}
    page.select_option("#voice", "CEDAR_HAPPY")
    assert set(cells(page, "Voice")) == {"CEDAR_HAPPY"}
    page.click("#clear")
    row_of(page, "line_00007")
    assert page.locator(ROWS).count() == 1
    row_of(page, "nothing has this")
    assert page.inner_text("#shown").startswith("0 of 60 clips")


def test_a_rule_filters_the_table(opened: OpenReport) -> None:
    page = opened.page
    button = rule_link(page, "noisy")
    expected = int(button.locator(".count").inner_text())
    button.click()
    assert page.locator(ROWS).count() == expected
    assert page.input_value("#rule") == "noisy"


def test_a_clip_opens_and_plays(opened: OpenReport) -> None:
    page = opened.page
    row_of(page, "line_00003").click()
    assert page.locator("#panel").is_visible()
    audio = page.locator("#panel audio")
    assert audio.get_attribute("preload") == "none"
    audio.evaluate("a => a.play()")
    wait_until(page, "document.querySelector('#panel audio').currentTime > 0")
    wait_until(page, "document.querySelector('#panel audio').ended")
    assert [u for u in opened.requests if u.endswith(".wav")]


def test_a_defect_is_played_from_its_place(opened: OpenReport) -> None:
    page = opened.page
    rule_link(page, "clicks").click()
    page.locator(ROWS).first.click()
    page.wait_for_selector("#panel .region")
    assert page.locator("#panel .region").count() == 2
    page.locator("#panel .regions button").last.click()
    wait_until(page, "document.querySelector('#panel audio').currentTime > 0.1")


def test_a_word_of_the_label_is_played_from_its_place(opened: OpenReport) -> None:
    page = opened.page
    row_of(page, "line_00003").click()
    word = page.locator("#panel .word").nth(2)
    assert word.get_attribute("title") == "0.40 to 0.60 s"
    word.click()
    wait_until(page, "document.querySelector('#panel audio').currentTime > 0.4")


def test_the_keyboard_is_enough(opened: OpenReport) -> None:
    page = opened.page
    page.locator(ROWS).first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.dataset.at") == "2"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.dataset.at") == "59"
    page.keyboard.press("Enter")
    title = page.inner_text("#panel-title")
    assert page.evaluate("document.activeElement.id") == "panel-title"
    page.click("#panel .previous")
    assert page.inner_text("#panel-title") != title
    page.keyboard.press("Escape")
    assert not page.locator("#panel").is_visible()
    assert page.evaluate("document.activeElement.dataset.at") == "58"


def test_a_clip_opened_right_after_another_was_closed_stays_open(opened: OpenReport) -> None:
    page = opened.page
    page.locator(ROWS).first.click()
    at = page.evaluate(
        """async () => {
          dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
          const { at } = document.activeElement.dataset;
          document.querySelector("tr[data-at='1']").click();
          const panel = document.getElementById("panel");
          await new Promise((done) => panel.addEventListener("close", done));
          return at;
        }"""
    )
    assert at == "0"
    assert page.locator("#panel").is_visible()
    assert page.inner_text("#panel-title bdi") == page.locator(f"{ROWS} th").nth(1).inner_text()


def test_a_clip_closed_while_its_sound_starts_is_no_error(opened: OpenReport) -> None:
    page = opened.page
    rule_link(page, "clicks").click()
    page.locator(ROWS).first.click()
    page.evaluate(
        """() => {
          document.querySelector("#panel .regions button").click();
          document.querySelector("#panel .close").click();
        }"""
    )
    page.wait_for_timeout(500)
    assert page.locator("#panel").is_hidden()
    assert opened.errors == []


def test_differing_words_are_marked_in_text_too(opened: OpenReport) -> None:
    page = opened.page
    rule_link(page, "label-mismatch").click()
    page.locator(ROWS).first.click()
    assert page.locator("#panel ins").first.inner_text() == "lantern"
    assert " heard as lantern" in page.inner_text("#panel .words")
    assert page.locator("#panel .findings li").count() >= 1


def test_what_was_made_up_is_not_shown_as_heard(chromium: Browser, tmp_path: Path) -> None:
    data = report_data(20)
    heard = dataclasses.replace(data.details["0" * 16], transcript="Thanks for watching!")
    made_up = data.findings.iloc[:1].assign(
        level="clip", clip_id="0" * 16, verdict="reject", rule=HALLUCINATION
    )
    made_up["words"] = [say("The recogniser made it up.")]
    data = dataclasses.replace(
        data, details={**data.details, "0" * 16: heard}, findings=made_up, audio={}
    )
    with open_report(chromium, written(data, tmp_path), address=f"#clip={'0' * 16}") as shown:
        shown.page.wait_for_selector("#panel .words")
        assert "Nothing that can be relied on." in shown.page.inner_text("#panel .words")
        assert "Thanks for watching!" not in shown.page.inner_text("#panel .words")
        assert shown.errors == []


def test_a_clip_without_audio_says_so(opened: OpenReport) -> None:
    page = opened.page
    row_of(page, "line_00012").click()
    assert "There is no audio file to play" in page.inner_text("#panel")
    assert page.locator("#panel audio").count() == 0
    assert (
        "The recogniser was not asked." in page.inner_text("#panel")
        or page.locator("#panel .words").is_visible()
    )


def test_hostile_labels_are_inert_in_table_and_panel(opened: OpenReport) -> None:
    page = opened.page
    for row in range(1, 9):
        row_of(page, f"line_0000{row}").click()
        page.locator("#panel-title").wait_for()
        page.click("#panel .close")
    row_of(page, "line_00001").click()
    assert "</script><img src=x onerror=" in page.inner_text("#panel")
    assert page.evaluate("window.hacked") is None
    assert page.locator("img").count() == page.locator("img[src^='data:image/webp']").count()


@pytest.mark.parametrize("width", [1400, 400])
def test_the_page_never_scrolls_sideways(chromium: Browser, report_file: Path, width: int) -> None:
    with open_report(chromium, report_file, width) as shown:
        page = shown.page
        page.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
        for tick in page.locator("#columns input:not([disabled])").all():
            tick.check()
        assert overflow(page) <= 0
        for name in ("line_00001", "line_00004", "bold"):
            row_of(page, name).click()
            assert overflow(page) <= 0
            panel = page.locator("#panel")
            assert panel.evaluate("p => p.scrollWidth - p.clientWidth") <= 0
            page.click("#panel .close")
        assert shown.errors == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_have_enough_contrast(chromium: Browser, report_file: Path, scheme: str) -> None:
    with open_report(chromium, report_file, scheme=scheme) as shown:
        pairs = shown.page.evaluate(
            """() => {
              const style = getComputedStyle(document.documentElement);
              const canvas = new OffscreenCanvas(1, 1).getContext("2d");
              const rgb = (name) => {
                canvas.fillStyle = style.getPropertyValue(name).trim();
                canvas.fillRect(0, 0, 1, 1);
                return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
              };
              const on = (text, ...papers) => papers.map((p) => [text, p, rgb(text), rgb(p)]);
              return [
                ...on("--ink", "--paper", "--raised", "--soft"),
                ...on("--muted", "--paper", "--raised", "--soft"),
                ...on("--link", "--paper", "--raised"),
                ...["accept", "review", "reject", "note"].flatMap((v) =>
                  on(`--${v}`, "--paper", "--raised", "--soft", `--${v}-tint`)),
              ];
            }"""
        )

    def light(rgb: list[int]) -> float:
        parts = [c / 255 for c in rgb]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    for text, paper, front, back in pairs:
        high, low = sorted((light(front), light(back)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (text, paper)


def test_an_empty_report_opens(chromium: Browser, tmp_path: Path) -> None:
    path = written(empty_data(), tmp_path)
    with open_report(chromium, path, 400) as shown:
        assert shown.page.inner_text("#shown") == "There are no clips."
        assert shown.errors == [] and overflow(shown.page) <= 0


def test_a_report_that_is_not_measured_yet_opens(chromium: Browser, tmp_path: Path) -> None:
    data = report_data(20)
    gone = [column.name for column in data.columns]
    bare = dataclasses.replace(
        data, clips=data.clips.drop(columns=gone), columns=(), details={}, audio={}
    )
    path = written(bare, tmp_path)
    with open_report(chromium, path) as shown:
        shown.page.locator(ROWS).first.click()
        assert "The recogniser was not asked." in shown.page.inner_text("#panel")
        assert shown.errors == []


def test_of_ten_thousand_clips_those_in_sight_are_drawn(
    chromium: Browser, ten_thousand: Path
) -> None:
    """How quick that is, benchmarks/reports.py measures."""
    with open_report(chromium, ten_thousand) as shown:
        page = shown.page
        assert page.locator(ROWS).count() < 60
        page.click("[data-key='score']")
        scores = [float(v) for v in cells(page, "Score") if v != "–"]
        assert scores == sorted(scores) and len(scores) > 10
        page.evaluate("document.getElementById('box').scrollTop = 1e9")
        page.wait_for_selector("tr[data-at='9999']")
        assert page.locator(ROWS).count() < 60
        assert {urlsplit(url).scheme for url in shown.requests} == {"file"}
        assert shown.errors == []
