"""Names of the formats; imports nothing, since the command line needs them at its start."""

from typing import Literal

Format = Literal["kokoro", "styletts2", "ljspeech", "audiofolder", "nemo", "webdataset"]
Coding = Literal["wav", "flac"]
