"""A report opened in a real browser, offline, with everything that it says and asks for noted."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--mute-audio",
    "--autoplay-policy=no-user-gesture-required",
)


_STANDARD = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")


@dataclass
class OpenReport:
    """A page and what it did: console errors, exceptions, requests."""

    page: Page
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


@contextmanager
def browser() -> Iterator[Browser]:
    """Headless Chromium of the system; skips the test where there is none."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.skip("no Chromium or Chrome on the PATH; install one, e.g. apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=found, args=_FLAGS)
        try:
            yield running
        finally:
            running.close()


@contextmanager
def open_report(
    running: Browser,
    path: Path,
    width: int = 1400,
    height: int = 900,
    scheme: str = "light",
    address: str = "",
) -> Iterator[OpenReport]:
    """Open a report from disk in a fresh, offline context, at an address within it."""
    context = running.new_context(
        offline=True, viewport={"width": width, "height": height}, color_scheme=scheme
    )
    try:
        shown = OpenReport(context.new_page())
        shown.page.on("pageerror", lambda error: shown.errors.append(f"exception: {error}"))
        shown.page.on(
            "console",
            lambda line: (
                shown.errors.append(line.text) if line.type in ("error", "warning") else None
            ),
        )
        shown.page.on("request", lambda request: shown.requests.append(request.url))
        shown.page.goto(path.resolve().as_uri() + address)
        wait_until(shown.page, "'ready' in document.documentElement.dataset")
        yield shown
    finally:
        context.close()


def wait_until(page: Page, expression: str, timeout_s: float = 10.0) -> None:
    """Wait for a JavaScript expression: `wait_for_function` needs eval, which reports forbid."""
    end = time.monotonic() + timeout_s
    while not page.evaluate(expression):
        if time.monotonic() > end:
            raise AssertionError(f"not within {timeout_s} s: {expression}")
        page.wait_for_timeout(50)


def search(page: Page, text: str) -> None:
    """Type into the search field and wait for the table that answers it."""
    page.fill("#search", text)
    wait_until(page, "!document.querySelector('#table').ariaBusy")


def violations(page: Page) -> str:
    """What axe-core finds against WCAG 2.2 AA and its best practice; ``""`` for nothing."""
    options = {"resultTypes": ["violations"], "runOnly": list(_STANDARD)}
    found = Axe().run(page, options=options)
    return found.generate_report() if found.violations_count else ""
