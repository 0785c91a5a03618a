"""Fine-tuning one of torchvision's networks."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from rnd_lab.data.image_folder import open_image_folder
from rnd_lab.models.architectures import build
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import Cancelled, LabError
from rnd_lab.training.bundle import bundle
from rnd_lab.training.data import read_images
from rnd_lab.training.gf import GfImageNetRecipe
from rnd_lab.training.images import Pictures
from rnd_lab.training.loop import Progress, train
from rnd_lab.training.run import TrainingRun
from tests.training.conftest import tiny_data

NETWORK = "mobilenet_v3_small"
RECIPE = GfImageNetRecipe(architecture=NETWORK, epochs=2, batch_size=2, samples=1)


@pytest.fixture
def images(tmp_path: Path) -> Pictures:
    rng = np.random.default_rng(0)
    for wordnet in ("n01440764", "n02106662"):
        (tmp_path / "train" / wordnet).mkdir(parents=True)
        for number in range(2):
            noise = rng.integers(0, 256, (40, 50, 3), dtype=np.uint8)
            Image.fromarray(noise).save(tmp_path / "train" / wordnet / f"{number}.png")
    return Pictures(open_image_folder(tmp_path / "train"), 32)


@pytest.fixture
def start(tmp_path: Path) -> Classifier:
    torch.manual_seed(0)
    torch.save(build(NETWORK, 1000).state_dict(), tmp_path / "start.pt")
    return load(ModelSpec(source=str(tmp_path / "start.pt"), architecture=NETWORK))


def test_a_tuned_network_loads_with_its_card_and_answers_as_it_did(
    tmp_path: Path, images: Pictures, start: Classifier
) -> None:
    network = train(RECIPE, images, tmp_path / "run", start=start)
    card = bundle(tmp_path / "run", "tuned", RECIPE, network, images, tiny_data(4), start=start)
    assert card.title == "mobilenet_v3_small (ImageNet, Gaussian-noise fine-tuning)"
    opened = load(ModelSpec(source=str(tmp_path / "run" / "tuned.safetensors")))
    assert (opened.data_set, opened.input_size, opened.resize_to) == ("imagenet", (224, 224), 256)
    assert opened.labels[235] == start.labels[235]
    assert opened.digest == card.weights_digest != start.digest
    some = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.allclose(opened.network(some), network(some), atol=1e-4)


def test_weights_to_start_from_are_taken_for_the_network_that_is_trained(tmp_path: Path, start: Classifier) -> None:
    run = TrainingRun(recipe=RECIPE, data=str(tmp_path), start=str(tmp_path / "start.pt"), out=str(tmp_path), name="x")
    found = run._first("cpu", lambda doing, done, total: None)
    assert found
    assert found.digest == start.digest


def test_dropout_does_not_keep_a_resumed_run_from_equalling_an_uninterrupted_one(
    tmp_path: Path, images: Pictures, start: Classifier
) -> None:
    whole = train(RECIPE, images, tmp_path / "whole", start=start)

    def stop(progress: Progress) -> None:
        if progress.done == 3:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        train(RECIPE, images, tmp_path / "parts", stop, start=start)
    torch.rand(7)
    parts = train(RECIPE, images, tmp_path / "parts", start=start)
    assert all(torch.equal(it, parts.state_dict()[name]) for name, it in whole.state_dict().items())


def test_the_start_is_torchvisions_own_and_unknown_networks_are_named(tmp_path: Path, images: Pictures) -> None:
    assert RECIPE.usual_start == "torchvision:mobilenet_v3_small"
    with pytest.raises(LabError, match=r"no architecture 'resnet19'.*resnet18"):
        train(GfImageNetRecipe(architecture="resnet19"), images, tmp_path)
    with pytest.raises(LabError, match=r"no architecture 'resnet19'.*resnet18"):
        read_images(GfImageNetRecipe(architecture="resnet19"), tmp_path, None)
