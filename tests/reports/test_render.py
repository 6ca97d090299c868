import dataclasses
import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from clips.numbers import number
from clips.words import say
from reports.render import render_report
from reports.tables import clip_table, json_for_html
from reports.view import ClipDetails, ReportData
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
        return json.loads(self.blocks["clips-data"])

    def detail(self, row: int) -> dict:
        return json.loads(self.blocks[f"clip-{row}"])


@pytest.fixture(scope="module")
def page(data: ReportData) -> Parsed:
    return Parsed(render_report(data))


def test_the_head_says_who_what_and_by_which_policy(page: Parsed, data: ReportData) -> None:
    for expected in (
        *("quiet-heron", "payload", "Aurora Speech HD", "Apache-2.0", POLICY.name),
        *(POLICY.sha256[:12], "2025-02-03 09:30:00 UTC", "whisper-base int8 8f2a"),
        *VOICES,
    ):
        assert expected in page.text
    assert "Of 60 clips in 3 voices" in page.text
    assert "Voices: 1 complete, 1 growing, 1 parked." in page.text


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
    marks = clip_table(data)["marks"]
    found = data.findings[data.findings["rule"] == "noisy"]
    rows = {c: i for i, c in enumerate(data.clips["clip_id"])}
    assert marks["snr_db"] == {
        rows[f.clip_id]: f.verdict for f in found.itertuples() if f.clip_id in rows
    }
    nothing = dataclasses.replace(data, findings=data.findings.iloc[:0])
    assert clip_table(nothing)["marks"] == {}


def test_the_panel_has_words_findings_regions_and_pictures(page: Parsed, data: ReportData) -> None:
    row = int(np.flatnonzero(data.clips["click_count"] > 0)[0])
    detail = page.detail(row)
    assert detail["regions"][0][0] == "clicks" and detail["image"] and detail["wave"]
    wrong = int(np.flatnonzero(data.clips["wer"] > 0.1)[0])
    operations = [op for op, *_ in page.detail(wrong)["words"]]
    assert operations == ["equal", "substitute", "delete", "equal", "insert"]
    assert page.detail(wrong)["findings"][0]["rule"] == "label-mismatch"


def test_figures_stand_beside_a_sentence_that_lacks_them(data: ReportData) -> None:
    silent = data.findings.assign(words=[say("Something is off.")] * len(data.findings))
    page = Parsed(render_report(dataclasses.replace(data, findings=silent)))
    wrong = int(np.flatnonzero(data.clips["snr_db"] < 20)[0])
    figures = [f["figures"] for f in page.detail(wrong)["findings"] if f["rule"] == "noisy"]
    assert re.fullmatch(r"measured [\d.]+ dB, bound 20 dB", figures[0])


def test_problems_are_grouped_by_rule_with_bound_and_worst(page: Parsed, data: ReportData) -> None:
    text = " ".join(page.text.split())
    noisy = data.findings[data.findings["rule"] == "noisy"]
    assert "The noise is too loud beside the speech." in text
    assert "Bounds: reject below 20, review below 30 dB." in text
    assert f"Worst: {number(noisy['value'].min())} dB in line_" in text
    assert "A label row names an audio file that is not there." in text
    assert "state it in submission.toml too" in text


def test_histograms_stand_for_each_voice_and_column_with_a_rule(page: Parsed) -> None:
    histograms = [a for t, a in page.tags if a.get("class") == "histogram"]
    assert len(histograms) == len(VOICES) * len({r.column for r in POLICY.rules.values()})


def test_the_glossary_says_what_each_measurement_is(page: Parsed, data: ReportData) -> None:
    for column in data.columns:
        assert column.about in page.text and column.source in page.text
    for rule in POLICY.rules.values():
        assert rule.why in page.text


def test_hostile_strings_are_data(data: ReportData) -> None:
    html = render_report(data)
    page = Parsed(html)
    assert 'onerror="window' not in html and "<b>bold" not in html
    assert "\u202e" not in html and "\x00" not in html and "\x1b" not in html
    assert page.table()["values"]["text"][1].startswith("</script><img src=x onerror=")
    assert "⟦U+202E⟧gpj.exe" in page.table()["values"]["text"][2]
    assert [t for t, _ in page.tags].count("script") == 62
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
        )
    )
    assert "img" not in {t for t, _ in page.tags}
    assert "\u202e" not in page.text and "49" not in page.blocks["clips-data"][:200]


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
    text = Parsed(render_report(empty_data())).text
    assert "There is nothing to judge" in text
    assert "The submission holds no voice." in text
    assert "No rule found anything to say about a clip." in text


def test_a_report_without_measurements_is_still_a_report(data: ReportData) -> None:
    bare = data.clips.drop(columns=[c.name for c in data.columns]).assign(score=np.nan)
    html = render_report(
        dataclasses.replace(data, clips=bare, details={}, audio={}, models={}, columns=())
    )
    page = Parsed(html)
    assert "Nothing was measured of this voice." in page.text
    assert "heard" not in page.detail(0)


def test_the_same_data_give_the_same_bytes(data: ReportData) -> None:
    assert render_report(data) == render_report(data)


def test_a_declared_fact_is_shown_once(data: ReportData) -> None:
    length = dataclasses.replace(data.columns[0], name="duration_s", unit="s")
    table = clip_table(dataclasses.replace(data, columns=(*data.columns, length)))
    assert [c["key"] for c in table["columns"]].count("duration_s") == 1


def test_ten_thousand_clips_stay_small() -> None:
    html = render_report(report_data(10_000))
    assert len(html.encode()) < 12_000_000
