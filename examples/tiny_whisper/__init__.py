"""How the tiny Whisper of this example was made: grammar, speech, training."""
