"""One browser for the pages of this folder, what a score leaves, and a policy that takes it all."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import browser
from tests.export.conftest import out  # noqa: F401


# Not for the whole session: Playwright keeps an event loop running, which asyncio.run refuses.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser() as running:
        yield running


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """Selects by score, however little there is."""
    path = tmp_path / "policy.toml"
    path.write_text(
        'name = "p"\nextends = "tts-v1"\n[budget]\nminimum_hours = 0\n'
        '[selection]\nstrategy = "score"\n',
        encoding="utf-8",
    )
    return path
