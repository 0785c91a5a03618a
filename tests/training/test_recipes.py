"""What each recipe minimises."""

from contextlib import nullcontext
from typing import Any, NamedTuple

import pytest
import torch
from pydantic import ValidationError
from torch import Tensor, nn
from torch.nn import functional as F

from rnd_lab.models.architectures import OWN, build
from rnd_lab.training.adversarial import Adversarial
from rnd_lab.training.at import AtRecipe
from rnd_lab.training.catalog import RECIPES
from rnd_lab.training.gf import GfRecipe
from rnd_lab.training.pni import PniRecipe
from rnd_lab.training.standard import StandardRecipe


class Seen(nn.Module):
    """A linear classifier that remembers what it is shown, and in which mode."""

    def __init__(self) -> None:
        super().__init__()
        self.head = nn.Linear(3, 10)
        self.images: list[Tensor] = []
        self.modes: list[bool] = []

    def forward(self, images: Tensor) -> Tensor:
        self.images.append(images.detach().clone())
        self.modes.append(self.training)
        logits: Tensor = self.head(images.mean((2, 3)))
        return logits


@pytest.fixture
def network() -> Seen:
    torch.manual_seed(0)
    return Seen().train()


GREY = torch.full((40, 3, 8, 8), 0.5)
LABELS = torch.arange(40) % 10


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_standard_training_minimises_the_cross_entropy_of_clean_images(network: Seen) -> None:
    loss, logits = StandardRecipe().objective(network, GREY, LABELS, generator())
    assert torch.equal(network.images[0], GREY)
    assert loss == F.cross_entropy(logits, LABELS)


def test_gf_minimises_the_cross_entropy_of_logits_averaged_over_noise(network: Seen) -> None:
    recipe = GfRecipe(sigma=0.05, samples=3)
    loss, logits = recipe.objective(network, GREY, LABELS, generator())
    (shown,) = network.images
    noise = shown.view(3, 40, 3, 8, 8) - GREY
    assert float(noise.std()) == pytest.approx(0.05, rel=0.02)
    assert abs(float((noise[0] * noise[1]).mean())) < 0.05**2 / 10
    with torch.autocast("cpu", dtype=torch.bfloat16):
        expected = torch.stack([network(copy + GREY).float() for copy in noise]).mean(0)
    assert torch.allclose(logits, expected, atol=0.02)
    assert torch.allclose(loss, F.cross_entropy(logits, LABELS))


def test_gf_can_draw_the_strength_of_the_noise_for_each_image(network: Seen) -> None:
    many = GREY.repeat(10, 1, 1, 1)
    GfRecipe(sigma=0.05, spread=1, samples=2).objective(network, many, LABELS.repeat(10), generator())
    first, second = ((shown - 0.5).std((1, 2, 3)) / 0.05 for shown in network.images[0].view(2, 400, 3, 8, 8))
    assert torch.allclose(first, second, rtol=0.5)
    assert float(first.mean()) == pytest.approx(0.5, abs=0.05)
    assert float(first.quantile(0.1)) == pytest.approx(0.1, abs=0.05)
    assert float(first.quantile(0.9)) == pytest.approx(0.9, abs=0.1)


def test_gf_shows_images_in_the_box(network: Seen) -> None:
    GfRecipe(sigma=0.5).objective(network, GREY, LABELS, generator())
    assert network.images[0].min() == 0
    assert network.images[0].max() == 1


def test_gf_without_noise_is_standard_training(network: Seen) -> None:
    loss, _ = GfRecipe(sigma=0, samples=1).objective(network, GREY, LABELS, generator())
    assert loss == StandardRecipe().objective(network, GREY, LABELS, generator())[0]


def test_of_several_heads_the_last_one_is_trained(network: Seen) -> None:
    class Heads(NamedTuple):
        logits: Tensor
        aux_logits: Tensor

    class Inception(Seen):
        def forward(self, images: Tensor) -> Any:
            logits = super().forward(images)
            return Heads(logits, torch.zeros_like(logits))

    heads = Inception()
    heads.load_state_dict(network.state_dict())
    assert (
        StandardRecipe().objective(heads, GREY, LABELS, generator())[0]
        == StandardRecipe().objective(network, GREY, LABELS, generator())[0]
    )


def test_adversarial_images_are_made_against_the_network_as_it_is_trained(network: Seen) -> None:
    loss, logits = AtRecipe(steps=2, epsilon=0.1, step=0.1).objective(network, GREY, LABELS, generator())
    assert network.modes == [True, True, True]
    change = (network.images[-1] - GREY).abs()
    assert change.max() <= 0.1 + 1e-6
    assert change.mean() > 0.07
    assert loss > StandardRecipe().objective(network, GREY, LABELS, generator())[0]
    assert logits.requires_grad


def test_pni_weighs_clean_and_adversarial_images_alike(network: Seen) -> None:
    recipe = PniRecipe(epsilon=0.1, step=0.1)
    loss, logits = recipe.objective(network, GREY, LABELS, generator())
    assert torch.equal(network.images[0], GREY)
    assert (network.images[-1] - GREY).abs().max() > 0.05
    clean, _ = StandardRecipe().objective(network, GREY, LABELS, generator())
    assert loss == (clean + F.cross_entropy(logits, LABELS)) / 2


@pytest.mark.parametrize("kind", [kind for kind, recipe in RECIPES.items() if recipe.data_set == "cifar10"])
def test_noise_inside_is_on_where_the_recipe_trains_with_it(kind: str) -> None:
    recipe = RECIPES[kind]()
    torch.manual_seed(0)
    network = build(recipe.architecture, 10).eval()
    images = torch.rand(8, 3, 32, 32, generator=generator())

    def answers(seed: int, on: bool = True) -> Tensor:
        with torch.no_grad(), recipe.noise(network, generator(seed)) if on else nullcontext():
            logits: Tensor = network(images)
        return logits

    assert torch.equal(answers(1), answers(1))
    noisy = kind in ("rse", "pni")
    assert torch.equal(answers(1), answers(2)) != noisy
    assert torch.equal(answers(1), answers(1, on=False)) != noisy
    assert (recipe.defense is not None) == noisy
    assert torch.equal(answers(1, on=False), answers(2, on=False))


def test_every_recipe_is_known_by_its_kind() -> None:
    for kind, recipe in RECIPES.items():
        assert recipe.model_validate({}).kind == kind
        with pytest.raises(ValidationError):
            recipe.model_validate({"typo": 1})


def test_recipes_for_cifar10_name_architectures_of_the_lab() -> None:
    for recipe in RECIPES.values():
        if recipe.data_set == "cifar10":
            assert recipe().architecture in OWN
            with pytest.raises(ValidationError):
                recipe.model_validate({"architecture": "nothing"})


def test_single_step_training_is_the_default_of_adversarial_recipes_but_pni() -> None:
    recipes = [recipe() for recipe in RECIPES.values() if issubclass(recipe, Adversarial)]
    assert [(it.kind, it.steps, round(it.epsilon * 255, 6), round(it.step * 255, 6)) for it in recipes] == [
        ("at", 1, 8, 10),
        ("pni", 3, 8, 4),
        ("fd", 1, 8, 10),
    ]
