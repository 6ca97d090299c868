"""Kokoro's speech for the benchmark: which voice says which text, in two splits, made once.

Texts lie in benchmarks/texts/SPLIT/LANGUAGE.txt, one a line, none in both splits. Those that
espeak-ng, Kokoro's front end, reads otherwise than they are meant ("R$ 25" as "real dollar 25") are
set apart in texts/mistakes: its phonemes told, not what was heard. Voices are of one
split too, but for French, which has one voice, and the whispering one: there only the texts differ.

    python -m benchmarks.defects.speech FOLDER [SPLIT...]    (makes what is missing)
"""

import argparse
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import soundfile

from benchmarks import kokoro

TEXTS = Path(__file__).parents[1] / "texts"
TUNING, REPORTED, MISTAKES = "tuning", "reported", "mistakes"
SPEEDS = (0.9, 1.0, 1.0, 1.1)
WHISPERING = frozenset({"af_nicole"})
VOICES = {
    TUNING: {
        "en": ("af_nova", "am_adam", "bf_alice", "bm_daniel", "af_nicole", "am_fenrir"),
        "es": ("ef_dora",),
        "fr": ("ff_siwis",),
        "hi": ("hf_beta", "hm_psi"),
        "it": ("im_nicola",),
        "pt": ("pm_alex",),
    },
    REPORTED: {
        "en": (
            *("af_heart", "am_michael", "bf_emma", "bm_george"),
            *("af_nicole", "am_puck", "af_bella", "bm_fable"),
        ),
        "es": ("em_alex", "em_santa"),
        "fr": ("ff_siwis",),
        "hi": ("hf_alpha", "hm_omega"),
        "it": ("if_sara",),
        "pt": ("pf_dora", "pm_santa"),
    },
}
TAGS = {
    "a": "en-US",
    "b": "en-GB",
    "e": "es-ES",
    "f": "fr-FR",
    "h": "hi-IN",
    "i": "it-IT",
    "p": "pt-BR",
}


@dataclass(frozen=True)
class Line:
    """A text and who says it.

    Args:
        split: ``"tuning"`` or ``"reported"``.
        voice: of Kokoro.
        text: the label.
    """

    split: str
    voice: str
    text: str

    @property
    def language(self) -> str:
        """BCP 47 tag."""
        return TAGS[self.voice[0]]

    @property
    def tone(self) -> str:
        """As a submission describes it."""
        return "whispering" if self.voice in WHISPERING else "neutral"

    @property
    def path(self) -> str:
        """Where its audio lies, from the folder of all speech."""
        language = self.language.partition("-")[0]
        return f"{self.split}/{language}/{self.voice}/{self._digest[:10]}.wav"

    @property
    def speed(self) -> float:
        """Of four, by the digest."""
        return SPEEDS[int(self._digest[:2], 16) % len(SPEEDS)]

    @property
    def _digest(self) -> str:
        return hashlib.sha256(f"{self.voice}|{self.text}".encode()).hexdigest()


def texts(split: str, language: str) -> list[str]:
    """The texts of a language."""
    return [text for text in _rows(split, language) if text]


def _rows(split: str, language: str) -> list[str]:
    """The rows of a language's file; ``""`` for remarks, which begin with ``"# "``.

    A text that turns out to be misread becomes a remark, so that the others keep their voices.
    """
    rows = (TEXTS / split / f"{language}.txt").read_text("utf-8").splitlines()
    return ["" if row.startswith("# ") else row for row in rows]


def lines(split: str) -> list[Line]:
    """All of a split, such that any beginning of the list holds every language.

    Each text is said once, by the voices in turns; in the reported split then once more by the next
    voice, where there is more than one.
    """
    rounds = 1 if split == TUNING else 2
    return [line for n in range(rounds) for line in _round(split, n)]


def mistaken() -> list[Line]:
    """Texts that the front end misreads, each by the language's first tuning voice."""
    return [
        Line(MISTAKES, voices[0], text)
        for language, voices in VOICES[TUNING].items()
        if (TEXTS / MISTAKES / f"{language}.txt").exists()
        for text in texts(MISTAKES, language)
    ]


def _round(split: str, number: int) -> list[Line]:
    placed: list[tuple[float, Line]] = []
    for language, voices in VOICES[split].items():
        if number and len(voices) == 1:
            continue
        said = _rows(split, language)
        for i, text in enumerate(said):
            voice = voices[(i + number) % len(voices)]
            if not text:
                continue
            placed.append(((i + 0.5) / len(said), Line(split, voice, text)))
    return [line for _, line in sorted(placed, key=lambda place: place[0])]


def make(wanted: Sequence[Line], folder: Path) -> Iterator[Line]:
    """Yield each line once its audio lies in the folder; speak those that are missing."""
    weights: Path | None = None
    for line in wanted:
        target = folder / line.path
        if not target.exists():
            weights = weights or kokoro.provide()
            target.parent.mkdir(parents=True, exist_ok=True)
            samples = kokoro.speak(line.text, line.voice, line.speed, weights)
            unfinished = target.with_suffix(f".{os.getpid()}.unfinished")
            soundfile.write(unfinished, samples, kokoro.RATE_HZ, subtype="PCM_16", format="WAV")
            unfinished.replace(target)
        yield line


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("splits", nargs="*", default=[TUNING, REPORTED])
    parser.add_argument("--count", type=int, default=None, help="the first so many of a split")
    parser.add_argument("--part", type=int, default=0, help="of --parts processes, from 0")
    parser.add_argument("--parts", type=int, default=1)
    given = parser.parse_args()
    for split in given.splits:
        for line in make(lines(split)[: given.count][given.part :: given.parts], given.folder):
            print(json.dumps({"path": line.path, "text": line.text}, ensure_ascii=False))


if __name__ == "__main__":
    main()
