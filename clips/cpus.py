"""How many processors this process may run on, which may be fewer than the machine has."""

import os

CPUS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
