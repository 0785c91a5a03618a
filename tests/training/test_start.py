"""Training that starts from the weights of another model."""

from pathlib import Path

import pytest
import torch

from rnd_lab.models.architectures import build
from rnd_lab.models.card import ModelCard
from rnd_lab.models.classifier import Classifier
from rnd_lab.models.load import load
from rnd_lab.models.resnet import CifarResNet
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import Cancelled, LabError
from rnd_lab.training.bundle import bundle
from rnd_lab.training.catalog import RECIPES
from rnd_lab.training.gf import GfRecipe
from rnd_lab.training.images import SmallImages
from rnd_lab.training.loop import Progress, train
from rnd_lab.training.start import start_from
from tests.training.conftest import tiny_data


def model(folder: Path, seed: int = 0) -> Classifier:
    torch.manual_seed(seed)
    torch.save(build("resnet20", 10).state_dict(), folder / f"start{seed}.pt")
    return load(ModelSpec(source=str(folder / f"start{seed}.pt")))


@pytest.mark.parametrize("kind", [kind for kind, recipe in RECIPES.items() if recipe.data_set == "cifar10"])
def test_every_recipe_can_start_from_a_plain_resnet20_and_answers_like_it(tmp_path: Path, kind: str) -> None:
    start = model(tmp_path)
    network = build(RECIPES[kind]().architecture, 10)
    start_from(network, start)
    images = torch.rand(8, 3, 32, 32)
    assert torch.allclose(network.eval()(images), start.network(images), atol=1e-5)


def test_weights_of_another_architecture_are_refused(tmp_path: Path) -> None:
    start = model(tmp_path)
    for network in (build("resnet56", 10), build("wrn16-4", 10), CifarResNet(3, width=8), build("resnet20", 5)):
        with pytest.raises(LabError, match=r"start0 do not fit the architecture.*same architecture"):
            start_from(network, start)


def test_a_start_with_another_normalisation_is_refused(tmp_path: Path) -> None:
    plain = model(tmp_path)
    spec = ModelSpec(source=str(tmp_path / "start0.pt"), mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5))
    with pytest.raises(LabError, match="normalises its input otherwise"):
        start_from(build("resnet20", 10), load(spec))
    start_from(build("resnet20", 10), plain)


def test_a_run_from_other_weights_is_refused(tmp_path: Path, data: SmallImages) -> None:
    recipe = GfRecipe(epochs=2, batch_size=20)

    def stop(progress: Progress) -> None:
        if progress.done == 2:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        train(recipe, data, tmp_path / "run", stop, start=model(tmp_path))
    for other in (None, model(tmp_path, seed=1)):
        with pytest.raises(LabError, match="from another model"):
            train(recipe, data, tmp_path / "run", start=other)
    train(recipe, data, tmp_path / "run", start=model(tmp_path))


def test_the_card_tells_what_it_started_from(tmp_path: Path, data: SmallImages) -> None:
    start = model(tmp_path)
    recipe = GfRecipe(epochs=1, batch_size=20)
    network = train(recipe, data, tmp_path / "run", start=start)
    bundle(tmp_path / "run", "tuned", recipe, network, data, tiny_data(20), start=start)
    card = ModelCard.model_validate_json((tmp_path / "run" / "tuned.json").read_text())
    assert (card.start, card.start_digest) == ("start0", start.digest)
    assert card.recipe["kind"] == "gf"
    assert card.recipe["sigma"] == 0.05
    assert card.title == "ResNet-20 (CIFAR-10, Gaussian-noise fine-tuning)"
