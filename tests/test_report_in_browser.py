"""The example's own report in headless Chromium with the network off."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from playwright.sync_api import Browser

from tests.browser import OpenReport, browser, open_report, search, wait_until
from tests.conftest import EXAMPLE, POLICY

ROWS = "#table tbody tr[data-at]"
HEARD_AGAIN = "document.querySelector('#review')?.innerText.startsWith('Review 35 ')"


@pytest.fixture(scope="module")
def chromium(example: Path) -> Iterator[Browser]:  # the example first: Prefect starts its own loop
    with browser() as running:
        yield running


@pytest.fixture
def opened(chromium: Browser, example: Path) -> Iterator[OpenReport]:
    with open_report(chromium, example / "report.html") as shown:
        yield shown
    assert shown.errors == []
    own = (example.as_uri(), "data:image/webp")
    assert not [url for url in shown.requests if not url.startswith(own)]


def test_it_tells_what_came_in(opened: OpenReport) -> None:
    text = opened.page.inner_text("body")
    for expected in ("VOICE_A_NEUTRAL", "VOICE_C_WHISPERING", "VOICE_D_NEUTRAL", "base"):
        assert expected in text
    assert "Example Contributor" not in text


def test_the_table_sorts_and_filters(opened: OpenReport) -> None:
    page = opened.page
    head = page.locator("th", has=page.locator("[data-key='score']"))
    page.click("[data-key='score']")
    assert head.get_attribute("aria-sort") == "ascending"
    page.select_option("#verdict", "accept")
    accepted = page.inner_text("#shown")
    page.select_option("#verdict", "reject")
    assert page.inner_text("#shown") != accepted
    page.evaluate("location.hash = 'rule=clipping'")
    assert page.locator(ROWS).count() >= 1


def test_a_rejected_clip_shows_words_pictures_and_plays(opened: OpenReport) -> None:
    page = opened.page
    page.evaluate("location.hash = 'rule=wer'")
    panel = page.locator("#panel")
    page.locator(ROWS).first.click()
    for _ in range(10):  # what was made up is not shown as heard
        if panel.locator("del").count() + panel.locator("ins").count() > 0:
            break
        page.keyboard.press("j")
    else:
        pytest.fail("no clip shows which words differ")
    assert panel.locator("img[src^='data:image/webp']").count() == 1
    assert panel.locator(".findings li").count() >= 1
    panel.locator("audio").evaluate("a => a.play()")
    wait_until(page, "document.querySelector('#panel audio').currentTime > 0.2")


def test_a_flac_clip_plays_too(opened: OpenReport) -> None:
    page = opened.page
    search(page, "audio/0001.flac")
    page.locator(ROWS).first.click()
    page.locator("#panel audio").evaluate("a => a.play()")
    wait_until(page, "document.querySelector('#panel audio').currentTime > 0.2")


@pytest.mark.parametrize("width", [1400, 400])
def test_the_page_does_not_scroll_sideways(chromium: Browser, example: Path, width: int) -> None:
    with open_report(chromium, example / "report.html", width=width) as shown:
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert int(shown.page.evaluate(wide)) <= 0
        assert shown.errors == []


def test_a_review_by_keyboard_ends_in_a_run_that_honours_it(
    chromium: Browser,
    example: Path,
    store: Path,
    tenhours: Callable[..., int],
    tmp_path: Path,
) -> None:
    before = pd.read_csv(example / "verdicts.csv").set_index(["voice", "audio_file"])["verdict"]
    with open_report(chromium, example / "report.html") as shown:
        page = shown.page
        while page.evaluate("document.activeElement.id") != "review":
            page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        for n in range(20):
            page.wait_for_selector(f"#panel .progress:has-text(', {n} decided')")
            page.keyboard.press("r" if n % 4 == 0 else "a")
        page.wait_for_selector("#panel .progress:has-text(', 20 decided')")
        page.keyboard.press("Escape")
        while page.evaluate("document.activeElement.id") != "download":
            page.keyboard.press("Tab")
        with page.expect_download() as waiting:
            page.keyboard.press("Enter")
        waiting.value.save_as(tmp_path / "decisions.csv")
        assert shown.errors == []
    said = pd.read_csv(tmp_path / "decisions.csv").set_index(["voice", "audio_file"])["decision"]
    assert said.value_counts().to_dict() == {"accept": 15, "reject": 5}
    again = ("--policy", POLICY, "--out", tmp_path / "out", "--store", store)
    assert tenhours("score", EXAMPLE, *again, "--decisions", tmp_path / "decisions.csv") == 0
    after = pd.read_csv(tmp_path / "out" / "verdicts.csv").set_index(["voice", "audio_file"])
    assert after["verdict"].loc[said.index].tolist() == said.tolist()
    changed = said[said != before.loc[said.index]]
    assert len(changed) >= 15
    assert set(after["decided_by"].loc[changed.index]) == {"maintainer"}
    untouched = after.index.difference(said.index)
    assert (after["decided_by"].loc[untouched] == "machine").all()
    with open_report(chromium, tmp_path / "out" / "report.html") as shown:
        assert not shown.page.evaluate(HEARD_AGAIN)
        assert shown.errors == []
