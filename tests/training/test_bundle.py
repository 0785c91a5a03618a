"""From a trained network to a model by name, with figures that were measured."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.defenses.rse import RseSpec
from rnd_lab.game.forward import Forward
from rnd_lab.models.architectures import build
from rnd_lab.models.bundled import bundled_folder, read_card
from rnd_lab.models.load import load
from rnd_lab.models.noise import NoisyConv2d, NoisyWeightConv2d
from rnd_lab.models.resnet import resnet20
from rnd_lab.models.spec import ModelSpec
from rnd_lab.training import measure
from rnd_lab.training.at import AtRecipe
from rnd_lab.training.bundle import bundle
from rnd_lab.training.images import SmallImages
from rnd_lab.training.measure import measure_accuracy, measure_robustness
from rnd_lab.training.pni import PniRecipe
from rnd_lab.training.rse import RseRecipe
from rnd_lab.training.standard import StandardRecipe
from tests.training.conftest import tiny_data


class Brightness(nn.Module):
    """Class 0 for images darker than grey, 1 for the others."""

    def forward(self, images: Tensor) -> Tensor:
        level = images.mean((1, 2, 3)) - 0.5
        return torch.stack([-level, level], 1)


def levels(*values: int, labels: tuple[int, ...]) -> LabelledImages:
    images = torch.tensor(values, dtype=torch.uint8).view(-1, 1, 1, 1).expand(-1, 3, 32, 32)
    return LabelledImages(images.contiguous(), torch.tensor(labels), "digest")


def test_accuracy_is_the_share_of_right_answers_with_its_interval() -> None:
    accuracy = measure_accuracy(Brightness(), levels(10, 250, 20, 240, labels=(0, 1, 1, 1)), nu=0)
    assert (accuracy.images, accuracy.correct, accuracy.nu) == (4, 3, 0)
    assert (accuracy.low, accuracy.high) == pytest.approx((0.3006, 0.9544), abs=1e-4)


def test_under_noise_each_image_gets_its_own_and_the_seed_decides() -> None:
    """Grey images with a brightness of +½/255: the noise of the mean has deviation ν/√3072."""
    data = levels(*[128] * 400, labels=(1,) * 400)
    clean, noisy = measure_accuracy(Brightness(), data, nu=0), measure_accuracy(Brightness(), data, nu=0.2)
    assert clean.correct == 400
    assert noisy.correct / 400 == pytest.approx(0.706, abs=0.07)
    assert measure_accuracy(Brightness(), data, nu=0.2) == noisy
    assert measure_accuracy(Brightness(), data, nu=0.2, seed=1).correct != noisy.correct


class Large(Brightness):
    """Runs out of memory with more than so many images."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most
        self.sizes: list[int] = []

    def forward(self, images: Tensor) -> Tensor:
        self.sizes.append(len(images))
        if len(images) > self.most:
            raise torch.OutOfMemoryError("CUDA out of memory.")
        return super().forward(images)


def test_robustness_is_measured_on_fewer_at_a_time_where_gradients_do_not_fit() -> None:
    data = levels(*[10, 250] * 20, labels=(0, 1) * 20)
    network = Large(most=16)
    assert measure_robustness(network, data, AtRecipe(), steps=1).correct == 40
    assert network.sizes[:5] == [40, 20, 10, 10, 20]
    with pytest.raises(torch.OutOfMemoryError):
        measure_robustness(Large(most=0), data, AtRecipe(), steps=1)


def test_accuracy_does_not_depend_on_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    data = levels(*[128] * 60, labels=(1,) * 60)
    expected = measure_accuracy(Brightness(), data, nu=0.2)
    monkeypatch.setattr(measure, "BATCH", 7)
    assert measure_accuracy(Brightness(), data, nu=0.2) == expected


