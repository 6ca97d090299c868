"""What a score leaves, made up."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import soundfile as sf

from selection.texts import read_labels

TEXTS = [
    *(
        "The red dog sleeps.",
        "A grey cat walks.",
        "Where is the boat?",
        "Stop here!",
        "Rain falls.",
    ),
    *("The red dog sleeps!", "Water runs down.", "Five birds sing.", "We go home.", "It is late."),
]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """What a score leaves: ten clips of two voices at 24, 44.1 and 48 kHz, mono and stereo."""
    folder = tmp_path / "out"
    (folder / "audio").mkdir(parents=True)
    rng = np.random.default_rng(1)
    records = []
    for i, text in enumerate(TEXTS):
        rate, channels = [(24_000, 1), (44_100, 2), (48_000, 1)][i % 3]
        t = np.arange(rate) / rate
        tone = 0.3 * np.sin(2 * np.pi * (200 + 20 * i) * t)[:, None] * rng.uniform(0.5, 1, channels)
        path = folder / "audio" / "new.wav"
        sf.write(path, tone, rate, subtype="PCM_16")
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        path.rename(folder / "audio" / f"{digest[:24]}.wav")
        records.append(
            {
                "clip_id": f"{i:016x}",
                "voice": "SECRET_NAME_HAPPY" if i % 2 else "V",
                "audio_file": f"{i}.wav",
                "row": i,
                "turn": "camp" if i < 4 else "",
                "tone": "neutral",
                "language": "en",
                "text": text,
                "audio_sha256": digest,
                "verdict": "accept",
                "selected": i != 9,
                "duration_s": 1.0,
                "lead_silence_s": 0.2,
                "trail_silence_s": 0.1,
            }
        )
    clips = pd.DataFrame(records)
    clips.join(read_labels(clips)).to_parquet(folder / "clips.parquet")
    about = {
        "contributor": "c-abcdefgh",
        "voices": {"V": {}, "c-abcdefgh_HAPPY": {}},
        "provider": "Kokoro",
        "model": "Kokoro-82M",
        "license": "Apache-2.0",
        "policy": "tts-v1",
        "policy_sha256": "0" * 64,
    }
    (folder / "summary.json").write_text(json.dumps(about))
    return folder
