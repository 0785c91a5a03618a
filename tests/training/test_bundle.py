"""From a trained network to a model by name, with figures that were measured."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from rnd_lab.data.cifar10 import LabelledImages
from rnd_lab.game.forward import Forward
from rnd_lab.models.load import load
from rnd_lab.models.resnet import resnet20
from rnd_lab.models.spec import ModelSpec
from rnd_lab.training import measure
from rnd_lab.training.bundle import bundle
from rnd_lab.training.measure import measure_accuracy
from rnd_lab.training.recipe import Recipe
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


def test_accuracy_does_not_depend_on_the_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    data = levels(*[128] * 60, labels=(1,) * 60)
    expected = measure_accuracy(Brightness(), data, nu=0.2)
    monkeypatch.setattr(measure, "BATCH", 7)
    assert measure_accuracy(Brightness(), data, nu=0.2) == expected


def test_a_bundle_loads_by_name_and_its_card_tells_what_was_measured(tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = resnet20().eval()
    train_data, test_data = tiny_data(10), tiny_data(30, seed=3)
    recipe = Recipe(epochs=2, seed=4)
    card = bundle(tmp_path, "small", recipe, network, train_data, test_data)
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
