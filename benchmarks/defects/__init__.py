"""How much of each planted defect is caught, and how many clean clips pay for it.

Run as ``python -m benchmarks.defects``; see `benchmarks.defects.__main__`.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
# the example's maker is a script: what it imports lies beside it
sys.path.insert(0, str(ROOT / "examples"))
