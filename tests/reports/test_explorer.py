"""The bounds moved in a real browser: by keyboard, with what they come to, reset and copied."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from reports.view import ReportData
from tests.browser import OpenReport, open_report, wait_until

READY = "!document.getElementById('explorer').hidden"


@pytest.fixture
def opened(chromium: Browser, report_file: Path) -> Iterator[OpenReport]:
    with open_report(chromium, report_file) as shown:
        wait_until(shown.page, READY)
        yield shown
    assert shown.errors == []


def slider(page: Page, column: str, key: str) -> str:
    """Opens a measurement and gives the selector of one of its sliders."""
    page.locator(f".measure[data-column='{column}']").evaluate("e => (e.open = true)")
    found = page.locator(f".measure[data-column='{column}'] .slider input[id$='-{key}']")
    return f"#{found.first.get_attribute('id')}"


def counts(page: Page) -> dict[str, int]:
    said = page.inner_text("#moved-counts")
    found = re.findall(r"(accept|review|reject) (?:[\d,]+ → )?([\d,]+)", said)
    return {word: int(n.replace(",", "")) for word, n in found}


def test_it_starts_with_the_verdicts_of_the_report(opened: OpenReport, data: ReportData) -> None:
    said = data.clips["verdict"].value_counts().to_dict()
    assert counts(opened.page) == {v: said.get(v, 0) for v in ("accept", "review", "reject")}
    assert "0 clips change" in opened.page.inner_text("#moved-counts")
    assert opened.page.is_disabled("#moved-reset")


def test_a_bound_moves_by_keyboard_and_back(opened: OpenReport, data: ReportData) -> None:
    page = opened.page
    bound = slider(page, "snr_db", "review_below")
    now = counts(page)
    page.focus(bound)
    page.keyboard.press("End")
    value = float(str(page.get_attribute(bound, "aria-valuetext")).split()[0])
    assert value > data.clips["snr_db"].max()
    assert counts(page)["accept"] == 0
    changed = re.search(r"(\d+) clips change", page.inner_text("#moved-counts"))
    assert changed and int(changed[1]) == now["accept"]
    assert page.locator("#moved-list li").count() == min(now["accept"], 51)
    assert "noisy" in page.inner_text("#moved-list li >> nth=0")
    page.click("#moved-clips")
    assert page.inner_text("#shown").startswith(f"{now['accept']} of 60 clips")
    page.locator("#moved-bounds button").click()
    assert counts(page) == now and page.is_disabled("#moved-reset")


def test_a_bound_does_not_pass_the_others_of_its_rule(opened: OpenReport) -> None:
    page = opened.page
    reject = slider(page, "snr_db", "reject_below")
    page.focus(reject)
    page.keyboard.press("End")
    said = page.get_attribute(reject, "aria-valuetext")
    assert said == page.get_attribute(slider(page, "snr_db", "review_below"), "aria-valuetext")
    page.focus(reject)
    page.keyboard.press("Home")
    assert page.get_attribute(reject, "aria-valuetext") == "none"


def test_the_policy_is_copied_with_the_reason_that_was_written(opened: OpenReport) -> None:
    page = opened.page
    page.focus(slider(page, "snr_db", "review_below"))
    page.keyboard.press("ArrowRight")
    assert "to fill in" in page.input_value("#moved-toml")
    page.fill("#moved-bounds input", 'The "new" vocoder \\ hisses.')
    said = tomllib.loads(page.input_value("#moved-toml"))
    assert said["rules"]["noisy"]["why"] == 'The "new" vocoder \\ hisses.'
    assert list(said["rules"]) == ["noisy"] and said["extends"].endswith(".toml")
    page.locator("#moved-policy summary").click()
    page.click("#moved-copy")
    wait_until(page, "document.querySelector('#moved-copied').textContent !== ''")


def test_a_bar_and_its_count_lead_to_its_clips(opened: OpenReport, data: ReportData) -> None:
    page = opened.page
    figure = page.locator(".measure[data-column='click_count']")
    figure.evaluate("e => (e.open = true)")
    bar = figure.locator(".bar[data-bin='1']")
    bar.dispatch_event("click")
    clicked = int((data.clips["click_count"] == 1).sum())
    assert clicked and page.inner_text("#shown").startswith(f"{clicked} of 60 clips: Clicks")
    figure.locator(".numbers summary").click()
    figure.locator("button[data-bin='0']").click()
    none = int((data.clips["click_count"] == 0).sum())
    assert page.inner_text("#shown").startswith(f"{none} of 60 clips: Clicks")


def test_ten_thousand_clips_are_judged_anew(chromium: Browser, ten_thousand: Path) -> None:
    """How quick that is, benchmarks/reports.py measures."""
    with open_report(chromium, ten_thousand) as shown:
        page = shown.page
        wait_until(page, READY, 60)
        assert sum(counts(page).values()) == 10_000
        page.focus(slider(page, "snr_db", "review_below"))
        page.keyboard.press("End")
        assert counts(page)["accept"] == 0
        assert shown.errors == []


@pytest.mark.parametrize("width", [1400, 400])
def test_all_of_it_fits_the_page(chromium: Browser, report_file: Path, width: int) -> None:
    with open_report(chromium, report_file, width=width) as shown:
        wait_until(shown.page, READY)
        shown.page.evaluate("for (const e of document.querySelectorAll('details')) e.open = true")
        shown.page.focus(slider(shown.page, "snr_db", "review_below"))
        shown.page.keyboard.press("End")
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert int(shown.page.evaluate(wide)) <= 0
        assert shown.errors == []
