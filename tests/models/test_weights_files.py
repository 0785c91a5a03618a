"""People's own weights: every usual way to save them, and everything that must be refused."""

import os
import pickle
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from rnd_lab.data.classes import CIFAR10
from rnd_lab.models.load import load
from rnd_lab.models.normalize import Normalize
from rnd_lab.models.resnet import CifarResNet, resnet20, resnet56
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError

IMAGES = torch.rand(8, 3, 32, 32, generator=torch.Generator().manual_seed(1))


class Evil:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.path),)


def test_a_small_file_that_claims_endless_classes_is_refused(tmp_path: Path, network: CifarResNet) -> None:
    state = network.state_dict()
    head = list(state)[-1]
    torch.save({**state, head: torch.zeros(1).expand(10**11)}, tmp_path / "mine.pt")
    with pytest.raises(LabError, match="100,000,000,000 classes"):
        load(ModelSpec(source=str(tmp_path / "mine.pt")))


def test_an_input_size_that_no_memory_holds_is_told(tmp_path: Path, network: CifarResNet) -> None:
    torch.save(network.state_dict(), tmp_path / "mine.pt")
    with pytest.raises(LabError, match="too large for memory"):
        load(ModelSpec(source=str(tmp_path / "mine.pt"), input_size=10**7))


def test_class_names_at_a_place_that_cannot_be_are_told(tmp_path: Path, network: CifarResNet) -> None:
    torch.save(network.state_dict(), tmp_path / "mine.pt")
    for labels in ("~nobody-here/names.txt", "names\0.txt"):
        with pytest.raises(LabError, match="Choose another path"):
            load(ModelSpec(source=str(tmp_path / "mine.pt"), labels=labels))


@pytest.mark.parametrize("wrap", ["plain", "legacy", "checkpoint", "parallel", "half", "safetensors"])
def test_weights_load_however_they_were_saved(tmp_path: Path, network: CifarResNet, wrap: str) -> None:
    path, state = tmp_path / "mine.pt", network.state_dict()
    if wrap == "safetensors":
        path = path.with_suffix(".safetensors")
        save_file(state, path)
    elif wrap == "checkpoint":
        torch.save({"epoch": 3, "state_dict": state, "args": {"lr": 0.1}}, path)
    elif wrap == "parallel":
        torch.save({f"module.{name}": tensor for name, tensor in state.items()}, path)
    elif wrap == "half":
        torch.save(
            {name: tensor.half() if tensor.is_floating_point() else tensor for name, tensor in state.items()}, path
        )
    else:
        torch.save(state, path, _use_new_zipfile_serialization=wrap != "legacy")
    classifier = load(ModelSpec(source=str(path)))
    with torch.no_grad():
        assert torch.allclose(classifier.network(IMAGES), network(IMAGES), atol=2e-2 if wrap == "half" else 1e-6)
    assert (classifier.name, classifier.labels, classifier.data_set) == ("mine", CIFAR10, "cifar10")
    assert "taken for CIFAR-10" in classifier.notes


def test_the_same_weights_have_one_digest_in_every_file(tmp_path: Path, network: CifarResNet) -> None:
    torch.save(network.state_dict(), tmp_path / "a.pth")
    save_file(network.state_dict(), tmp_path / "b.safetensors")
    first, second = (load(ModelSpec(source=str(tmp_path / name))) for name in ("a.pth", "b.safetensors"))
    other = load(ModelSpec(source=str(tmp_path / "a.pth"), mean=(0.5, 0.5, 0.5), std=(0.5, 0.5, 0.5)))
    assert first.digest == second.digest != other.digest


def test_given_statistics_replace_those_of_the_labs_own_networks(tmp_path: Path, network: CifarResNet) -> None:
    torch.save(network.state_dict(), tmp_path / "a.pt")
    classifier = load(ModelSpec(source=str(tmp_path / "a.pt"), mean=(0.4, 0.5, 0.6), std=(0.1, 0.2, 0.3)))
    network.normalize = Normalize((0.4, 0.5, 0.6), (0.1, 0.2, 0.3))
    with torch.no_grad():
        assert torch.equal(classifier.network(IMAGES), network(IMAGES))


def test_an_architecture_of_torchvision_gets_its_classes_from_the_file_and_imagenets_statistics(tmp_path: Path) -> None:
    from rnd_lab.primitives.torchvision_safe import torchvision

    network = torchvision.models.shufflenet_v2_x0_5(num_classes=7).eval()
    torch.save(network.state_dict(), tmp_path / "seven.pth")
    (tmp_path / "names.txt").write_text("\n".join("abcdefg") + "\n\n")
    spec = ModelSpec(
        source=str(tmp_path / "seven.pth"),
        architecture="shufflenet_v2_x0_5",
        labels=str(tmp_path / "names.txt"),
        input_size=64,
    )
    classifier = load(spec)
    images = torch.rand(2, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(classifier.network(images), network(Normalize.imagenet()(images)))
    assert (classifier.labels, classifier.data_set) == (tuple("abcdefg"), "other")
    assert (classifier.input_size, classifier.resize_to) == ((64, 64), 64)
    usual = load(spec.model_copy(update={"input_size": None}))
    assert (usual.input_size, usual.resize_to) == ((224, 224), 256)


def test_unnamed_classes_are_numbered(tmp_path: Path) -> None:
    torch.save(resnet20(classes=3).state_dict(), tmp_path / "a.pt")
    classifier = load(ModelSpec(source=str(tmp_path / "a.pt")))
    assert (classifier.labels, classifier.data_set) == (("class 0", "class 1", "class 2"), "other")


@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
@pytest.mark.parametrize("how", ["torch", "legacy", "pickle", "protocol 4"])
def test_a_hostile_pickle_is_refused_and_not_run(tmp_path: Path, how: str) -> None:
    path, ran = tmp_path / "evil.pth", tmp_path / "ran"
    content = {"head.weight": torch.zeros(10, 64), "x": Evil(ran)}
    if how == "pickle":
        path.write_bytes(pickle.dumps(Evil(ran)))
    elif how == "protocol 4":
        torch.save(content, path, pickle_protocol=4)
    else:
        torch.save(content, path, _use_new_zipfile_serialization=how == "torch")
    with pytest.raises(LabError, match=r"refused.*safetensors"):
        load(ModelSpec(source=str(path)))
    assert not ran.exists()


def test_a_whole_pickled_model_is_refused_with_what_to_do(tmp_path: Path, network: CifarResNet) -> None:
    torch.save(network, tmp_path / "whole.pt")
    with pytest.raises(LabError, match=r"no plain file of weights.*state_dict.*safetensors.*pt2"):
        load(ModelSpec(source=str(tmp_path / "whole.pt")))


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_torchscript_is_refused_with_the_way_out(tmp_path: Path) -> None:
    torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), str(tmp_path / "old.pt"))
    with pytest.raises(LabError, match=r"TorchScript.*\.pt2"):
        load(ModelSpec(source=str(tmp_path / "old.pt")))


