"""What a report of many clips costs: to make, to open, to sort, to filter and to move a bound.

    python -m benchmarks.reports [--clips N] [--tries N]

The clips are those of `benchmarks.scale`: made up, judged by `tts-v1`, with every column that a run
measures. Chromium opens the page from the disk and tells by its own clock how long each thing
takes, drawing included; the least of several tries counts, since others may share the processors.
``_cpu_ms`` is the processor time of the page's main thread for the same.
Prints `key = value` lines. The goals for 10,000 clips: a first screen within 2 s, sorting and
filtering within 200 ms, the answer to a moved bound within 100 ms, under 5 MB; for 100,000: within
2 s, under 10 MB.
"""

import argparse
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, CDPSession

from benchmarks.scale import evidence
from reports.render import render_report
from reports.view import ReportData, VoiceSummary
from selection.decide import decide
from selection.derived import DERIVED, present
from selection.findings import in_words
from selection.policy import load_policy
from tests.browser import browser, wait_until

VOICES = 8
# until the frame that shows what was done is drawn
_TIMED = """async () => {
  const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0)));
  await drawn();
  const start = performance.now();
  ACT
  await drawn();
  return performance.now() - start;
}"""
BOUND = "[data-column='snr_db'] .slider input"
ACTS = {
    "sort": """document.querySelector("[data-key='score']").click();""",
    "filter": """const verdict = document.getElementById("verdict");
      verdict.value = verdict.value ? "" : "review";
      verdict.dispatchEvent(new Event("change"));""",
    "scroll": """const box = document.getElementById("box");
      box.scrollTop = box.scrollHeight / 2;""",
    "answer": f"""const bound = document.querySelector("{BOUND}");
      bound.value = Number(bound.value) + 3;
      bound.dispatchEvent(new Event("input"));""",
}


def made(clips: int) -> ReportData:
    """The report of clips that were judged and of which the best were selected."""
    policy = load_policy()
    told = evidence(clips, VOICES)
    decision = decide(told, policy)
    return ReportData(
        title="",
        created="2026-01-01T00:00:00+00:00",
        pseudonym="c-abcdefgh",
        submission={"Stage": "payload"},
        policy=policy,
        models={},
        clips=decision.clips.assign(codec="wav/pcm_16", turn=""),
        findings=in_words(decision.findings),
        voices=[VoiceSummary(**vars(v), provider_voice="", tone="") for v in decision.voices],
        columns=present(decision.clips, (*DERIVED, *told.columns)),
        details={},
        audio={clip_id: f"audio/{clip_id}.wav" for clip_id in decision.clips["clip_id"]},
        measured=clips,
        reused=0,
        unmoved=decision.unmoved,
    )


def written(data: ReportData, folder: Path) -> Path:
    """Write the report; prints what that costs and how large it is."""
    start = time.process_time()
    report = render_report(data)
    print(f"render_cpu_s = {time.process_time() - start:.1f}")
    (folder / "audio").mkdir()
    for name, content in report.beside.items():
        (folder / name).write_bytes(content)
    path = folder / "report.html"
    path.write_text(report.html, encoding="utf-8")
    print(f"page_mb = {path.stat().st_size / 1e6:.2f}")
    print(f"beside_mb = {sum(map(len, report.beside.values())) / 1e6:.2f}")
    return path


def measured(running: Browser, path: Path) -> dict[str, float]:
    """Milliseconds until the first screen is drawn, until all of the page answers, and for each
    thing that is done in it.
    """
    context = running.new_context(offline=True, viewport={"width": 1400, "height": 900})
    try:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        page.goto(path.as_uri())
        wait_until(page, "performance.getEntriesByName('ready').length > 0", 120)
        found = {"ready_cpu_ms": _cpu_ms(session)}
        for name, entry in (("first_screen_ms", "first-contentful-paint"), ("ready_ms", "ready")):
            found[name] = page.evaluate(f"performance.getEntriesByName('{entry}')[0].startTime")
        for name, act in ACTS.items():
            if name == "answer" and not page.query_selector(BOUND):
                continue
            before = _cpu_ms(session)
            found[f"{name}_ms"] = page.evaluate(_TIMED.replace("ACT", act))
            found[f"{name}_cpu_ms"] = _cpu_ms(session) - before
        return found
    finally:
        context.close()


def _cpu_ms(session: CDPSession) -> float:
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(1000 * next(m["value"] for m in metrics if m["name"] == "TaskDuration"))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clips", type=int, default=10_000)
    parser.add_argument("--tries", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, browser() as running:
        print(f"clips = {options.clips}")
        path = written(made(options.clips), Path(folder))
        tries = [measured(running, path) for _ in range(options.tries)]
    for name in tries[0]:
        print(f"{name} = {min(one[name] for one in tries):.0f}")


if __name__ == "__main__":
    main()
