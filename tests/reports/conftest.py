"""One browser for all tests of this folder, and a report on disk with its audio beside it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Browser

from reports.view import ReportData
from tests.browser import browser
from tests.reports.factory import report_data, wide_data, written


# Not for the whole session: Playwright keeps an event loop running, which asyncio.run refuses.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> ReportData:
    return report_data(60, tmp_path_factory.mktemp("report") / "audio")


@pytest.fixture(scope="session")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("written")
    return written(report_data(60, folder / "audio"), folder)


@pytest.fixture(scope="session")
def ten_thousand(shared: Path) -> Path:
    """A report of so many clips, made once for all processes."""
    path = shared / "ten_thousand" / "report.html"
    with FileLock(shared / "ten_thousand.lock"):
        if not path.exists():
            written(wide_data(10_000), path.parent)
    return path
