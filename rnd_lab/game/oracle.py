"""The one door to the model: applies the defense, counts every query by purpose, and enforces the budget."""

from collections.abc import Sequence

import torch
from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec, Detector, answer_stack, detectors, is_random
from rnd_lab.game.ledger import Ledger, Purpose
from rnd_lab.game.recall import Recall, Shelf
from rnd_lab.game.threat import ThreatModel
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.losses import cross_entropy, margin

JUDGED = 2**28
"""Bytes of the images that are judged at once, at most; noise and copies make it a few times as many."""


class Oracle:
    """Answers the games of all slots. ``ledger`` holds what they have used.

    Where no defense draws random numbers, an image that a slot has just shown is not run again, nor are EOT's repeats:
    the answer is known. They are counted as any other.

    Images are float32 [n, c, h, w] in [0, 1], slots int64 [n]. Attacks are told losses only.
    """

    def __init__(
        self, forward: Answer, defenses: Sequence[DefenseSpec], threat: ThreatModel, slots: int, device: torch.device
    ) -> None:
        self.threat = threat
        self.ledger = Ledger(slots)
        self._forward = forward
        self._defenses = tuple(defenses)
        self._device = device
        self._steady = not is_random(defenses)
        self._recall = Recall(slots)
        self._keys = [0] * slots
        self._detectors: list[list[Detector]] = [[] for _ in range(slots)]
        self._classes = torch.zeros(slots, dtype=torch.int64, device=device)
        self._labels = torch.zeros(slots, dtype=torch.int64, device=device)

    def open(self, slot: int, key: int, label: int, target: int | None) -> None:
        """Begin a game: its key, its true class and, where the attack is targeted, the class wanted."""
        self.ledger.open(slot)
        self._keys[slot] = key
        self._detectors[slot] = detectors(self._defenses, key)
        self._labels[slot] = label
        self._classes[slot] = label if target is None else target

    def close(self, slot: int) -> None:
        """End a game: what its stateful defenses remember is forgotten; its account stays until the next one."""
        self._detectors[slot] = []

    def probe(self, images: Tensor, slots: Tensor) -> tuple[Tensor, Tensor]:
        """Losses float32 [n] of an attack's candidates, the mean over M answers each (13), and who could pay, bool [n].

        Where a game's allowance does not cover all of its candidates, none of them is asked and their loss is infinite.
        """
        affordable = self._affordable(slots)
        losses = torch.full((len(slots),), torch.inf, device=self._device)
        if affordable.any():
            losses[affordable] = self._ask(images[affordable], slots[affordable])
        return losses, affordable

    def judge(self, images: Tensor, slots: Tensor, times: int) -> Tensor:
        """Fresh defended logits for the referee, float32 [n, times, classes]; counted apart from the budget."""
        repeated = slots.repeat_interleave(times)
        numbers = self.ledger.charge(Purpose.JUDGE, repeated)
        if self._steady:
            return self._recalled(images, slots)[:, None].expand(-1, times, -1)
        together = times * max(JUDGED // (times * images.shape[1:].numel() * 4), 1)
        parts = zip(
            torch.split(repeated, together),
            torch.split(numbers, together),
            torch.split(images, together // times),
            strict=True,
        )
        answers = [self._defended(part.repeat_interleave(times, 0), own, at, "judge") for own, at, part in parts]
        return torch.cat(answers).view(len(slots), times, -1)

    def monitor(self, images: Tensor, slots: Tensor) -> Tensor:
        """Logits of the model without the defense, float32 [n, classes]: for the lab's eyes, never an attacker's."""
        self.ledger.charge(Purpose.MONITOR, slots)
        return self._forward(images) if self._defenses else self._recalled(images, slots)

    def margins(self, logits: Tensor, slots: Tensor) -> Tensor:
        """Margins (1)(2) float32 [n] of logits [n, classes]; below 0 the attack has won."""
        return margin(logits, self._classes[slots], self.threat.targeted)

    def classes(self, slots: Tensor) -> Tensor:
        """The class that decides success: the true one, or the target; int64 [n]."""
        return self._classes[slots]

    def labels(self, slots: Tensor) -> Tensor:
        """The true classes, int64 [n]."""
        return self._labels[slots]

    def _affordable(self, slots: Tensor) -> Tensor:
        cost = torch.bincount(slots, minlength=len(self._keys)) * self.threat.eot
        left = self.threat.allowance - self.ledger.paid(torch.arange(len(self._keys)))
        return (cost.cpu() <= left)[slots.cpu()].to(self._device)

    def _ask(self, images: Tensor, slots: Tensor) -> Tensor:
        times = self.threat.eot
        numbers = self.ledger.charge(Purpose.PROBE, slots)
        if times > 1:
            self.ledger.charge(Purpose.REPEAT, slots.repeat_interleave(times - 1))
        self._watch(images, slots, times)
        if self._steady:
            answers = self._defended(images, slots, numbers, "probe")
            self._recall.remember(Shelf.PROBE, images, slots, answers)
            return self.losses(answers, slots)[:, None].repeat(1, times).mean(1)
        repeated = slots.repeat_interleave(times)
        counters = (numbers[:, None] * times + torch.arange(times)).flatten()
        answers = self._defended(images.repeat_interleave(times, 0), repeated, counters, "probe")
        return self.losses(answers, repeated).view(-1, times).mean(1)

    def _recalled(self, images: Tensor, slots: Tensor) -> Tensor:
        """Answers float32 [n, classes] without randomness; only images that are new are run."""
        known, remembered = self._recall.find(images, slots)
        answers, new = remembered, ~known
        if new.any():
            fresh = self._defended(images[new], slots[new], torch.zeros_like(slots[new]), "judge")
            answers = fresh.new_empty(len(images), fresh.shape[1])
            answers[new] = fresh
            if known.any():
                answers[known] = remembered
        self._recall.remember(Shelf.JUDGE, images, slots, answers)
        return answers

    def _watch(self, images: Tensor, slots: Tensor, times: int) -> None:
        """Show an attacker's queries to the stateful defenses in their order, and count those that are flagged."""
        if not any(self._detectors):
            return
        for image, slot in zip(images.cpu(), slots.tolist(), strict=True):
            for _ in range(times):
                if sum(detector.flags(image) for detector in self._detectors[slot]):  # every one of them sees it
                    self.ledger.flag(slot)

    def _defended(self, images: Tensor, slots: Tensor, counters: Tensor, scope: str) -> Tensor:
        rows = Rows([self._keys[slot] for slot in slots.tolist()], counters.tolist(), scope, self._device)
        return answer_stack(self._defenses, images, rows, self._forward)

    def losses(self, logits: Tensor, slots: Tensor) -> Tensor:
        """What the attacker makes of logits [n, classes] that it is told as the threat model says; float32 [n]."""
        told_logits = self.threat.feedback == "logits"
        scores = logits if told_logits else logits.softmax(1)
        classes = self._classes[slots]
        if self.threat.loss == "margin":
            return margin(scores, classes, self.threat.targeted)
        return cross_entropy(scores, classes, self.threat.targeted, told_logits)
