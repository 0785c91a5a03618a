"""The game in plain words: what somebody who sees it for the first time should read."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnd_lab.gui.words import label_of, number
from rnd_lab.primitives.amounts import amount

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import Scene, SideName, SideView, Snapshot
    from rnd_lab.experiments.run_spec import RunSpec
    from rnd_lab.game.outcome import Outcome


@dataclass(frozen=True)
class Sentence:
    """A sentence; ``opening`` names the side that it is about, and is drawn in that side's colour."""

    side: "SideName | None"
    opening: str
    rest: str

    @property
    def text(self) -> str:
        """All of it."""
        return f"{self.opening} {self.rest}".strip()


def prologue(scene: "Scene", spec: "RunSpec") -> list[Sentence]:
    """What is going to happen."""
    labels = scene.classifier.labels
    seen = int(scene.probabilities.argmax())
    if seen != scene.label:
        problem = f"The model takes this clean image for “{labels[seen]}”, but its class is “{labels[scene.label]}”."
        return [Sentence(None, problem, "There is nothing left to attack: choose another image or class.")]
    aim = f"“{labels[spec.target]}”" if spec.target is not None else "anything else"
    limit = "each pixel" if spec.threat.norm == "linf" else "the image"
    certain = f"{percent(float(scene.probabilities[seen]))} certain"
    first = f"The model sees “{labels[seen]}” and is {certain}."
    second = (
        f"{spec.attack.title} may change {limit} by at most {number(spec.threat.epsilon)} "
        f"and ask {amount(spec.threat.allowance, 'times')} to make it see {aim}."
    )
    return [Sentence(None, first, f"{second} {_setup(spec)}".strip())]


def story(scene: "Scene", spec: "RunSpec", snapshot: "Snapshot") -> list[Sentence]:
    """What has happened, a sentence for each side, the undefended one first."""
    sides: list[SideName] = [name for name in ("undefended", "defended") if name in snapshot.sides]
    sentences = []
    for place, name in enumerate(sides):
        opening = "Without defense" if name == "undefended" else f"Against {defense_name(spec)}"
        rest = _course(scene, spec, snapshot.sides[name], "the attack" if place == 0 else "it")
        sentences.append(Sentence(name, opening, rest))
    return sentences


def defense_name(spec: "RunSpec") -> str:
    """The stack of defenses with their settings, such as "RND (ν = 0.02)"."""
    parts = []
    for defense in spec.defense:
        settings = [
            f"{label_of(name, info)} = {number(getattr(defense, name))}"
            for name, info in type(defense).model_fields.items()
            if name != "name"
        ]
        parts.append(f"{defense.title} ({', '.join(settings)})" if settings else defense.title)
    return " and ".join(parts)


def side_title(side: "SideName", spec: "RunSpec") -> str:
    """The short name of a side, such as "With RND"."""
    if side == "undefended":
        return "No defense"
    return "With " + " + ".join(defense.title for defense in spec.defense)


def percent(share: float) -> str:
    """A share of 1 as it is shown, with a space that does not break; never rounded up to certainty."""
    if 0.9995 <= share < 1:
        return "> 99.9\N{NO-BREAK SPACE}%"
    if 0.0005 <= share < 0.01:
        return "< 1\N{NO-BREAK SPACE}%"
    return f"{share * 100:.{int(0.99 < share < 1)}f}\N{NO-BREAK SPACE}%"


def _setup(spec: "RunSpec") -> str:
    if not spec.defense:
        return ""
    beside = ", and once more without defense" if spec.duel else ""
    return f"It plays against {defense_name(spec)}{beside}."


def _course(scene: "Scene", spec: "RunSpec", view: "SideView", who: str) -> str:
    allowance = spec.threat.allowance
    turned = f"{percent(view.flipped)} of its decisions were turned by the noise" if view.flips else ""
    if view.outcome is not None:
        return _end(scene, spec, view.outcome, who, turned)
    used = f"{who} has used {view.account.paid:,} of {amount(allowance, 'queries')}"
    return f"{used} and {turned}." if turned else f"{used}."


def _end(scene: "Scene", spec: "RunSpec", outcome: "Outcome", who: str, turned: str) -> str:
    labels = scene.classifier.labels
    sees, used = f"“{labels[outcome.prediction]}”", amount(outcome.account.paid, "queries")
    fooled = outcome.verdicts["noise_free"]
    if outcome.status == "misclassified":
        return "the very first answer about the clean image was wrong, so there was nothing to attack."
    if outcome.status == "success" and fooled:
        return f"{who} won after {used}: the model now sees {sees}."
    if outcome.status == "success":
        luck = "one noisy answer was" if spec.referee.ends == "first_hit" else "most noisy answers were"
        return f"{who} won by luck after {used}: {luck} wrong, but without noise the model still sees {sees}."
    if fooled:
        return f"{who} used all its {used} without being told of a win, though without noise the model now sees {sees}."
    reason = f": {turned}" if turned else ""
    return f"{who} failed with all {used} used{reason}."
