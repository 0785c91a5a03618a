"""Blacklight (Li, Shan, Wenger, Zhang, Zheng, Zhao; USENIX Security 2022): notices queries like earlier ones."""

import hashlib
from typing import ClassVar, Literal, Self

import numpy as np
import numpy.typing as npt
import torch
from pydantic import model_validator
from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.spec import setting

BLOCK = 64
"""Earlier queries that are compared at once."""

Hashes = npt.NDArray[np.uint64]


class BlacklightSpec(DefenseSpec):
    """Queries are flagged and counted; the answers are the model's.

    The paper's service refuses flagged queries; here the game goes on, so that the count says when it would have been
    over. Queries are looked at as they arrive, in front of the whole stack, wherever in it Blacklight stands. Only the
    attacker's queries are, not the referee's.

    A query's fingerprint: its pixels in 0 … 255, plus a secret salt, modulo 255, are rounded to multiples of q; every
    run of w of them is hashed; the s largest distinct hashes are kept. The hash is a keyed 64-bit one in place of
    SHA-256, whose one-way property nothing here tests.
    """

    title: ClassVar = "Blacklight"
    summary: ClassVar = "Counts the queries that resemble an earlier query of the same game; changes no answer."
    random: ClassVar = False

    name: Literal["blacklight"] = "blacklight"
    window: int = setting(
        20, ge=1, label="w", unit="values", help="Length of a run that is hashed. Published: 20 CIFAR-10, 50 ImageNet."
    )
    step: float = setting(
        50.0, gt=0, le=255, label="q", unit="grey levels", help="Pixel values are rounded to multiples. Published: 50."
    )
    hashes: int = setting(50, ge=1, label="s", unit="hashes", help="Hashes kept of a query. Published: 50.")
    threshold: int = setting(
        25, ge=1, unit="hashes", help="A query that shares so many with an earlier one is flagged. Published: 25."
    )

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.threshold > self.hashes:
            raise ValueError("no query shares more hashes than are kept of it: lower threshold, or raise hashes")
        return self

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        return model(images)

    def detector(self, key: int) -> "BlacklightDetector":
        return BlacklightDetector(self, key)


class BlacklightDetector:
    """The memory of one game, whose salt and hash are secrets made from its key."""

    def __init__(self, spec: BlacklightSpec, key: int) -> None:
        self._spec = spec
        self._rows = Rows([key], [0], "blacklight", torch.device("cpu"))
        secret = hashlib.shake_128(f"blacklight/{key}".encode()).digest(8 * spec.window)
        self._factors = np.frombuffer(secret, np.uint64)
        self._seen: Hashes = np.zeros((BLOCK, spec.hashes), np.uint64)
        self._count = 0

    def flags(self, image: Tensor) -> bool:
        mine = self._fingerprint(image)
        known = self._resembles(mine)
        self._remember(mine)
        return known

    def _fingerprint(self, image: Tensor) -> Hashes:
        """At most s distinct hashes, ascending. Raises LabError for an image with fewer than w values."""
        spec = self._spec
        if image.numel() < spec.window:
            raise LabError(f"Blacklight's window of {spec.window} values exceeds the image. Choose a shorter one.")
        salt = self._rows.uniform("salt", image.shape)[0] * 255
        levels = ((image.cpu() * 255 + salt) % 255 / spec.step).round().permute(1, 2, 0)
        runs = np.lib.stride_tricks.sliding_window_view(levels.numpy().astype(np.uint64).ravel(), spec.window)
        ordered = np.sort(_mixed(runs @ self._factors))
        distinct: Hashes = ordered[np.append(True, ordered[1:] != ordered[:-1])]
        return distinct[-spec.hashes :]

    def _resembles(self, mine: Hashes) -> bool:
        for end in range(self._count, 0, -BLOCK):  # the latest first, for they are the likeliest
            block = self._seen[max(end - BLOCK, 0) : end]
            nearest = mine[np.searchsorted(mine, block).clip(max=len(mine) - 1)]
            shared = (nearest == block) & (block != 0)  # 0 stands where a query had fewer than s
            if (shared.sum(1) >= self._spec.threshold).any():
                return True
        return False

    def _remember(self, mine: Hashes) -> None:
        if self._count == len(self._seen):
            self._seen = np.concatenate([self._seen, np.zeros_like(self._seen)])
        self._seen[self._count, : len(mine)] = mine
        self._count += 1


def _mixed(numbers: Hashes) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea, Flood; OOPSLA 2014): every bit depends on every bit."""
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))
