"""What a run is played on: which image, and which class is the true one."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PIL import Image

from rnd_lab.data.gallery import gallery
from rnd_lab.experiments.duel import Scene, pick_device, see, set_scene
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from tests.experiments.conftest import run


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """An image of the gallery under another name, as a user's file."""
    path = tmp_path / "mine.png"
    path.write_bytes(next(image for image in gallery() if image.name == "ship-02").path.read_bytes())
    return path


def test_a_gallery_image_has_its_own_label_even_where_the_model_errs(scene: Scene) -> None:
    labels = {}
    for image in gallery():
        if image.data_set == "cifar10":
            seen = see(scene.classifier, run(image=image.name))
            assert seen.label == image.label
            labels[image.name] = int(seen.probabilities.argmax()) == image.label
    assert len(labels) == 40
    assert sum(labels.values()) > 30


def test_the_model_names_an_image_that_it_was_not_made_for(scene: Scene, picture: Path) -> None:
    seen = see(scene.classifier, run(image=str(picture)))
    assert seen.label == int(seen.probabilities.argmax())
    assert torch.equal(seen.image, scene.image)
    photograph = next(image for image in gallery() if image.data_set == "imagenet")
    seen = see(scene.classifier, run(image=photograph.name))
    assert seen.label == int(seen.probabilities.argmax())
    assert seen.image.shape == (3, 32, 32)


def test_the_gallerys_label_is_not_used_with_a_model_of_other_classes(scene: Scene) -> None:
    other = replace(scene.classifier, data_set="other")
    for image in gallery()[:40]:
        seen = see(other, run(image=image.name))
        assert seen.label == int(seen.probabilities.argmax())


def test_the_users_label_goes_first(scene: Scene) -> None:
    assert see(scene.classifier, run(label=3)).label == 3
    assert scene.probabilities.sum() == pytest.approx(1, abs=1e-5)


def test_classes_that_the_model_lacks_are_refused(scene: Scene) -> None:
    with pytest.raises(LabError, match=r"true class 10 is not one of the model's 10 classes \(0 … 9\)"):
        see(scene.classifier, run(label=10))
    with pytest.raises(LabError, match="target class 12"):
        see(scene.classifier, run(target=12, threat={"goal": "targeted"}))
    with pytest.raises(LabError, match="ship, is already the true class"):
        see(scene.classifier, run(target=8, threat={"goal": "targeted"}))


def test_missing_things_are_told(tmp_path: Path, scene: Scene) -> None:
    with pytest.raises(LabError, match="cannot be opened"):
        see(scene.classifier, run(image=str(tmp_path / "none.png")))
    (tmp_path / "text.png").write_text("no picture")
    with pytest.raises(LabError, match="no picture"):
        see(scene.classifier, run(image=str(tmp_path / "text.png")))
    with pytest.raises(LabError, match="no model 'none'"):
        set_scene(run(model=ModelSpec(source="none")), "cpu")


def test_a_picture_of_another_size_is_fitted(scene: Scene, tmp_path: Path) -> None:
    Image.new("RGB", (90, 50), (200, 40, 40)).save(tmp_path / "red.png")
    seen = see(scene.classifier, run(image=str(tmp_path / "red.png")))
    assert seen.image.shape == (3, 32, 32)
    assert torch.allclose(seen.image.mean((1, 2)), torch.tensor([200, 40, 40]) / 255, atol=1e-3)


def test_the_device_is_picked_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert (pick_device(), pick_device("cpu")) == ("cpu", "cpu")
    with pytest.raises(LabError, match="no CUDA device"):
        pick_device("cuda:0")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert (pick_device(), pick_device("cuda:1"), pick_device("cpu")) == ("cuda", "cuda:1", "cpu")
