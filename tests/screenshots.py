"""Pictures of the pages, wide and narrow, light and dark: `make screenshots`."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tests.browser import browser, open_report

ROOT = Path(__file__).parents[1]
COLOURS = 128  # enough for a page, a third of the bytes
SIZES = {"wide": (1400, 900), "narrow": (400, 850)}
SCHEMES = ("light", "dark")
REJECTED = "verdict=reject&rule=clicks"
STRICTER = """name = "stricter"
extends = "{policy}"

[rules.dnsmos-ovrl]
column = "dnsmos_ovrl"
unit = "MOS"
review_below = 3.2
why = "For the picture of a comparison."
"""


def main(out: Path, folder: Path) -> None:
    """Write the first screen of each page, and of the report an open clip, in each look.

    Args:
        out: what `make demo` left, and so are its measurements.
        folder: where the pictures go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, browser() as running:
        pages = _pages(out, Path(name))
        for size, (width, height) in SIZES.items():
            for scheme in SCHEMES:
                with open_report(running, out / "report.html", width, height, scheme) as shown:
                    _take(shown.page, folder / f"report-{size}-{scheme}.png")
                    shown.page.evaluate(f"location.hash = '{REJECTED}'")
                    shown.page.locator("#table tbody tr[data-at]").first.click()
                    shown.page.wait_for_selector("#panel .verdict-bar")
                    shown.page.wait_for_timeout(300)  # the picture is decoded
                    _take(shown.page, folder / f"clip-{size}-{scheme}.png")
                for page, path in pages.items():
                    with open_report(running, path, width, height, scheme) as shown:
                        _take(shown.page, folder / f"{page}-{size}-{scheme}.png")


def _pages(out: Path, work: Path) -> dict[str, Path]:
    """The letter, the collection and a comparison with a stricter policy, made of a scored out."""
    policy = work / "stricter.toml"
    policy.write_text(STRICTER.format(policy=ROOT / "examples/policy.toml"), encoding="utf-8")
    whose = json.loads((out / "summary.json").read_text("utf-8"))["contributor"]
    _run("report", out, "--for-contributor", whose, "--to", work / "letter")
    _run("site", out.parent, "--to", work / "site")
    _run("score", ROOT / "examples/submission", "--policy", policy, "--out", work / "stricter")
    _run("compare", out, work / "stricter", "--html", work / "comparison.html", may_differ=True)
    return {
        "letter": work / "letter/letter.html",
        "collection": work / "site/index.html",
        "comparison": work / "comparison.html",
    }


def _run(*arguments: object, may_differ: bool = False) -> None:
    command = [sys.executable, "-m", "flows", *map(str, arguments)]
    code = subprocess.run(command, check=False, cwd=ROOT).returncode
    if code not in ((0, 1) if may_differ else (0,)):
        raise SystemExit(f"{' '.join(command)} ended with {code}")


def _take(page: Page, path: Path) -> None:
    page.screenshot(path=path)
    with Image.open(path) as picture:
        picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