@pytest.mark.parametrize("suffix", [".pt", ".safetensors"])
@pytest.mark.parametrize("keep", [0, 20, 5000, 200_000])
def test_a_damaged_file_is_refused(tmp_path: Path, network: CifarResNet, suffix: str, keep: int) -> None:
    path = tmp_path / f"a{suffix}"
    torch.save(network.state_dict(), path) if suffix == ".pt" else save_file(network.state_dict(), path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(LabError, match="damaged"):
        load(ModelSpec(source=str(path)))


def test_a_file_without_weights_is_refused(tmp_path: Path) -> None:
    torch.save({"loss": 0.3}, tmp_path / "a.pt")
    with pytest.raises(LabError, match="holds no state dict"):
        load(ModelSpec(source=str(tmp_path / "a.pt")))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(LabError, match=r"home directory.*Choose another path"):
        load(ModelSpec(source="~nobody-here/weights.pt"))
    with pytest.raises(LabError, match="There is no file"):
        load(ModelSpec(source=str(tmp_path / "a.safetensors")))


def test_the_wrong_architecture_is_told_with_the_likely_one(tmp_path: Path) -> None:
    torch.save(resnet56().state_dict(), tmp_path / "a.pt")
    with pytest.raises(LabError, match=r"not those of resnet20: \d+ not known \(blocks.*look like resnet56") as caught:
        load(ModelSpec(source=str(tmp_path / "a.pt"), architecture="resnet20"))
    assert len(str(caught.value)) < 400


def test_other_shapes_are_listed(tmp_path: Path) -> None:
    torch.save(CifarResNet(3, width=8).state_dict(), tmp_path / "a.pt")
    with pytest.raises(LabError, match=r"of another shape \(stem.weight is \[8, 3, 3, 3\], not \[16, 3, 3, 3\]"):
        load(ModelSpec(source=str(tmp_path / "a.pt"), architecture="resnet20"))


def test_foreign_weights_ask_for_their_architecture(tmp_path: Path) -> None:
    torch.save({"encoder.weight": torch.zeros(3, 3)}, tmp_path / "a.pt")
    with pytest.raises(LabError, match="Set the architecture"):
        load(ModelSpec(source=str(tmp_path / "a.pt")))
    with pytest.raises(LabError, match=r"no architecture 'resnet51'.*resnet50"):
        load(ModelSpec(source=str(tmp_path / "a.pt"), architecture="resnet51"))


def test_weights_with_nan_are_refused(tmp_path: Path, network: CifarResNet) -> None:
    state = network.state_dict()
    state["head.bias"][3] = float("nan")
    torch.save(state, tmp_path / "a.pt")
    with pytest.raises(LabError, match="not finite"):
        load(ModelSpec(source=str(tmp_path / "a.pt")))


def test_a_wrong_number_of_class_names_is_refused(tmp_path: Path, network: CifarResNet) -> None:
    torch.save(network.state_dict(), tmp_path / "a.pt")
    (tmp_path / "names.txt").write_text("cat\ndog\n")
    with pytest.raises(LabError, match=r"names\.txt names 2 classes, but a answers with 10"):
        load(ModelSpec(source=str(tmp_path / "a.pt"), labels=str(tmp_path / "names.txt")))


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe\x00"])
def test_class_names_that_cannot_be_read_are_told(tmp_path: Path, network: CifarResNet, content: bytes | None) -> None:
    torch.save(network.state_dict(), tmp_path / "a.pt")
    if content is not None:
        (tmp_path / "names.txt").write_bytes(content)
    with pytest.raises(LabError, match=r"names\.txt"):
        load(ModelSpec(source=str(tmp_path / "a.pt"), labels=str(tmp_path / "names.txt")))


def test_a_device_that_is_not_there_is_told(tmp_path: Path, network: CifarResNet) -> None:
    torch.save(network.state_dict(), tmp_path / "a.pt")
    for device in ("cuda:99", "toaster"):
        with pytest.raises(LabError, match=f"'{device}' cannot be used"):
            load(ModelSpec(source=str(tmp_path / "a.pt")), device)


def test_half_given_or_impossible_statistics_are_refused() -> None:
    for bad in ({"mean": (0.5, 0.5, 0.5)}, {"mean": (0.5, 0.5, 0.5), "std": (0.2, 0.0, 0.2)}):
        with pytest.raises(ValueError, match="std"):
            ModelSpec.model_validate(bad)
