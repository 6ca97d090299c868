"""The pages against WCAG 2.2 AA, as far as axe-core sees: light, dark, narrow, with a clip open."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import open_report, violations


@pytest.mark.parametrize(("scheme", "width"), [("light", 1400), ("dark", 1400), ("light", 400)])
def test_nothing_is_against_wcag(
    chromium: Browser, report_file: Path, scheme: str, width: int
) -> None:
    with open_report(chromium, report_file, width, scheme=scheme) as shown:
        page = shown.page
        page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert violations(page) == ""
        page.evaluate("location.hash = 'rule=clicks'")
        page.locator("#table tbody tr[data-at]").first.click()
        page.wait_for_selector("#panel .verdict-bar")
        page.evaluate(
            "document.querySelectorAll('#panel details').forEach((d) => { d.open = true; })"
        )
        page.wait_for_timeout(100)
        assert violations(page) == ""
        page.keyboard.press("Escape")
        page.click("#review")
        page.wait_for_selector("#panel .progress")
        assert violations(page) == ""
        assert shown.errors == []
