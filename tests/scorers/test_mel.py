"""Mel spectra against librosa's."""

import librosa
import numpy as np
import pytest

from scorers.mel import centred_frames, mel_filters, mel_powers

RATE_HZ = 16_000


@pytest.mark.parametrize(("size", "bands"), [(321, 120), (400, 40), (1024, 80)])
def test_filters(size: int, bands: int) -> None:
    theirs = librosa.filters.mel(sr=RATE_HZ, n_fft=size, n_mels=bands)
    np.testing.assert_allclose(mel_filters(RATE_HZ, size, bands).T, theirs, atol=1e-7)


@pytest.mark.parametrize(("size", "bands"), [(321, 120), (400, 40)])
@pytest.mark.parametrize("samples", [500, 16_000, 16_079])
def test_powers(size: int, bands: int, samples: int) -> None:
    audio = np.random.default_rng(0).standard_normal(samples).astype(np.float32)
    theirs = librosa.feature.melspectrogram(
        y=audio, sr=RATE_HZ, n_fft=size, hop_length=160, n_mels=bands, pad_mode="constant"
    )
    ours = mel_powers(centred_frames(audio, size, 160), RATE_HZ, bands)
    np.testing.assert_allclose(ours.T, theirs, rtol=1e-4, atol=1e-6)
