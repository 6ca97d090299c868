"""What is wrong between the channels of a clip."""

import numpy as np

from scorers.base import Samples
from scorers.levels import is_silent


def dc_offset(samples: Samples) -> float:
    """Largest absolute mean of a channel, 0 to 1 of full scale."""
    return float(min(1.0, np.abs(samples.mean(axis=1, dtype=np.float64)).max()))


def dead_channels(samples: Samples) -> int:
    """How many channels are silent while another is not."""
    silent = sum(is_silent(channel) for channel in samples)
    return silent if silent < len(samples) else 0


def channel_correlation(samples: Samples) -> float | str:
    """Smallest correlation of two channels, -1 to 1, or the reason why there is none."""
    if len(samples) < 2:
        return "one channel"
    if any(is_silent(channel) or float(np.ptp(channel)) == 0.0 for channel in samples):
        return "a channel is silent"
    return float(np.clip(np.corrcoef(samples.astype(np.float64)).min(), -1.0, 1.0))
