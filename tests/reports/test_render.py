import base64
import dataclasses
import gzip
import hashlib
import json
import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from clips.numbers import number
from clips.words import say
from reports.details import clip_details
from reports.names import OTHER, group, heading
from reports.problems import beyond, by_row, marks
from reports.quality import apart
from reports.queue import queue
from reports.render import MOST_INLINE, SHARD, render_report
from reports.tables import clip_table, json_for_html, main_reasons
from reports.view import ClipDetails, ReportData
from selection.cover import cover
from selection.losses import losses
from selection.policy import load_policy
from tests.reports.factory import POLICY, VOICES, empty_data, report_data


class Parsed(HTMLParser):
    """Elements, texts and data blocks of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.blocks: dict[str, str] = {}
        self.text = ""
        self._open = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = dict(attrs).get("id") or tag if tag in ("script", "style") else ""

    def handle_endtag(self, tag: str) -> None:
        self._open = ""

    def handle_data(self, data: str) -> None:
        if self._open:
            self.blocks[self._open] = self.blocks.get(self._open, "") + data
        else:
            self.text += data

    def table(self) -> dict:
        return self.unpacked("clips-data")

    def detail(self, row: int) -> dict:
        return self.unpacked(f"details-{row // SHARD}")[row % SHARD]

    def unpacked(self, block: str) -> Any:
        return json.loads(gzip.decompress(base64.b64decode(self.blocks[block])))


@pytest.fixture(scope="module")
def page(data: ReportData) -> Parsed:
    return Parsed(render_report(data).html)


def test_the_head_says_who_what_and_by_which_policy(page: Parsed, data: ReportData) -> None:
    for expected in (
        *("quiet-heron", "payload", "Aurora Speech HD", "Apache-2.0", POLICY.name),
        *(POLICY.sha256[:12], "2025-02-03 09:30:00 UTC", "whisper-base int8 8f2a"),
        *VOICES,
    ):
        assert expected in page.text
    assert re.search(r"Of 1 min \d\d s in 60 clips, \d+ s are accepted", page.text)
    assert "Aurora Speech HD: ALDER_NEUTRAL, BIRCH_WHISPERING, CEDAR_HAPPY" in page.text


def test_nothing_is_loaded_and_nothing_runs_but_the_named_script(page: Parsed) -> None:
    policy = next(a["content"] for t, a in page.tags if a.get("http-equiv"))
    assert policy and "default-src 'none'" in policy and "unsafe" not in policy
    assert policy.count("sha256-") == 2
    for tag, attributes in page.tags:
        assert tag not in ("link", "iframe", "object", "embed", "img", "base")
        assert not {"src", "style"} & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)
    scripts = [a for t, a in page.tags if t == "script" and "type" not in a]
    assert len(scripts) == 1


def test_every_clip_is_in_the_table_with_its_figures(page: Parsed, data: ReportData) -> None:
    table = page.table()
    assert table["count"] == 60
    assert table["values"]["verdict"] == list(data.clips["verdict"])
    expected = data.clips["snr_db"].round(3).tolist()
    assert table["values"]["snr_db"][0] == pytest.approx(expected[0], abs=1e-3)
    assert table["values"]["snr_db"][12] is None
    assert table["audio"][12] is None and table["audio"][0].endswith(".wav")


def test_cells_are_marked_by_the_findings_and_by_nothing_else(data: ReportData) -> None:
    marked = clip_table(data, main_reasons(data))["marks"]
    found = data.findings[data.findings["rule"] == "noisy"]
    rows = {c: i for i, c in enumerate(data.clips["clip_id"])}
    assert marked["snr_db"] == {
        rows[f.clip_id]: f.verdict for f in found.itertuples() if f.clip_id in rows
    }
    nothing = dataclasses.replace(data, findings=data.findings.iloc[:0])
    assert clip_table(nothing, main_reasons(nothing))["marks"] == {}


def test_the_panel_has_words_findings_regions_and_pictures(page: Parsed, data: ReportData) -> None:
    row = int(np.flatnonzero(data.clips["click_count"] > 0)[0])
    detail = page.detail(row)
    assert detail["regions"][0][0] == "click" and detail["image"] and detail["wave"]
    wrong = int(np.flatnonzero(data.clips["wer"] > 0.1)[0])
    operations = [op for op, *_ in page.detail(wrong)["words"]]
    assert operations == ["equal", "substitute", "delete", "equal", "insert"]
    assert page.detail(wrong)["findings"][0]["rule"] == "label-mismatch"


def test_figures_stand_beside_a_sentence_that_lacks_them(data: ReportData) -> None:
    silent = data.findings.assign(words=[say("Something is off.")] * len(data.findings))
    page = Parsed(render_report(dataclasses.replace(data, findings=silent)).html)
    wrong = int(np.flatnonzero(data.clips["snr_db"] < 20)[0])
    figures = [f["figures"] for f in page.detail(wrong)["findings"] if f["rule"] == "noisy"]
    assert re.fullmatch(r"Speech over noise [\d.]+ dB \(limit 20 dB\)", figures[0])


def test_problems_are_grouped_by_rule_with_bound_and_worst(page: Parsed, data: ReportData) -> None:
    text = " ".join(page.text.split())
    noisy = data.findings[data.findings["rule"] == "noisy"]
    assert "The noise is too loud beside the speech." in text
    assert "Bounds: reject below 20, review below 30 dB." in text
    assert f"Worst: {number(noisy['value'].min())} dB in line_" in text
    assert "A label row names an audio file that is not there." in text
    assert "state it in submission.toml too" in text


def test_a_figure_stands_for_each_column_with_a_rule(page: Parsed, data: ReportData) -> None:
    figures = [a for t, a in page.tags if a.get("class") == "measure"]
    columns = [a["data-column"] for a in figures]
    assert sorted(map(str, columns)) == sorted({r.column for r in POLICY.rules.values()})
    marked = marks(by_row(data), POLICY)
    found = [len(marked.get(str(column), {})) for column in columns]
    assert found == sorted(found, reverse=True) and found[0] > 0
    assert beyond(data) == {column: len(rows) for column, rows in marked.items()}


def test_the_best_hours_say_what_they_cover_and_lack(page: Parsed, data: ReportData) -> None:
    text = " ".join(page.text.split())
    for voice in VOICES:
        found = cover(voice, data.clips[data.clips["voice"] == voice], POLICY.selection)
        assert found is not None
        clips, covered = found.seconds.size - 1, found.covered[-1]
        assert f"{clips} clips" in text
        assert f"have {covered:,} of the {found.every:,} diphones" in text
    (first, *_) = found.sentences
    assert f"#clip={first.clip_id}" in [a.get("href") for t, a in page.tags if t == "a"]
    bare = dataclasses.replace(data, clips=data.clips.drop(columns="phonemes"))
    assert "The best 10 h" in text and "The best 10 h" not in Parsed(render_report(bare).html).text


def test_the_glossary_says_what_each_measurement_is(page: Parsed, data: ReportData) -> None:
    for column in data.columns:
        assert column.about in page.text and column.source in page.text
    for rule in POLICY.rules.values():
        assert rule.why in page.text


def test_hostile_strings_are_data(data: ReportData) -> None:
    html = render_report(data).html
    page = Parsed(html)
    assert 'onerror="window' not in html and "<b>bold" not in html
    assert "\u202e" not in html and "\x00" not in html and "\x1b" not in html
    assert page.table()["values"]["text"][1].startswith("</script><img src=x onerror=")
    assert "⟦U+202E⟧gpj.exe" in page.table()["values"]["text"][2]
    assert [t for t, _ in page.tags].count("script") == 5
    assert len(page.table()["values"]["text"][4]) > 4900


def test_hostile_strings_are_inert_wherever_they_stand(data: ReportData) -> None:
    evil = "</style></script><img src=x>{{7*7}}\u202e\x07"
    voices = [dataclasses.replace(data.voices[0], voice=evil, tone=evil, missing=evil)]
    ours = evil[:-2]
    columns = [dataclasses.replace(c, about=ours, source=ours, unit=ours) for c in data.columns]
    page = Parsed(
        render_report(
            dataclasses.replace(
                data,
                **dict.fromkeys(("title", "pseudonym", "created"), evil),
                submission={evil: evil},
                models={evil: evil},
                voices=voices,
                columns=columns,
                clips=data.clips.assign(voice=evil, audio_file=evil, text=evil, codec=evil),
                findings=data.findings.assign(sentence=evil, voice=evil, rule=evil, unit=evil),
                details={"0" * 16: ClipDetails(evil, evil, regions={evil: [[0.0, 1.0]]})},
            )
        ).html
    )
    assert "img" not in {t for t, _ in page.tags}
    shown = json.dumps([page.table(), page.detail(0)])
    assert "\u202e" not in page.text and "\\u202e" not in shown and "7*7" in shown


@pytest.mark.parametrize("text", ["</script>", "<!--", "\u2028\u2029", '"\\'])
def test_json_in_a_script_cannot_end_it(text: str) -> None:
    escaped = json_for_html(text)
    assert "<" not in escaped and "\u2028" not in escaped
    assert json.loads(escaped) == text


@pytest.mark.parametrize("url", ["https://a.example/x.wav", "//a/x", "/etc/x", "javascript:x"])
def test_audio_must_lie_beside_the_report(data: ReportData, url: str) -> None:
    with pytest.raises(ValueError, match="relative"):
        render_report(dataclasses.replace(data, audio={"0" * 16: url}))


def test_an_empty_submission_says_so() -> None:
    text = Parsed(render_report(empty_data()).html).text
    assert "There is nothing to judge" in text
    assert "The submission holds no voice." in text
    assert "No rule found anything to say about a clip." in text
    assert "No clip with audio waits for a person." in text


def test_a_report_without_measurements_is_still_a_report(data: ReportData) -> None:
    bare = data.clips.drop(columns=[c.name for c in data.columns]).assign(score=np.nan)
    html = render_report(
        dataclasses.replace(data, clips=bare, details={}, audio={}, models={}, columns=())
    ).html
    page = Parsed(html)
    assert "There is nothing to draw." in page.text
    assert "heard" not in page.detail(0)


def test_the_same_data_give_the_same_bytes(data: ReportData) -> None:
    assert render_report(data) == render_report(data)


def test_a_declared_fact_is_shown_once(data: ReportData) -> None:
    length = dataclasses.replace(data.columns[0], name="duration_s", unit="s")
    table = clip_table(
        dataclasses.replace(data, columns=(*data.columns, length)), main_reasons(data)
    )
    assert [c["key"] for c in table["columns"]].count("duration_s") == 1


def test_ten_thousand_clips_stay_small(ten_thousand: Path) -> None:
    assert ten_thousand.stat().st_size < 5_000_000
    beside = [file.name for file in (ten_thousand.parent / "audio").iterdir()]
    assert len(beside) == 10_000 / SHARD
    assert all(re.fullmatch(r"[0-9a-f]{24}\.js", name) for name in beside)


def test_what_lies_beside_hands_over_the_details_of_its_clips(data: ReportData) -> None:
    many = report_data(MOST_INLINE + 1)
    name, script = list(render_report(many).beside.items())[5]
    told = re.fullmatch(r"tenhoursDetails\(5,(.*)\);\n", script.decode())
    assert told and hashlib.sha256(script).hexdigest().startswith(name[6:30])
    assert json.loads(told[1]) == list(clip_details(many))[500:]


def test_a_page_holds_so_many_clips_and_says_what_it_leaves_out(
    data: ReportData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.render.MOST_ROWS", 20)
    page = Parsed(render_report(data).html)
    assert "This page holds the 20 gravest of 60 clips" in page.text
    assert page.table()["count"] == 20
    snr = [value for value in page.table()["values"]["snr_db"] if value is not None]
    assert snr == [float(f"{value:.5g}") for value in snr]
    kept = Counter(page.table()["values"]["verdict"])
    every = Counter(data.clips["verdict"])
    assert kept["reject"] == every["reject"] and kept["review"] == every["review"]


def test_what_is_left_out_explains_still(data: ReportData, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files without a label follow from labels without a file, as long as there are as many."""
    monkeypatch.setattr("reports.render.MOST_ROWS", 1)
    of = data.clips["clip_id"].iloc[:2].tolist()
    names = ("missing-audio", "unlabelled-audio")
    found = pd.concat([data.findings.iloc[:1]] * 2, ignore_index=True).assign(
        level="clip", voice=VOICES[0], clip_id=of, rule=names, verdict=["review", "reject"]
    )
    clips = data.clips.iloc[:2].assign(voice=VOICES[0], verdict=["review", "reject"])
    page = Parsed(render_report(dataclasses.replace(data, clips=clips, findings=found)).html)
    assert page.table()["found"] == {"0": ["missing-audio", "unlabelled-audio"]}


