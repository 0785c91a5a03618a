"""Models with a card: saved by training, shipped with the lab."""

import subprocess
import sys
from pathlib import Path

import pytest
import safetensors.torch
import torch
from safetensors import SafetensorError

from rnd_lab.data.classes import CIFAR10
from rnd_lab.game.forward import CHANNELS_LAST
from rnd_lab.models import load as load_module
from rnd_lab.models.bundled import bundled_folder, cards, save_bundle
from rnd_lab.models.card import ModelCard
from rnd_lab.models.digest import weights_digest
from rnd_lab.models.load import available, load
from rnd_lab.models.resnet import CifarResNet
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError

IMAGES = torch.rand(8, 3, 32, 32, generator=torch.Generator().manual_seed(1))


def channels_last(network: CifarResNet) -> CifarResNet:
    return network.to(**CHANNELS_LAST)


def test_a_saved_network_comes_back_with_its_answers_and_its_card(
    tmp_path: Path, card: ModelCard, network: CifarResNet
) -> None:
    saved = save_bundle(tmp_path / "new", card, channels_last(network))
    assert cards(tmp_path / "new") == (saved,)
    classifier = load(ModelSpec(source=str(tmp_path / "new" / "small-one.safetensors")))
    with torch.no_grad():
        assert torch.allclose(classifier.network(IMAGES), network(IMAGES), atol=1e-5)
    assert (classifier.name, classifier.description, classifier.data_set) == ("small-one", "A small one", "cifar10")
    assert (classifier.labels, classifier.input_size, classifier.resize_to) == (CIFAR10, (32, 32), 32)
    assert classifier.digest == saved.weights_digest == weights_digest(network)
    assert not classifier.network.training
    assert not any(parameter.requires_grad for parameter in classifier.network.parameters())


def test_opening_a_model_does_not_wait_for_the_compiler_of_torch() -> None:
    code = (
        "import sys; from rnd_lab.models.load import load; from rnd_lab.models.spec import ModelSpec; "
        "load(ModelSpec()); sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_bundled_model_is_loaded_by_its_name(
    tmp_path: Path, card: ModelCard, network: CifarResNet, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_bundle(tmp_path, card, network)
    monkeypatch.setattr(load_module, "bundled_folder", lambda: tmp_path)
    assert load(ModelSpec(source="small-one")).name == "small-one"
    assert [known.name for known in available().bundled] == ["small-one"]
    assert "resnet50" in available().torchvision
    with pytest.raises(LabError, match=r"no model 'bigger-one'.*small-one"):
        load(ModelSpec(source="bigger-one"))


def test_settings_that_a_bundle_knows_itself_are_refused(tmp_path: Path, card: ModelCard, network: CifarResNet) -> None:
    save_bundle(tmp_path, card, network)
    with pytest.raises(LabError, match="knows its input size itself"):
        load(ModelSpec(source=str(tmp_path / "small-one.safetensors"), input_size=64))


def test_weights_that_were_swapped_are_noticed(tmp_path: Path, card: ModelCard, network: CifarResNet) -> None:
    save_bundle(tmp_path, card, network)
    text = (tmp_path / "small-one.json").read_text()
    with torch.no_grad():
        network.head.bias.add_(1)
    save_bundle(tmp_path, card, network)
    (tmp_path / "small-one.json").write_text(text)
    with pytest.raises(LabError, match="not those that its card describes"):
        load(ModelSpec(source=str(tmp_path / "small-one.safetensors")))


def test_a_card_with_other_classes_than_the_network_is_refused(
    tmp_path: Path, card: ModelCard, network: CifarResNet
) -> None:
    save_bundle(tmp_path, card.model_copy(update={"labels": ("yes", "no")}), network)
    with pytest.raises(LabError, match="names 2 classes, but small-one answers with 10"):
        load(ModelSpec(source=str(tmp_path / "small-one.safetensors")))


def test_a_damaged_card_is_named(tmp_path: Path, card: ModelCard, network: CifarResNet) -> None:
    save_bundle(tmp_path, card, network)
    (tmp_path / "small-one.json").write_text('{"name": "small-one"}')
    with pytest.raises(LabError, match=r"small-one\.json is damaged.*move them to another folder"):
        cards(tmp_path)


def test_a_card_without_weights_is_not_offered(tmp_path: Path, card: ModelCard) -> None:
    (tmp_path / "small-one.json").write_text(card.model_dump_json())
    assert cards(tmp_path) == ()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, card: ModelCard, network: CifarResNet) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LabError, match="cannot be saved"):
        save_bundle(tmp_path / "file", card, network)


def test_a_full_disk_is_told_and_leaves_no_halves(
    tmp_path: Path, card: ModelCard, network: CifarResNet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fill(tensors: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise SafetensorError("No space left on device")

    monkeypatch.setattr(safetensors.torch, "save_file", fill)
    with pytest.raises(LabError, match=r"cannot be saved.*No space left"):
        save_bundle(tmp_path, card, network)
    assert list(tmp_path.iterdir()) == []


def test_every_shipped_model_loads_and_knows_the_gallery() -> None:
    from rnd_lab.data.gallery import gallery
    from rnd_lab.data.image import open_image
    from rnd_lab.data.pixels import to_input

    for card in cards(bundled_folder()):
        classifier = load(ModelSpec(source=card.name))
        images = [image for image in gallery() if image.data_set == classifier.data_set]
        batch = torch.stack(
            [to_input(open_image(image.path), classifier.input_size, classifier.resize_to) for image in images]
        )
        right = classifier.network(batch).argmax(1) == torch.tensor([image.label for image in images])
        assert right.float().mean() > 0.5


def test_a_renamed_model_is_opened_whatever_lies_beside_it(
    tmp_path: Path, card: ModelCard, network: CifarResNet
) -> None:
    save_bundle(tmp_path, card, network)
    for ending in (".safetensors", ".json"):
        (tmp_path / f"small-one{ending}").rename(tmp_path / f"robust{ending}")
        (tmp_path / f"other{ending}").write_text("{}")
    assert load(ModelSpec(source=str(tmp_path / "robust.safetensors"))).name == "robust"
