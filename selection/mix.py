"""The largest mix of several contributors' clips that the rule of three allows, of their best."""

import math
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import LinearConstraint, milp
from scipy.sparse import coo_array, hstack, identity

from selection.pick import length_ms
from selection.policy import Mixing

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
GAP = 1e-4  # HiGHS stops where what it has is proven to be so near to the best
SHORTER = 1e-3  # how much of the length may go for better clips
_INFEASIBLE = 2  # status of scipy.optimize.milp
_PARTS = 1000  # a bound on shares is a fraction of at most so many parts, so that whole ms decide


@dataclass(frozen=True)
class Mix:
    """What may be mixed.

    Args:
        chosen: per candidate, in order, whether it is in the mix; nowhere where none is legal.
        contributors: how many have candidates.
        wanting: contributors that are missing; 0 where there are enough.
        left_out_of: who has so much that some is left out, ``""`` where nobody has.
        more_s: with more seconds of others than this nothing of it would be.
    """

    chosen: npt.NDArray[np.bool_]
    contributors: int
    wanting: int
    left_out_of: str
    more_s: float

    @property
    def is_legal(self) -> bool:
        """Whether there is a mix at all."""
        return bool(self.chosen.any())


def plan_mix(clips: pd.DataFrame, rule: Mixing) -> Mix:
    """The longest legal mix, and of those nearly as long the one of the best clips.

    A slice is what one contributor gives of one voice, so that the bound on contributors holds for
    slices too. Whole clips are taken and lengths counted in whole milliseconds, rounded up. The
    mix is at most ``GAP + SHORTER`` shorter than the longest legal one, and what its clips are
    worth, at most ``GAP`` less than any as long may be: a second of a clip counts by how early the
    clip was taken in its slice, from 1 for the first to 0 behind the last. Where no mix is given,
    none of any of these clips is legal: that is proven, not given up.

    Args:
        clips: candidates, ``contributor, voice, duration_s, pick``.
        rule: how many contributors, and what no share may reach.
    """
    people, of = np.unique(clips["contributor"].to_numpy(str), return_inverse=True)
    lengths = length_ms(clips)
    had = np.bincount(of, lengths, len(people)).astype(np.int64)
    share, wanting = _share(rule), max(0, rule.contributors - len(people))
    most = int(np.argmax(had)) if len(people) else -1
    more = float(had[most] / share - had.sum()) if len(people) else -1.0
    none = Mix(
        np.zeros(len(clips), np.bool_),
        len(people),
        wanting,
        str(people[most]) if more >= 0.0 else "",
        max(0.0, more) / 1000,
    )
    if wanting:
        return none
    problem = _Problem(lengths, of, len(people), rule)
    longest = problem.solve(np.ones(len(clips)))
    if longest is None:
        return none
    least = math.ceil((1.0 - SHORTER) * int(lengths[longest].sum()))
    best = problem.solve(1.0 - _places(clips, lengths), least)
    chosen = longest if best is None else best
    return Mix(chosen, len(people), 0, none.left_out_of, none.more_s)


def is_legal(lengths: Ints, of: Ints, rule: Mixing) -> bool:
    """Whether clips may be mixed: exactly, in whole milliseconds.

    Args:
        lengths: in milliseconds.
        of: number of each clip's contributor.
        rule: what is legal.
    """
    share = _share(rule)
    each = np.bincount(of, lengths).astype(np.int64) if len(of) else np.zeros(0, np.int64)
    total = int(each.sum())
    enough = np.count_nonzero(each) >= rule.contributors
    return bool(enough and all(int(one) < share * total for one in each))


def _share(rule: Mixing) -> Fraction:
    return Fraction(rule.share_below).limit_denominator(_PARTS)


def _places(clips: pd.DataFrame, lengths: Ints) -> Floats:
    """How much of its slice was taken before each clip, 0 to 1."""
    table = clips.reset_index(drop=True).assign(ms=lengths).sort_values("pick", kind="stable")
    slices = table.groupby(["contributor", "voice"], sort=False)["ms"]
    before = (slices.cumsum() - table["ms"]) / slices.transform("sum")
    return before.sort_index().to_numpy(np.float64)


@dataclass(frozen=True)
class _Problem:
    """An integer program: one variable a clip, then the ms and the presence of each contributor."""

    lengths: Ints
    of: Ints
    people: int
    rule: Mixing

    def solve(self, worth: Floats, least_ms: int = 0) -> npt.NDArray[np.bool_] | None:
        """The clips of most worth by the second, ``None`` where no mix is legal.

        Raises:
            RuntimeError: the solver gave up.
        """
        n, c = len(self.lengths), self.people
        zeros, eye = np.zeros, identity(c)
        by_clip = coo_array((self.lengths, (self.of, np.arange(n))), (c, n))
        counted = coo_array((np.ones(n), (self.of, np.arange(n))), (c, n))
        share = _share(self.rule)
        p, q = share.numerator, share.denominator
        none = coo_array((c, c))
        rows = [
            # the ms of a contributor are those of the clips
            LinearConstraint(hstack([by_clip, -eye, none]), 0, 0),
            # strictly less than the share of all: in whole ms at least 1 less
            LinearConstraint(
                hstack([coo_array((c, n)), q * eye - p * np.ones((c, c)), none]), ub=-1
            ),
            # present only with a clip
            LinearConstraint(hstack([counted, none, -eye]), lb=0),
            LinearConstraint(np.r_[zeros(n + c), np.ones(c)][None], lb=self.rule.contributors),
            LinearConstraint(np.r_[zeros(n), np.ones(c), zeros(c)][None], lb=least_ms),
        ]
        found = milp(
            -np.r_[worth * self.lengths, zeros(2 * c)],
            integrality=np.r_[np.ones(n), zeros(c), np.ones(c)],
            bounds=(0, np.r_[np.ones(n), np.full(c, np.inf), np.ones(c)]),
            constraints=rows,
            # without it: reducing takes longer than solving, which ends at the first node
            options={"mip_rel_gap": GAP, "presolve": False},
        )
        if found.x is None:
            if found.status == _INFEASIBLE:
                return None
            raise RuntimeError(f"the mix cannot be planned: {found.message}")
        chosen = np.asarray(found.x[:n] > 0.5)
        if not is_legal(self.lengths[chosen], self.of[chosen], self.rule):
            raise RuntimeError("the mix cannot be planned: lengths differ too much for the solver")
        return chosen