def test_a_hold_is_a_banner_and_the_clips_keep_their_own_verdicts(data: ReportData) -> None:
    hold = {"level": "submission", "rule": "stage-order", "verdict": "reject", "clip_id": ""}
    words = say("The samples are not approved.")
    row = data.findings.iloc[:1].assign(**hold, voice="", sentence="The samples are not approved.")
    row["words"] = [words]
    own = data.findings[data.findings["level"] != "voice"]
    held = dataclasses.replace(
        data,
        clips=data.clips.assign(verdict="reject", reasons="stage-order"),
        findings=pd.concat([row, own], ignore_index=True),
        voices=[dataclasses.replace(v, accepted=0, hours_accepted=0.0) for v in data.voices],
    )
    page = Parsed(render_report(held).html)
    assert "Held. The samples are not approved. stage-order" in " ".join(page.text.split())
    assert page.table()["values"]["verdict"] == list(data.clips["verdict"])
    shown, holds = apart(held)
    assert [v.accepted for v in shown.voices] == [v.accepted for v in data.voices]
    assert [h["rule"] for h in holds] == ["stage-order"]


def test_the_reasons_that_cost_most_hours_come_first(page: Parsed, data: ReportData) -> None:
    links = [
        a["href"] for t, a in page.tags if t == "a" and (a.get("href") or "").startswith("#rule=")
    ]
    dearest = losses(data.clips, data.findings)
    assert links[:5] == [f"#rule={loss.rule}" for loss in dearest[:5]]
    assert links[0] == "#rule=label-mismatch"


