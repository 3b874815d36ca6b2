"""Numbers for labels, in the order in which they come."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


class Numbering(dict[Any, int]):
    """The number of each value, given out when it is first asked for."""

    def __init__(self, values: Iterable[Any] = ()) -> None:
        super().__init__()
        for value in values:
            self[value]

    def __missing__(self, value: Any) -> int:
        self[value] = number = len(self)
        return number

    def code(self, values: Sequence[Any]) -> NDArray[np.int32]:
        """The number of each value, int32[n_values]. Raises TypeError for one that cannot be a key."""
        return np.fromiter(map(self.__getitem__, values), dtype=np.int32, count=len(values))
