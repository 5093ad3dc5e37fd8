"""Published ratios of sums of spending, and what a flow model says of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from geo.arrays import Floats, Mask
from geo.errors import MissingValueError, NotIdentifiedError, WrongShapeError


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """A published ratio of two sums of spending, each over some origins and some sites.

    With `at_least` the ratio may be larger than `value` without being an error: that says a rank.
    """

    name: str
    value: float
    part: tuple[Mask, Mask]
    whole: tuple[Mask, Mask]
    weight: float = 1.0
    at_least: bool = False

    def __post_init__(self) -> None:
        if not np.isfinite(self.value) or not (np.isfinite(self.weight) and self.weight > 0.0):
            raise MissingValueError(
                f"{self.name}: expected a known value and a weight above 0, got {self.value} and"
                f" {self.weight}"
            )

    def modelled(self, flows: Floats) -> float:
        """The ratio in these flows; raises NotIdentifiedError when nothing is spent in
        the whole.
        """
        return float(TargetTable([self]).modelled(flows)[0])

    def error(self, flows: Floats) -> float:
        """Modelled minus published; 0 where an `at_least` is met."""
        residual = self.modelled(flows) - self.value
        return min(0.0, residual) if self.at_least else residual


def merge_equal_targets(
    targets: Sequence[Target], apart: Sequence[Mask] = ()
) -> tuple[NDArray[np.intp], NDArray[np.intp], tuple[Target, ...]]:
    """Merge origins, and sites, that all targets treat alike: row `[N]` of each origin, column
    `[M]` of each site, and the targets on the merged rows and columns.

    Each mask `[M]` of `apart` keeps the sites inside and outside it in columns of their own.
    """
    pairs = [pair for target in targets for pair in (target.part, target.whole)]
    origins, row = np.unique([mask for mask, _ in pairs], axis=1, return_inverse=True)
    sites, column = np.unique([*(mask for _, mask in pairs), *apart], axis=1, return_inverse=True)
    merged = (
        replace(
            target,
            part=(origins[2 * at], sites[2 * at]),
            whole=(origins[2 * at + 1], sites[2 * at + 1]),
        )
        for at, target in enumerate(targets)
    )
    return row, column, tuple(merged)


class TargetTable:
    """Several targets as one table, so that all their sums are one small product."""

    def __init__(self, targets: Sequence[Target]) -> None:
        pairs = [target.part for target in targets] + [target.whole for target in targets]
        self.masks = np.array(
            [np.outer(origins, sites) for origins, sites in pairs], dtype=np.float64
        )
        self.names = [target.name for target in targets]
        self.values = np.array([target.value for target in targets])
        self.weights = np.array([target.weight for target in targets])
        self.at_least = np.array([target.at_least for target in targets])

    def modelled(self, flows: Floats) -> Floats:
        """The ratio of each target in these flows `[..., N, M]`."""
        part, whole = self._sums(flows)
        return part / whole

    def moved(self, flows: Floats, slopes: Floats) -> tuple[Floats, Floats]:
        """The ratio of each target `[B, T]`, and how fast it moves with each parameter, `[B, T,
        P]`.
        """
        part, whole = self._sums(flows)
        by_parameter = self._sum_over_masks(slopes)
        moved = (
            by_parameter[..., : part.shape[-1]]
            - by_parameter[..., part.shape[-1] :] * (part / whole)[:, None]
        )
        return part / whole, np.swapaxes(moved / whole[:, None], 1, 2)

    def errors(self, modelled: Floats, values: Floats) -> Floats:
        """Modelled minus published of each; 0 where an `at_least` is met."""
        return np.where(self.is_met(modelled, values), 0.0, modelled - values)

    def is_met(self, modelled: Floats, values: Floats) -> Mask:
        """Where a rank is as published; without error."""
        return self.at_least & (modelled >= values)

    def _sums(self, flows: Floats) -> tuple[Floats, Floats]:
        """What is spent in the part and in the whole of each target."""
        if flows.shape[-2:] != self.masks.shape[1:]:
            raise WrongShapeError(f"{self.names[0]}: expected masks of {flows.shape[-2:]}")
        part, whole = np.split(self._sum_over_masks(flows), 2, axis=-1)
        if not (whole > 0.0).all():
            name = self.names[int(np.argmin(whole.reshape(-1, len(self.names)).min(axis=0)))]
            raise NotIdentifiedError(
                f"{name}: expected spending above 0 to take a share of, got {whole.min()}"
            )
        return part, whole

    def _sum_over_masks(self, flows: Floats) -> Floats:
        # Not a matrix product: a large one wakes threads that wait for each other on a busy
        # machine.
        flat = flows.reshape(*flows.shape[:-2], -1)
        result: Floats = np.einsum("...x,tx->...t", flat, self.masks.reshape(len(self.masks), -1))
        return result