def test_main_reasons_name_value_and_limit(data: ReportData) -> None:
    reasons = main_reasons(data)
    noisy = int(np.flatnonzero((data.clips["snr_db"] < 20) & (data.clips["wer"] <= 0.1))[0])
    assert reasons[noisy][0] == "noisy"
    assert re.fullmatch(r"Speech over noise [\d.]+ dB \(limit 20 dB\)", reasons[noisy][1])
    assert reasons[12] == ("missing-audio", "A label row names an audio file that is not there")
    fine = int(np.flatnonzero(data.clips["verdict"] == "accept")[0])
    assert reasons[fine] == ("", "")


def test_the_queue_is_review_then_near_a_limit_then_a_control(data: ReportData) -> None:
    playable = dataclasses.replace(data, audio=dict.fromkeys(data.clips["clip_id"], "audio/x.wav"))
    rules = [rule for rule, _ in main_reasons(playable)]
    waiting = queue(playable, rules)
    kinds = [one.kind for one in waiting]
    assert kinds == sorted(kinds, key=["review", "near", "control"].index)
    verdict = data.clips["verdict"].tolist()
    assert {one.row for one in waiting if one.kind == "review"} == {
        row for row, said in enumerate(verdict) if said == "review"
    }
    assert all(verdict[one.row] == "accept" for one in waiting if one.kind != "review")
    assert kinds.count("control") == 5 and len({one.row for one in waiting}) == len(waiting)
    near = [one for one in waiting if one.kind == "near"]
    assert near and all(one.why.endswith("is close to its limit") for one in near)
    assert queue(playable, rules) == waiting
    assert queue(dataclasses.replace(data, audio={}), rules) == []
    row = waiting[0].row
    mine = ["maintainer" if i == row else "machine" for i in range(len(data.clips))]
    told = dataclasses.replace(playable, clips=data.clips.assign(decided_by=mine))
    assert row not in {one.row for one in queue(told, rules)}


def test_a_silent_clip_is_silent_and_what_follows_is_folded(data: ReportData) -> None:
    clip = data.clips.iloc[0]
    found = data.findings.iloc[:1].assign(
        level="clip", clip_id=clip["clip_id"], voice=clip["voice"], verdict="reject"
    )
    found["words"] = [say("There is hardly any speech.")]
    both = pd.concat([found.assign(rule=rule) for rule in ("wer", "no-speech")], ignore_index=True)
    silent = dataclasses.replace(data, findings=both)
    detail = next(clip_details(silent))
    assert {f["rule"]: f.get("under") for f in detail["findings"]} == {
        "no-speech": None,
        "wer": "no-speech",
    }
    assert detail["hallucinated"] is True
    assert main_reasons(silent)[0][0] == "no-speech"


def test_every_column_of_a_rule_has_a_name_for_people() -> None:
    for rule in load_policy().rules.values():
        assert group(rule.column) != OTHER, rule.column
        assert heading(rule.column) != rule.column
