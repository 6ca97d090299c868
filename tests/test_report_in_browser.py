"""The example's own report in headless Chromium with the network off."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import OpenReport, browser, open_report, search, wait_until

ROWS = "#table tbody tr[data-at]"


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
    page.locator("button.rule[data-rule='clipping']").click()
    assert page.locator(ROWS).count() >= 1


def test_a_rejected_clip_shows_words_pictures_and_plays(opened: OpenReport) -> None:
    page = opened.page
    page.locator("button.rule[data-rule='wer']").click()
    page.locator(ROWS).first.click()
    panel = page.locator("#panel")
    assert panel.locator("del").count() + panel.locator("ins").count() > 0
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
