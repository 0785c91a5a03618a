"""Random numbers that have keys, not an order.

Every number is determined by (game key, stream name, counter), where the game key comes from a seed and an image.
Who shares the batch, how work is cut in pieces, on which machine and what ran before make no difference.
The generator is Philox (Salmon et al., SC 2011), whose key and counter are exactly these values; numbers are drawn on
the CPU and then moved, so that every device plays the same game.
"""

import hashlib
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

_WORD = 2**64
_MANY = 300_000
"""Numbers that are worth several threads: they take about five milliseconds."""


def game_key(seed: int, image_key: str) -> int:
    """The 64-bit key of the game that ``seed`` plays on the image with identity ``image_key``."""
    digest = hashlib.blake2b(f"{seed}/{image_key}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@cache
def _stream_key(stream: str) -> int:
    return int.from_bytes(hashlib.blake2b(stream.encode(), digest_size=8).digest(), "little")


@cache
def _pool(threads: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(threads, "draws")


class Rows:
    """Draws for n rows; row i depends on ``(keys[i], scopes[i], stream, counters[i])`` alone.

    The scope goes before every stream name, so that two users of the same rows never share numbers. It is one for all
    rows, or one for each.
    """

    def __init__(
        self, keys: Sequence[int], counters: Sequence[int], scope: str | Sequence[str], device: torch.device
    ) -> None:
        self.keys = keys
        self.counters = counters
        self.scopes = [scope] * len(keys) if isinstance(scope, str) else scope
        self.device = device

    def within(self, scope: str) -> "Rows":
        """The same rows under a narrower scope."""
        return self.within_each([scope])

    def within_each(self, scopes: Sequence[str]) -> "Rows":
        """All rows under the first narrower scope, then all of them under the next, and so on."""
        paths = [f"{path}/{scope}" for scope in scopes for path in self.scopes]
        return Rows([*self.keys] * len(scopes), [*self.counters] * len(scopes), paths, self.device)

    def take(self, rows: Sequence[int]) -> "Rows":
        """Some of these rows, in the order asked for; a row may be taken more than once."""
        keys, counters = [self.keys[row] for row in rows], [self.counters[row] for row in rows]
        return Rows(keys, counters, [self.scopes[row] for row in rows], self.device)

    def normal(self, stream: str, shape: Sequence[int]) -> Tensor:
        """Standard normal float32 [n, *shape]."""

        def fill(generator: np.random.Generator, row: npt.NDArray[Any]) -> None:
            generator.standard_normal(dtype=np.float32, out=row)

        return self._fill(stream, shape, np.float32, fill)

    def uniform(self, stream: str, shape: Sequence[int]) -> Tensor:
        """Uniform float32 [n, *shape] in [0, 1)."""

        def fill(generator: np.random.Generator, row: npt.NDArray[Any]) -> None:
            generator.random(dtype=np.float32, out=row)

        return self._fill(stream, shape, np.float32, fill)

    def signs(self, stream: str, shape: Sequence[int]) -> Tensor:
        """Fair signs, float32 [n, *shape] of −1 and 1."""
        return (self.uniform(stream, shape) < 0.5).to(torch.float32) * 2 - 1

    def permutation(self, stream: str, size: int) -> Tensor:
        """A permutation of 0 … size − 1 for every row, int64 [n, size]."""

        def fill(generator: np.random.Generator, row: npt.NDArray[Any]) -> None:
            row[:] = generator.permutation(size)

        return self._fill(stream, (size,), np.int64, fill)

    def _fill(
        self,
        stream: str,
        shape: Sequence[int],
        dtype: type[np.generic],
        fill: Callable[[np.random.Generator, npt.NDArray[Any]], None],
    ) -> Tensor:
        """Equal rows are drawn once. Many numbers are drawn on all threads that torch may use."""
        numbers: npt.NDArray[Any] = np.empty((len(self.keys), *shape), dtype)
        streams = [_stream_key(f"{scope}/{stream}") for scope in self.scopes]
        places = list(zip(self.keys, streams, self.counters, strict=True))
        first = {place: row for row, place in reversed(list(enumerate(places)))}
        drawn = list(first.values())

        def draw(rows: Sequence[int]) -> None:
            philox = np.random.Philox(key=0)
            generator = np.random.Generator(philox)
            state: Any = philox.state  # setting the state of one generator is ten times cheaper than making one a row
            for row in rows:
                key, stream_key, counter = places[row]
                state["state"]["key"][:] = (key, stream_key)
                state["state"]["counter"][:] = (0, 0, counter % _WORD, 0)
                philox.state = state
                fill(generator, numbers[row])

        threads = torch.get_num_threads() if numbers.size >= _MANY else 1
        if threads > 1:
            list(_pool(threads).map(draw, [drawn[start::threads] for start in range(threads)]))
        else:
            draw(drawn)
        for row, place in enumerate(places):
            if first[place] != row:
                numbers[row] = numbers[first[place]]
        return torch.from_numpy(numbers).to(self.device)
