"""How much of each planted defect is caught, and how many clean clips pay for it.

Run as ``python -m benchmarks.defects``; see `benchmarks.defects.__main__`.
"""

from pathlib import Path

ROOT = Path(__file__).parents[2]
