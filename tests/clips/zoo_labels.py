"""Zoo: descriptions, label files and label texts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.clips.build import DESCRIPTION, labels
from tests.clips.zoo import REFUSED, VOICE, Case

Spoil = Callable[[Path], Path | None]


def toml(content: str | bytes) -> Spoil:
    def spoil(root: Path) -> None:
        data = content if isinstance(content, bytes) else content.encode()
        (root / "submission.toml").write_bytes(data)

    return spoil


def top(line: str, without: str = "") -> Spoil:
    """A line put on top of the description, and lines that start with `without` taken out."""
    kept = [t for t in DESCRIPTION.splitlines() if not without or not t.startswith(without)]
    return toml("\n".join([line, *kept]))


def raw(content: str | bytes, name: str = "labels.json") -> Spoil:
    def spoil(root: Path) -> None:
        data = content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass")
        (root / VOICE / name).write_bytes(data)

    return spoil


def rows(*listed: Any) -> Spoil:
    def spoil(root: Path) -> None:
        labels(root / VOICE / "labels.json", {"samples": list(listed)})

    return spoil


def text(content: object) -> Spoil:
    return rows({"audio_file": "0.wav", "text": content}, {"audio_file": "1.wav", "text": "Fine."})


def instead(name: str, content: str) -> Spoil:
    """Another label file in the place of labels.json."""

    def spoil(root: Path) -> None:
        (root / VOICE / "labels.json").unlink()
        (root / VOICE / name).write_bytes(content.encode())

    return spoil


def grown_dictionary(root: Path) -> None:
    """Three kilobytes that are 256 names of 23 MB: each row is an index into a dictionary."""
    import pyarrow as pa
    from pyarrow import parquet

    long = pa.DictionaryArray.from_arrays(pa.array([0] * 256, pa.int8()), ["a" * 23_000_000])
    table = pa.table({"audio": long, "text": ["A."] * 256})
    (root / VOICE / "labels.json").unlink()
    parquet.write_table(table, root / VOICE / "train.parquet", compression="zstd")


def kaldi(scp: str, transcript: str) -> Spoil:
    def spoil(root: Path) -> None:
        instead("wav.scp", scp)(root)
        (root / VOICE / "text").write_text(transcript)

    return spoil


def replaced(name: str, make: Callable[[Path], object] | None = None) -> Spoil:
    """A file taken away, and something else made in its place."""

    def spoil(root: Path) -> None:
        (root / name).unlink()
        if make is not None:
            make(root / name)

    return spoil


def to_passwd(path: Path) -> None:
    path.symlink_to("/etc/passwd")


def latin1_sidecar(root: Path) -> None:
    (root / VOICE / "labels.json").unlink()
    (root / VOICE / "0.txt").write_bytes(b"Andr\xe9")


def lists_twice(root: Path) -> None:
    instead("train.txt", "0.wav|A b.\n1.wav|B c.\n")(root)
    (root / VOICE / "val.txt").write_text("1.wav|B c.\n")


def other_endings(root: Path) -> None:
    for path in (root / VOICE).glob("*.*"):
        path.rename(path.with_suffix(".bin"))


def nothing_left(root: Path) -> None:
    for path in (*root.glob("*/*"), root / "submission.toml"):
        path.unlink()


def huge(root: Path) -> None:
    """One gigabyte of JSON, of which only the start is on disk."""
    with (root / VOICE / "labels.json").open("wb") as file:
        file.write(b'{"samples": [')
        file.truncate(1 << 30)


def many_lists(root: Path) -> None:
    """As much memory as a label file within the limit can ask for."""
    with (root / VOICE / "labels.json").open("wb") as file:
        file.write(b'{"samples": [0], "x": [' + b"[]," * (10 << 20) + b"[]]}")


DESCRIPTIONS = [
    Case("toml-missing", replaced("submission.toml"), "no-description"),
    Case("toml-empty", toml(""), "missing-field"),
    Case("toml-syntax", toml("[["), "bad-description"),
    Case("toml-binary", toml(b"\x00\xff\xfe\x01"), "bad-description"),
    Case("toml-utf16", toml(DESCRIPTION.encode("utf-16")), "bad-description"),
    Case("toml-latin1", toml(b'contributor = "Andr\xe9"'), "bad-description"),
    Case("toml-deep", toml("x = " + "[" * 100_000), "bad-description"),
    Case("toml-deep-table", toml("x = " + "{a = " * 2_000 + "1" + "}" * 2_000), "bad-description"),
    Case("toml-dotted", toml("a" + ".a" * 3_000 + " = 1"), "bad-description"),
    Case("toml-large", toml("notes = '" + "x" * 400_000 + "'"), "bad-description"),
    Case("toml-huge-number", top("hours = " + "9" * 5_000), "bad-description"),
    Case("toml-duplicate-key", top('stage = "payload"'), "bad-description"),
    Case("toml-unknown-field", top('licence = "MIT"'), "bad-description"),
    Case("toml-stage", top('stage = "all"', "stage"), "bad-description"),
    Case("toml-language", top('language = "english"', "language"), "bad-description"),
    Case("toml-language-number", top("language = 1", "language"), "bad-description"),
    Case("toml-contributor-empty", top('contributor = ""', "contributor"), "bad-description"),
    Case("toml-contributor-lines", top('contributor = "a\\nb"', "contributor"), "bad-description"),
    Case("toml-contributor-missing", top("", "contributor"), "missing-field"),
    Case("toml-provider-missing", top("", "provider"), "missing-field"),
    Case("toml-voice-missing", top("", "voice ="), "missing-field"),
    Case("toml-adult-text", top("", "adult"), "missing-field"),
    Case(
        "toml-hours-nan", toml(DESCRIPTION.replace("hours = 1", "hours = nan")), "bad-description"
    ),
    Case(
        "toml-hours-minus", toml(DESCRIPTION.replace("hours = 1", "hours = -1")), "bad-description"
    ),
    Case("toml-voices-list", toml("voices = [1]"), "bad-description"),
    Case("toml-voice-text", toml('[voices]\nVOICE_A_NEUTRAL = "x"'), "bad-description"),
    Case("toml-other-voice", toml(DESCRIPTION.replace("A_NEUTRAL", "B")), "voice-without-folder"),
    Case("toml-no-audio", other_endings, "no-audio"),
    Case("toml-pcm-rate", top("pcm = { rate = 1 }"), "bad-description"),
    Case("toml-pcm-coding", top('pcm = { coding = "mp3" }'), "bad-description"),
    Case("toml-pcm-number", top("pcm = 24000"), "bad-description"),
    Case("toml-no-table", toml(DESCRIPTION.partition("[voices")[0]), "voice-without-table"),
    Case(
        "toml-folder",
        replaced("submission.toml", Path.mkdir),
        "no-description",
    ),
    Case(
        "toml-link",
        replaced("submission.toml", to_passwd),
        "unsafe-path",
    ),
]

FILES = [
    Case("json-empty-file", raw(""), "unreadable-labels"),
    Case("json-syntax", raw('{"samples": ['), "unreadable-labels"),
    Case("json-number", raw("7"), "unreadable-labels"),
    Case("json-null", raw("null"), "unreadable-labels"),
    Case("json-deep-list", raw("[" * 200_000), "unreadable-labels"),
    Case("json-deep-object", raw('{"a":' * 200_000), "unreadable-labels"),
    Case("json-gigabyte", huge, "unreadable-labels"),
    Case("json-many-lists", many_lists, "unreadable-labels"),
    Case("json-many-rows", raw('{"samples": [' + "0," * 300_000 + "0]}"), "unreadable-labels"),
    Case("json-huge-number", raw('{"samples": [' + "9" * 10_000 + "]}"), "unreadable-labels"),
    Case("json-bom", raw(b'\xef\xbb\xbf{"samples": []}'), "unlabelled-audio"),
    Case("json-utf16", raw('{"samples": []}'.encode("utf-16")), "labels-encoding"),
    Case("json-utf32", raw('{"samples": []}'.encode("utf-32")), "labels-encoding"),
    Case("json-latin1", raw(b'{"samples": [{"text": "Andr\xe9"}]}'), "unreadable-labels"),
    Case("json-utf16-cut", raw('{"samples": []}'.encode("utf-16")[:-1]), "unreadable-labels"),
    Case("json-binary", raw(bytes(range(256))), "unreadable-labels"),
    Case(
        "json-duplicate-key",
        raw('{"samples": [], "samples": [{"audio_file": "0.wav", "text": "A."}]}'),
        "duplicate-key",
    ),
    Case(
        "json-duplicate-field",
        raw('{"samples": [{"audio_file": "0.wav", "text": "A.", "text": "B."}]}'),
        "duplicate-key",
    ),
    Case("json-turn-object", raw('{"turn": {"audio_file": "0.wav"}}'), "unreadable-labels"),
    Case(
        "json-folder",
        replaced(f"{VOICE}/labels.json", Path.mkdir),
        "no-labels",
    ),
    Case("json-missing", replaced(f"{VOICE}/labels.json"), "no-labels"),
    Case(
        "json-unreadable",
        replaced(f"{VOICE}/labels.json", to_passwd),
        "unsafe-path",
    ),
    Case("two-formats", raw("0|No.", "metadata.csv"), "labels-ignored"),
    Case(
        "csv-quote",
        instead("metadata.csv", 'file_name,text\n0.wav,"never closed\n'),
        "stray-quote",
    ),
    Case(
        "csv-many-quotes",
        instead("metadata.csv", "file_name,text\n" + '0.wav,"never closed\n' * 2_000),
        "stray-quote",
    ),
    Case(
        "tsv-quote-swallows",
        instead("metadata.tsv", 'file_name\ttext\n0.wav\t"A, he said.\n1.wav\tHe said b"\n'),
        "stray-quote",
    ),
    Case("list-absolute", instead("a.list", "/etc/passwd.wav|s|EN|A.\n"), "missing-audio"),
    Case("list-out", instead("a.list", "../../../x.wav|s|EN|A.\n"), "missing-audio"),
    Case("list-columns", instead("a.list", "0.wav|s|EN|A b.\n1.wav|s\n"), "bad-row"),
    Case("list-twice", lists_twice, "labels-ignored"),
    Case("csv-cells", instead("metadata.csv", "file_name,text\n0.wav,a,b\n1.wav\n"), "bad-row"),
    Case("csv-header-only", instead("metadata.csv", "file_name,text\n"), "no-labels"),
    Case(
        "csv-wide-cell",
        instead("metadata.csv", "file_name,text\n0.wav," + "x" * 2_000_000),
        "unreadable-labels",
    ),
    Case(
        "csv-nul", instead("metadata.csv", "file_name,text\n0.wav,a\0b\n"), "label-odd-characters"
    ),
    Case(
        "csv-formula",
        instead("metadata.csv", "file_name,text\n0.wav,\"=cmd|' /C calc'!A0\"\n"),
        "label-symbols",
    ),
    Case("ljspeech-no-bar", instead("metadata.csv", "0|Fine.\n1 Fine.\n"), "bad-row"),
    Case("ljspeech-no-name", instead("metadata.csv", "|Fine.\n"), "bad-row"),
    Case("ljspeech-out", instead("metadata.csv", "../0|Out.\n"), "unsafe-path"),
    Case(
        "jsonl-broken-line",
        instead("metadata.jsonl", '{"file_name": "0.wav", "text": "A."}\n{"file\n'),
        "bad-row",
    ),
    Case(
        "nemo-offset",
        instead("m.json", '{"audio_filepath": "0.wav", "text": "A.", "offset": 3}'),
        "bad-row",
    ),
    Case(
        "nemo-absolute",
        instead("m.json", '{"audio_filepath": "/data/0.wav", "text": "A."}'),
        "unsafe-path",
    ),
    Case("kaldi-command", kaldi("a sox 0.wav -t wav - |", "a A."), "unsafe-path"),
    Case("kaldi-no-text", kaldi("a 0.wav\nb 1.wav", "a A."), "bad-row"),
    Case("kaldi-no-wav", kaldi("a 0.wav", "a A.\nb B."), "bad-row"),
    Case("parquet-broken", instead("train.parquet", "PAR1 and no more PAR1"), "unreadable-labels"),
    Case("parquet-text", instead("train.parquet", "hello"), "unreadable-labels"),
    Case("parquet-grows", grown_dictionary, "unreadable-labels"),
    Case(
        "sidecar-latin1",
        latin1_sidecar,
        "unreadable-labels",
    ),
    Case(
        "no-voice-no-toml",
        nothing_left,
        REFUSED,
    ),
]

ROWS = [
    Case("row-number", rows(1, {"audio_file": "0.wav", "text": "A."}), "bad-row"),
    Case("row-null", rows(None), "bad-row"),
    Case("row-text", rows("hello"), "bad-row"),
    Case("row-list", rows(["0.wav", "A."]), "bad-row"),
    Case("row-empty", rows({}), "bad-row"),
    Case("row-no-text", rows({"audio_file": "0.wav"}), "bad-row"),
    Case("row-no-audio", rows({"text": "A."}), "bad-row"),
    Case("row-audio-list", rows({"audio_file": ["0.wav"], "text": "A."}), "bad-row"),
    Case("row-audio-empty", rows({"audio_file": "", "text": "A."}), "bad-row"),
    Case("row-twice", rows(*[{"audio_file": "0.wav", "text": "A."}] * 2), "duplicate-row"),
    Case("row-missing-audio", rows({"audio_file": "9.wav", "text": "A."}), "missing-audio"),
    Case("row-folder", rows({"audio_file": ".", "text": "A."}), "missing-audio"),
    Case(
        "row-duration-text", rows({"audio_file": "0.wav", "text": "A.", "duration": "x"}), "bad-row"
    ),
    Case(
        "row-duration-nan",
        raw('{"samples": [{"audio_file": "0.wav", "text": "A.", "duration": NaN}]}'),
        "bad-row",
    ),
    Case(
        "row-duration-huge",
        raw('{"samples": [{"audio_file": "0.wav", "text": "A.", "duration": 1e999}]}'),
        "bad-row",
    ),
    Case(
        "row-duration-list", rows({"audio_file": "0.wav", "text": "A.", "duration": [1]}), "bad-row"
    ),
    Case(
        "row-duration-wrong",
        rows({"audio_file": "0.wav", "text": "A.", "duration": 60}),
        "duration-mismatch",
    ),
    Case(
        "row-speakers",
        rows(*[{"audio_file": f"{n}.wav", "text": "A.", "speaker_id": n} for n in (0, 1)]),
        "several-speakers",
    ),
    Case("row-case", rows({"audio_file": "0.WAV", "text": "A."}), "name-case"),
]

TEXTS = [
    Case("text-empty", text(""), "empty-label"),
    Case("text-blank", text(" \n\t"), "empty-label"),
    Case("text-null", text(None), "bad-row"),
    Case("text-number", text(100), "bad-row"),
    Case("text-nan", text(float("nan")), "bad-row"),
    Case("text-object", text({"en": "Hello"}), "bad-row"),
    Case("text-lines", text("One.\nTwo."), "label-multiline"),
    Case("text-list", text("- One.\n- Two."), "label-multiline"),
    Case("text-digits", text("It costs 100."), "label-digits"),
    Case("text-digits-arabic", text("٣ كتب"), "label-digits"),
    Case("text-digits-zero", text("⓪ and 〇"), "label-digits"),
    Case("text-symbols", text("Fish & chips"), "label-symbols"),
    Case("text-html", text("<script>alert(1)</script>"), "label-markup"),
    Case("text-ssml", text("<break time='1s'/> Hello"), "label-markup"),
    Case("text-markdown", text("This is **bold**."), "label-markup"),
    Case("text-ipa", text("həlˈoʊ ðˈɛɹ ."), "label-phonetic"),
    Case("text-arpabet", text("{HH AH0 L OW1} {DH EH1 R}"), "label-phonetic"),
    Case("text-pinyin", text("ni3 hao3 shi4 jie4"), "label-phonetic"),
    Case("text-url", text("See https://example.org/a?b=c now."), "label-url"),
    Case("text-mail", text("Write to ada@example.org."), "label-url"),
    Case("text-emoji", text("Hello 😀"), "label-emoji"),
    Case("text-dots", text("... !"), "label-no-words"),
    Case("text-control", text("Hello\x07 there"), "label-odd-characters"),
    Case("text-nul", text("Hello\x00 there"), "label-odd-characters"),
    Case("text-right-to-left", text("Hello \u202egnp.exe"), "label-odd-characters"),
    Case("text-zero-width", text("Hel\u200blo"), "label-odd-characters"),
    Case("text-replacement", text("Gr\ufffdn"), "label-odd-characters"),
    Case("text-private-use", text("Hello \ue000"), "label-odd-characters"),
    Case(
        "text-lone-surrogate",
        raw('{"samples": [{"audio_file": "0.wav", "text": "a\\ud800b"}]}'),
        "label-odd-characters",
    ),
    Case(
        "text-raw-surrogate",
        raw('{"samples": [{"audio_file": "0.wav", "text": "a\ud800b"}]}'),
        "unreadable-labels",
    ),
    Case("text-mojibake", text("GrÃ¼n"), "label-mojibake"),
    Case("text-spaces", text("Hello   there"), "label-spaces"),
    Case("text-long", text("word " * 1_000), "label-long"),
    Case("text-megabytes", text("a" * 5_000_000), "label-long"),
    Case("text-regex-bait", text("<" * 100_000 + "[" * 100_000 + "**" * 50_000), "label-symbols"),
    Case("text-combining", text("e" + "\u0301" * 50_000), "label-long"),
]

CASES = [*DESCRIPTIONS, *FILES, *ROWS, *TEXTS]
