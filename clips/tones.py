"""What tones of a voice are called."""

import re

TONES = frozenset(
    (
        "neutral",
        "whispering",
        "whispered",
        "whisper",
        "whispers",
        "shouting",
        "shouted",
        "happy",
        "sad",
        "angry",
        "excited",
        "calm",
        "scared",
        "fearful",
        "surprised",
        "disgusted",
        "serious",
        "cheerful",
        "sarcastic",
        "crying",
        "laughing",
    )
)


def tone_of(folder: str) -> str | None:
    """The tone that a folder's last word names, ``None`` where it names none.

    Example:
        >>> tone_of("VOICE_A_WHISPERING"), tone_of("VOICE_A")
        ('whispering', None)
    """
    last = re.split(r"[^a-z]+", folder.lower())[-1]
    return last if last in TONES else None
