"""Programs of torch.export: any architecture, but only for people one trusts."""

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torch import nn

from rnd_lab.data.classes import CIFAR10
from rnd_lab.models.load import load
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError

Export = Callable[..., Path]


class Evil:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.mkdir, (self.path,)


def trusted(path: Path, **settings: object) -> ModelSpec:
    return ModelSpec.model_validate({"source": str(path), "trust": True, **settings})


def test_a_trusted_program_answers_as_the_network_does(export: Export, tiny: nn.Module) -> None:
    path = export(tiny)
    classifier = load(trusted(path))
    for count in (1, 2, 9):
        images = torch.rand(count, 3, 32, 32)
        assert torch.allclose(classifier.network(images), tiny(images), atol=1e-6)
    assert (classifier.labels, classifier.data_set, classifier.input_size) == (CIFAR10, "cifar10", (32, 32))
    assert not classifier.network(images).requires_grad
    assert load(trusted(path)).digest == classifier.digest


def test_normalisation_can_be_put_before_a_program(export: Export, tiny: nn.Module) -> None:
    path = export(tiny)
    classifier = load(trusted(path, mean=(0.5, 0.4, 0.3), std=(0.2, 0.2, 0.2)))
    images = torch.rand(4, 3, 32, 32)
    expected = tiny((images - torch.tensor([0.5, 0.4, 0.3]).view(3, 1, 1)) / 0.2)
    assert torch.allclose(classifier.network(images), expected, atol=1e-5)
    assert classifier.digest != load(trusted(path)).digest


def test_nothing_is_read_without_trust(tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    (tmp_path / "evil.pt2").write_bytes(pickle.dumps(Evil(ran)))
    with pytest.raises(LabError, match="trust"):
        load(ModelSpec(source=str(tmp_path / "evil.pt2")))
    assert not ran.exists()


def test_a_program_for_one_batch_size_is_told_how_to_be_exported(export: Export, tiny: nn.Module) -> None:
    with pytest.raises(LabError, match=r"exactly 2 images at a time.*dynamic_shapes"):
        load(trusted(export(tiny, open_batch=False)))


def test_a_program_in_training_mode_is_refused(export: Export, tiny: nn.Module) -> None:
    with pytest.raises(LabError, match=r"changes with the other images.*eval\(\)"):
        load(trusted(export(tiny.train())))


class Pooled(nn.Module):
    """Answers with the shape that the test asks for."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def forward(self, images: torch.Tensor) -> torch.Tensor | tuple[torch.Tensor, ...]:
        mean = images.mean((2, 3))
        answers: dict[str, torch.Tensor | tuple[torch.Tensor, ...]] = {
            "one": mean[:, :1],
            "map": images,
            "two": (mean, mean),
            "double": mean.double(),
        }
        return answers[self.kind]


@pytest.mark.parametrize("kind", ["one", "map", "two", "double"])
def test_what_is_no_classifier_is_refused(export: Export, kind: str) -> None:
    with pytest.raises(LabError, match=r"no classifier|float32"):
        load(trusted(export(Pooled(kind))))


def test_another_input_size_than_the_programs_is_refused(export: Export, tiny: nn.Module) -> None:
    with pytest.raises(LabError, match="32 x 32 pixels only"):
        load(trusted(export(tiny), input_size=64))


def test_what_is_no_program_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.pt2").write_bytes(b"no program")
    with pytest.raises(LabError, match="cannot be read as a program"):
        load(trusted(tmp_path / "a.pt2"))


def test_a_program_under_another_name_is_recognised(export: Export, tiny: nn.Module) -> None:
    path = export(tiny)
    path.rename(path.with_suffix(".pt"))
    with pytest.raises(LabError, match=r"Rename it to end in \.pt2"):
        load(trusted(path.with_suffix(".pt")))
