"""Plays many games at once: a game that ends gives its slot to the next image, so that the batch stays full."""

import time
from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor

from rnd_lab.attacks.attack import Arena, AttackSpec
from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.game.ledger import Account
from rnd_lab.game.oracle import Oracle
from rnd_lab.game.outcome import Game, Outcome, Status
from rnd_lab.game.referee import Criterion, Referee, fooled, judge
from rnd_lab.game.seat import Seat
from rnd_lab.game.threat import ThreatModel
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.geometry import SIGNS, l2, linf, to_grid


class Driver:
    """A fixed number of slots that play ``attack`` against ``defenses`` in front of the model.

    With ``watch`` the lab also looks at the noise-free model at every step: the true losses, and the decisions that
    the noise turned. That costs forwards but changes nothing in the games. ``watch`` may be switched at any time.
    """

    def __init__(
        self,
        forward: Answer,
        defenses: Sequence[DefenseSpec],
        attack: AttackSpec,
        threat: ThreatModel,
        referee: Referee,
        *,
        shape: tuple[int, int, int],
        slots: int = 1,
        watch: bool = False,
        device: str = "cpu",
    ) -> None:
        if threat.norm not in attack.norms:
            raise LabError(f"{attack.title} is not defined for {SIGNS[threat.norm]}.")
        self.threat = threat
        self.referee = referee
        self.watch = watch
        self.oracle = Oracle(forward, defenses, threat, slots, torch.device(device))
        budget = threat.allowance // threat.eot
        self.attack = attack.build(Arena(slots, shape, threat.norm, threat.epsilon, budget, torch.device(device)))
        self._device = torch.device(device)
        self._seats: list[Seat | None] = [None] * slots

    @property
    def free(self) -> list[int]:
        """Slots without a game."""
        return [slot for slot, seat in enumerate(self._seats) if seat is None]

    def seat(self, slot: int) -> Seat | None:
        """The game that is played in a slot."""
        return self._seats[slot]

    def account(self, slot: int) -> Account:
        """What the game in a slot has used so far."""
        probes = int(self.oracle.ledger.probes(torch.tensor(slot)))
        return self.oracle.ledger.account(slot, self.attack.published(slot, probes) * self.threat.eot)

    def play(self, games: Iterable[Game]) -> Iterator[Outcome]:
        """Play all games, in whatever order they end."""
        queue = iter(games)
        while True:
            arrivals = [game for _, game in zip(self.free, queue, strict=False)]
            yield from self.admit(arrivals)
            if len(self.free) < len(self._seats):
                yield from self.step()
            elif not arrivals:
                return

    def admit(self, games: Sequence[Game]) -> list[Outcome]:
        """Seat games in free slots; those that the defended model gets wrong at the start end here.

        So do those that the noise-free model gets wrong, where it is the one that ends games: nothing is to be won.

        Raises ValueError where there are more games than free slots.
        """
        if not games:
            return []
        for game in games:
            self._check(game)
        chosen = self._vacant(len(games))
        slots = torch.tensor(chosen, device=self._device)
        images = torch.stack([game.image for game in games]).to(self._device)
        for slot, game in zip(chosen, games, strict=True):
            self.oracle.open(slot, game.key, game.label, game.target)
            self._seats[slot] = Seat(game)
        self.attack.start(slots, images, [game.key for game in games])
        scores = self.oracle.judge(images, slots, 1)[:, 0]
        labels = self.oracle.labels(slots)
        misclassified = fooled(scores, labels, targeted=False)
        if self.referee.ends == "noise_free":
            misclassified |= fooled(self.oracle.monitor(images, slots), labels, targeted=False)
        wrong = slots[misclassified]
        return self._finish(wrong, "misclassified", self.attack.image[wrong])

    def step(self) -> list[Outcome]:
        """One step of the attack in every seated game; returns the games that ended with it."""
        taken = [slot for slot, seat in enumerate(self._seats) if seat]
        if not taken:
            return []
        slots = torch.tensor(taken, device=self._device)
        proposals = self.attack.ask(slots)
        candidates = self._askable(proposals.images, proposals.slots)
        losses, paid = self.oracle.probe(candidates, proposals.slots)
        if self.watch and paid.any():
            self._look(candidates[paid], losses, proposals.slots, paid)
        for slot, loss in zip(proposals.slots[paid].tolist(), losses[paid].tolist(), strict=True):
            self._seat(slot).trace.told.append(loss)
        broke = torch.unique(proposals.slots[~paid])
        outcomes = self._finish(broke, "failure", self._iterates(broke))
        self.attack.tell(losses)
        return outcomes + self._judge(slots[~torch.isin(slots, broke)])

    def image(self, slot: int) -> Tensor:
        """What the attacker in a slot would hand in now: float32 [c, h, w], on the CPU."""
        return self._iterates(torch.tensor([slot], device=self._device))[0].cpu()

    def _iterates(self, slots: Tensor) -> Tensor:
        return self._presentable(self.attack.iterate[slots], slots)

    def _askable(self, images: Tensor, slots: Tensor) -> Tensor:
        """What an attacker may ask about: as it may hand it in, but beyond the ball where it only asks around."""
        if not self.attack.asks_around:
            return self._presentable(images, slots)
        inside_the_box = images.clamp(0, 1)
        return (inside_the_box * 255).round() / 255 if self.threat.eight_bit else inside_the_box

    def _presentable(self, images: Tensor, slots: Tensor) -> Tensor:
        """What an attacker may hand in: in the ball, in [0, 1], in 8 bits a channel where the threat model says so."""
        projected = self.attack.project(images, slots)
        if not self.threat.eight_bit:
            return projected
        return to_grid(projected, self.attack.image[slots], self.threat.epsilon, self.threat.norm)

    def _check(self, game: Game) -> None:
        if (game.target is not None) != self.threat.targeted:
            raise LabError("A targeted attack needs a target class, and an untargeted one has none.")
        if game.target == game.label:
            raise LabError("The target class is the true class. Choose another one.")

    def _vacant(self, count: int) -> list[int]:
        free = self.free
        if count > len(free):
            raise ValueError(f"{count} games do not fit in {len(free)} free slots")
        return free[:count]

    def _look(self, candidates: Tensor, losses: Tensor, slots: Tensor, paid: Tensor) -> None:
        """Ask the noise-free model about the candidates and the iterates that they are compared with."""
        live = torch.unique(slots[paid])
        count = len(candidates)
        everyone = torch.cat([slots[paid], live])
        logits = self.oracle.monitor(torch.cat([candidates, self._iterates(live)]), everyone)
        truth = self.oracle.losses(logits, everyone)
        true_losses = torch.full_like(losses, torch.nan)
        true_losses[paid] = truth[:count]
        at_iterate = torch.full_like(self.attack.loss, torch.nan)
        at_iterate[live] = truth[count:]
        for slot, scores, loss in zip(live.tolist(), logits[count:], truth[count:].tolist(), strict=True):
            self._seat(slot).seen(scores, loss)
        observed, owners = self.attack.differences(losses, self.attack.loss)
        true, _ = self.attack.differences(true_losses, at_iterate)
        decided = observed.isfinite() & true.isfinite()
        turned = decided & ((observed < 0) != (true < 0))
        for slot, decision, flip in zip(owners.tolist(), decided.tolist(), turned.tolist(), strict=True):
            self._seat(slot).compared(decision, flip)

    def _judge(self, slots: Tensor) -> list[Outcome]:
        """Ask the referee about the new iterates, and end the games that are won."""
        if not len(slots):
            return []
        images, classes, targeted = self._iterates(slots), self.oracle.classes(slots), self.threat.targeted
        ends = self.referee.ends
        answers = self.oracle.judge(images, slots, self.referee.votes if ends in ("vote", "mean") else 1)
        verdict = judge(answers, classes, targeted)
        paid = self.oracle.ledger.paid(slots.cpu())
        for slot, scores, hit, queries in zip(
            slots.tolist(), answers[:, 0], verdict.first_hit.tolist(), paid.tolist(), strict=True
        ):
            self._seat(slot).judged(scores, hit, queries)
        if ends == "noise_free":
            won = fooled(self.oracle.monitor(images, slots), classes, targeted)
        else:
            won = getattr(verdict, ends)
        return self._finish(slots[won], "success", images[won])

    def _finish(self, slots: Tensor, status: Status, images: Tensor) -> list[Outcome]:
        """End games on their final ``images``: judge by every criterion, close the account, free the slot."""
        if not len(slots):
            return []
        classes, targeted = self.oracle.classes(slots), self.threat.targeted
        answers = self.oracle.judge(images, slots, self.referee.votes)
        verdict = judge(answers, classes, targeted)
        logits = self.oracle.monitor(images, slots)
        noise_free = fooled(logits, classes, targeted)
        margins, losses = self.oracle.margins(logits, slots), self.oracle.losses(logits, slots)
        delta = images - self.attack.image[slots]
        sizes = zip(linf(delta).tolist(), l2(delta).tolist(), strict=True)
        outcomes = []
        for row, (slot, (largest, length)) in enumerate(zip(slots.tolist(), sizes, strict=True)):
            seat = self._seat(slot)
            seat.seen(logits[row].cpu(), float(losses[row]))
            verdicts: dict[Criterion, bool] = {
                "first_hit": seat.first_hit_at is not None,
                "vote": bool(verdict.vote[row]),
                "mean": bool(verdict.mean[row]),
                "noise_free": bool(noise_free[row]),
            }
            if status != "misclassified":
                verdicts[self.referee.ends] = status == "success"
            outcomes.append(
                Outcome(
                    game=seat.game,
                    status=status,
                    verdicts=verdicts,
                    first_hit_at=seat.first_hit_at,
                    account=self.account(slot),
                    image=images[row].cpu(),
                    linf=largest,
                    l2=length,
                    margin=float(margins[row]),
                    told_scores=answers[row, 0].cpu(),
                    true_scores=logits[row].cpu(),
                    trace=seat.trace,
                    seconds=time.monotonic() - seat.started,
                )
            )
            self._seats[slot] = None
            self.oracle.close(slot)
        return outcomes

    def _seat(self, slot: int) -> Seat:
        seat = self._seats[slot]
        assert seat is not None
        return seat
