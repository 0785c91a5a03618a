"""The figures of one side as text, and what each of them means."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rnd_lab.gui.times import duration
from rnd_lab.gui.views.story import percent

if TYPE_CHECKING:
    from rnd_lab.experiments.duel import SideView
    from rnd_lab.experiments.run_spec import RunSpec
    from rnd_lab.gui.views.pace import Pace

NOTHING = "–"


@dataclass(frozen=True)
class Line:
    """A row of the scoreboard."""

    key: str
    label: str
    help: str


MAIN = (
    Line("queries", "Queries", "Queries charged to the budget (probes and their repeats), and the budget."),
    Line("speed", "Queries/s", "Paid queries of this side a second, over the last seconds."),
    Line("left", "Time left", "Until the budget is used up, at this speed, if nothing ends the game before."),
    Line("best", "Loss, best told", "The lowest loss that the attacker was told: what it believes to have reached."),
    Line("truth", "Loss, truth", "The loss of its best guess without the noise. Margins below 0 are wins."),
    Line("linf", "‖δ‖∞", "Largest change of a pixel; images are in [0, 1]. In brackets the same in 8-bit steps."),
    Line("l2", "‖δ‖₂", "Euclidean length of the change; images are in [0, 1]."),
    Line(
        "turned",
        "Turned by noise",
        "Share of the attack's decisions that the noise turned round (Theorem 3).",
    ),
)
ACCOUNT = (
    Line("probe", "Probes", "Candidates asked for the first time."),
    Line("repeat", "Repeats", "The same candidates again, for EOT; they are paid as well."),
    Line("judge", "Judge", "Fresh answers that the referee asked for; not charged to the budget."),
    Line("monitor", "Monitor", "Looks of the lab at the model without the defense; no attacker could."),
    Line("published", "As published", "Queries as the published evaluation of this attack counts them."),
    Line("strict", "All queries", "The strict account: every query of any purpose."),
    Line("flagged", "Flagged", "Paid queries that resembled an earlier one of the game; the answers are as ever."),
)
CRITERIA = (
    Line("first_hit", "First noisy hit", "Some single answer after a step was a hit. Noise makes such hits by luck."),
    Line("vote", "Vote of {k}", "The most frequent class of {k} fresh defended answers about the final image."),
    Line("mean", "Mean of {k}", "The mean of the probabilities in {k} fresh defended answers about the final image."),
    Line("noise_free", "Noise-free model", "The model without the defense, asked about the final image."),
)


def figures(view: "SideView", spec: "RunSpec", pace: "Pace") -> dict[str, str]:
    """Texts by key."""
    truth = view.true
    account, ended = view.account, view.outcome is not None
    left = None if ended else pace.left(spec.threat.allowance - account.paid)
    return {
        "queries": f"{account.paid:,} / {spec.threat.allowance:,}",
        "speed": NOTHING if ended or not pace.speed else f"{pace.speed:,.3g}",
        "left": NOTHING if left is None else duration(left),
        "best": signed(view.told.min()) if len(view.told) else NOTHING,
        "truth": signed(truth[-1, 1]) if len(truth) else NOTHING,
        "linf": f"{view.linf:.4f} ({view.linf * 255:.3g}/255)",
        "l2": f"{view.l2:.3f}",
        "turned": f"{percent(view.flipped)}" if view.decisions else NOTHING,
        "probe": f"{account.probe:,}",
        "repeat": f"{account.repeat:,}",
        "judge": f"{account.judge:,}",
        "monitor": f"{account.monitor:,}",
        "published": f"{account.published:,}",
        "strict": f"{account.strict:,}",
        "flagged": f"{account.flagged:,}",
    }


def signed(value: float) -> str:
    """A loss with a proper minus."""
    return f"{value:.2f}".replace("-", "−")
