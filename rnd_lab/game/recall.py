"""What a defended model without randomness has answered already: the same image gets the same answer."""

from enum import IntEnum

import torch
from torch import Tensor


class Shelf(IntEnum):
    """What an image was shown for; each slot's last one of either kind is remembered."""

    PROBE = 0
    JUDGE = 1


class Recall:
    """Remembers the last images of each slot, and their answers."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._images = self._answers = torch.empty(0)

    def remember(self, shelf: Shelf, images: Tensor, slots: Tensor, answers: Tensor) -> None:
        """Keep ``answers`` float32 [n, classes] to images [n, c, h, w]; of a slot's images the last."""
        if not len(self._images):
            self._images = images.new_full((self._slots, len(Shelf), *images.shape[1:]), torch.nan)  # equals no image
            self._answers = answers.new_empty(self._slots, len(Shelf), answers.shape[1])
        last = {slot: row for row, slot in enumerate(slots.tolist())}
        rows, owners = list(last.values()), list(last)
        self._images[owners, shelf], self._answers[owners, shelf] = images[rows], answers[rows]

    def find(self, images: Tensor, slots: Tensor) -> tuple[Tensor, Tensor]:
        """Which of images [n, c, h, w] their slots remember, bool [n], and the answers to those, in their order."""
        if not len(self._images):
            return torch.zeros(len(images), dtype=torch.bool, device=images.device), self._answers
        same = (self._images[slots] == images[:, None]).flatten(2).all(2)
        known = same.any(1)
        return known, self._answers[slots[known], same[known].int().argmax(1)]
