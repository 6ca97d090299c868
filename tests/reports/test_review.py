"""A person's review by keyboard alone, from the first screen to decisions.csv."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import OpenReport, open_report, wait_until
from tests.reports.factory import report_data, written

TABS = 30
ON_CLOSE = "document.activeElement.className === 'close'"


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    return written(report_data(130, folder / "audio"), folder)


@pytest.fixture
def opened(chromium: Browser, many: Path) -> Iterator[OpenReport]:
    with open_report(chromium, many) as shown:
        yield shown
    assert shown.errors == []


def tab_to(page: Page, element: str) -> None:
    for _ in range(TABS):
        if page.evaluate("document.activeElement.id") == element:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{element} is more than {TABS} tabs away")


def start(page: Page) -> int:
    """Begin the review; how many clips it has."""
    tab_to(page, "review")
    asked = int(page.inner_text("#review").split(" ")[1])
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel .verdict-bar")
    return asked


def clip(page: Page) -> str:
    return page.inner_text("#panel-title bdi")


def press(page: Page, key: str) -> None:
    """A key that goes to another clip."""
    before = page.inner_text("#panel")
    page.keyboard.press(key)
    wait_until(page, f"document.querySelector('#panel').innerText !== {before!r}")
    assert not page.evaluate(ON_CLOSE)


def decided(page: Page, path: Path) -> list[dict[str, str]]:
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    waiting.value.save_as(path)
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_whole_queue_is_decided_by_keyboard_alone(opened: OpenReport, tmp_path: Path) -> None:
    page = opened.page
    asked = start(page)
    assert asked >= 20
    wait_until(page, "document.querySelector('#panel audio').currentTime > 0")
    expected = {}
    for n in range(asked):
        name = clip(page)
        assert name not in expected
        decision, key = (("accept", "a"), ("reject", "r"), ("", "s"))[n % 3]
        expected[name] = [decision, ""]
        if n == 1:
            page.keyboard.press("e")
            page.keyboard.type('a jar, a "clank"')
            page.keyboard.press("Enter")
            expected[name][1] = 'a jar, a "clank"'
        press(page, key)
    assert page.inner_text("#panel-title") == "All of the queue is heard"
    assert page.evaluate("document.activeElement.id") == "take"
    lines = decided(page, tmp_path / "decisions.csv")
    assert list(lines[0]) == [
        *("voice", "audio_file", "row", "clip_id", "clip_key", "decision", "reason")
    ]
    said = {line["audio_file"]: [line["decision"], line["reason"]] for line in lines}
    assert said == {name: mine for name, mine in expected.items() if mine[0]}
    assert all(line["clip_key"] == line["clip_id"][::-1] for line in lines)


def test_decisions_stay_in_the_browser_and_can_be_forgotten(opened: OpenReport) -> None:
    page = opened.page
    start(page)
    first = clip(page)
    press(page, "a")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "review"
    page.reload()
    wait_until(page, "'ready' in document.documentElement.dataset")
    assert page.inner_text("#decided-text").startswith("You decided on 1 clip: 1 accept, 0 reject")
    start(page)
    assert clip(page) != first and "1 decided" in page.inner_text(".progress")
    page.keyboard.press("Escape")
    page.click("#forget")
    assert page.locator("#decided").is_hidden()


def test_undo_goes_back_to_the_clip(opened: OpenReport) -> None:
    page = opened.page
    start(page)
    first = clip(page)
    press(page, "r")
    press(page, "a")
    press(page, "u")
    press(page, "u")
    assert clip(page) == first and "0 decided" in page.inner_text(".progress")
    page.keyboard.press("u")
    assert page.inner_text("#said") == "There is nothing to undo."


def test_space_plays_and_pauses_wherever_the_focus_is(opened: OpenReport) -> None:
    page = opened.page
    start(page)
    page.keyboard.press("l")
    page.focus("#panel .close")
    for paused in ("true", "false", "true"):
        page.keyboard.press("Space")
        wait_until(page, f"document.querySelector('#panel audio').paused === {paused}")
    assert page.locator("#panel").is_visible()


def test_keys_step_and_play(opened: OpenReport) -> None:
    page = opened.page
    start(page)
    names = [clip(page)]
    for key in ("j", "ArrowRight"):
        press(page, key)
        names.append(clip(page))
        wait_until(page, "document.querySelector('#panel audio').currentTime > 0")
    assert len(set(names)) == 3
    for key in ("k", "ArrowLeft"):
        press(page, key)
    assert clip(page) == names[0]
    page.keyboard.press("?")
    assert "take the last decision back" in page.inner_text("#keys")


def test_a_letter_that_is_written_decides_nothing(opened: OpenReport) -> None:
    page = opened.page
    start(page)
    name = clip(page)
    page.keyboard.press("e")
    page.keyboard.type("arsu j")
    page.keyboard.press("Escape")
    assert page.locator("#panel").is_visible() and clip(page) == name
    assert page.input_value("#reason") == "arsu j" and "0 decided" in page.inner_text(".progress")


def test_a_defect_plays_and_stops_behind_it(opened: OpenReport) -> None:
    page = opened.page
    page.evaluate("location.hash = 'rule=clicks'")
    page.locator("#table tbody tr[data-at]").first.click()
    page.wait_for_selector("#panel .defect")
    page.keyboard.press("d")
    audio = "document.querySelector('#panel audio')"
    wait_until(page, f"{audio}.currentTime > 0.1")
    wait_until(page, f"{audio}.paused")
    assert not page.evaluate(f"{audio}.ended")


def test_a_click_on_the_picture_seeks(opened: OpenReport) -> None:
    page = opened.page
    start(page)
    page.keyboard.press("Space")
    area = page.locator("#panel .over").bounding_box()
    assert area
    page.mouse.click(area["x"] + 0.5 * area["width"], area["y"] + 20)
    audio = "document.querySelector('#panel audio')"
    share = f"{audio}.currentTime / {audio}.duration"
    assert 0.4 < page.evaluate(share) < 0.9
    page.keyboard.press("Space")
    page.wait_for_timeout(200)
    cursor = float((page.get_attribute("#panel .cursor", "x1") or "0").rstrip("%")) / 100
    assert cursor == pytest.approx(page.evaluate(share), abs=0.05)


def test_the_address_says_what_is_shown(chromium: Browser, many: Path) -> None:
    with open_report(chromium, many) as shown:
        page = shown.page
        page.evaluate("document.querySelector('.every').open = true")
        page.click("a.rule[href='#rule=noisy']")
        page.click("[data-key='score']")
        page.click("[data-key='score']")
        page.locator("#table tbody tr[data-at]").first.click()
        page.wait_for_selector("#panel .verdict-bar")
        name, address = clip(page), page.evaluate("location.hash")
        assert "rule=noisy" in address and "sort=-score" in address and "clip=" in address
        told = page.inner_text("#shown")
    with open_report(chromium, many, address=address) as shown:
        shown.page.wait_for_selector("#panel .verdict-bar")
        assert clip(shown.page) == name
        assert shown.page.inner_text("#shown") == told
        shown.page.keyboard.press("Escape")
        assert "clip=" not in shown.page.evaluate("location.hash")
