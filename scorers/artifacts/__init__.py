"""Defects of the signal itself, found without a model."""

from scorers.artifacts.scorer import Artifacts

__all__ = ["Artifacts"]
