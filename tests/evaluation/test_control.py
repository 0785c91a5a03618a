"""The null control: what would have been a success without an attack."""

import torch
from torch import Tensor

from rnd_lab.attacks.simba import SimbaSpec
from rnd_lab.defenses.defense import Inside
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.evaluation.control import Control, control
from rnd_lab.game.driver import Driver
from rnd_lab.game.outcome import Game
from rnd_lab.game.referee import Referee
from rnd_lab.game.threat import ThreatModel

GREY = torch.full((3, 8, 8), 0.5)


def wrong_where_it_is_grey(images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
    """Class 1 for an image without any noise, class 0, the true one, for all others."""
    plain = (images == 0.5).flatten(1).all(1)
    return torch.stack([~plain, plain], 1).float()


def test_an_image_that_the_bare_model_has_wrong_is_told_from_a_success() -> None:
    rules = (RndSpec(nu=0.02),), SimbaSpec(), ThreatModel(norm="l2", epsilon=1.0, budget=10), Referee(ends="noise_free")
    driver = Driver(wrong_where_it_is_grey, *rules, shape=(3, 8, 8))
    (outcome,) = driver.play([Game("grey", GREY, 0)])
    assert (outcome.status, outcome.account.paid) == ("success", 1)
    assert control(outcome, rules[0], rules[3], wrong_where_it_is_grey, "cpu") == Control(1, hit=True)