def test_a_bundle_loads_by_name_and_its_card_tells_what_was_measured(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = resnet20().eval()
    train_data, test_data = tiny_data(10), tiny_data(30, seed=3)
    recipe = StandardRecipe(epochs=2, seed=4)
    card = bundle(tmp_path, "small", recipe, network, SmallImages(train_data), test_data)
    opened = load(ModelSpec(source=str(tmp_path / "small.safetensors")))
    images = test_data.images.float() / 255
    assert torch.equal(Forward(opened.network)(images), Forward(network)(images))
    assert opened.digest == card.weights_digest
    assert (opened.description, opened.data_set) == ("ResNet-20 (CIFAR-10, standard training)", "cifar10")
    assert card.data_digest == train_data.digest
    assert (card.recipe["epochs"], card.seed) == (2, 4)
    assert [accuracy.nu for accuracy in card.accuracy] == [0, 0.02, 0.05]
    right = int((Forward(network)(images).argmax(1) == test_data.labels).sum())
    assert card.accuracy[0].correct == right
    assert all(accuracy.images == 30 for accuracy in card.accuracy)


def test_robustness_is_the_share_that_stays_right_under_attack() -> None:
    """The attack moves the brightness by 8/255: levels farther than that from ½ hold, nearer ones fall."""
    data = levels(0, 119, 121, 127, 128, 134, 136, 255, labels=(0, 0, 0, 0, 1, 1, 1, 1))
    clean = measure_accuracy(Brightness(), data, nu=0)
    robust = measure_robustness(Brightness(), data, AtRecipe())
    assert (clean.correct, robust.correct, robust.images) == (8, 4, 8)
    assert (robust.epsilon * 255, robust.step * 255, robust.steps) == pytest.approx((8, 2, 20))
    assert (robust.low, robust.high) == pytest.approx((0.2152, 0.7848), abs=1e-4)


def test_a_model_with_a_defense_inside_is_measured_with_it(tmp_path: Path) -> None:
    torch.manual_seed(0)
    recipe = RseRecipe(epochs=1)
    network = build(recipe.architecture, 10).eval()
    data = tiny_data(30, seed=3)
    card = bundle(tmp_path, "noisy", recipe, network, SmallImages(data), data)
    assert card.defense == "rse"
    assert card.robustness == ()
    expected = measure_accuracy(network, data, 0.05, defense=RseSpec())
    assert card.accuracy[2] == expected
    opened = load(ModelSpec(source=str(tmp_path / "noisy.safetensors")))
    assert opened.description == "ResNet-20 with RSE (CIFAR-10, training with noise between the layers)"


class Noticing(NoisyConv2d):
    """A network of one convolution that notices for which images its noise is on; in classes, from 32 × 32 pixels."""

    def __init__(self) -> None:
        super().__init__(3, 10, 32, deviation=0.1)
        self.noisy: list[bool] = []

    def forward(self, x: Tensor) -> Tensor:
        self.noisy += [self.draw is not None] * len(x)
        return super().forward(x).flatten(1)


class NoticingWeight(NoisyWeightConv2d):
    """The same with noise on the weights, for batches."""

    def __init__(self) -> None:
        super().__init__(3, 10, 32, bias=False)
        self.noisy: list[bool] = []

    def forward(self, x: Tensor) -> Tensor:
        self.noisy.append(self.draw is not None)
        return super().forward(x).flatten(1)


def test_the_noise_inside_is_on_in_every_pass_that_is_measured(tmp_path: Path) -> None:
    data = tiny_data(8, seed=3)
    network = Noticing()
    measure_accuracy(network, data, nu=0.05)
    assert network.noisy == [False] * 8
    measure_accuracy(network, data, nu=0.05, defense=RseSpec(passes=3))
    assert network.noisy[8:] == [True] * 8 * 3
    network.noisy.clear()
    bundle(tmp_path, "noisy", RseRecipe(epochs=1), network, SmallImages(data), data)
    assert network.noisy == [True] * 8 * 30  # ten passes each: clean, under ν 0.02 and under ν 0.05


def test_the_noise_inside_is_on_in_every_step_of_the_attack_and_in_the_answer() -> None:
    network = NoticingWeight()
    measure_robustness(network, tiny_data(8, seed=3), PniRecipe(), steps=4)
    assert network.noisy == [True] * 5


def test_the_card_of_an_adversarially_trained_model_has_its_robustness(tmp_path: Path) -> None:
    torch.manual_seed(0)
    recipe = PniRecipe(epochs=1)
    network = build(recipe.architecture, 10).eval()
    data = tiny_data(8, seed=3)
    card = bundle(tmp_path, "robust", recipe, network, SmallImages(data), data)
    (robust,) = card.robustness
    assert (robust.images, robust.steps) == (8, 20)
    assert robust.correct == measure_robustness(network, data, recipe).correct


def test_the_card_of_the_shipped_standard_model_is_readable() -> None:
    card = read_card(bundled_folder() / "cifar10-resnet20.json")
    assert card.accuracy[0].correct == 9134
    assert (card.start, card.defense, card.robustness) == ("", "", ())
