"""What a run is played on: which image, and which class is the true one."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from rnd_lab.data import sets
from rnd_lab.data.gallery import gallery
from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import open_set
from rnd_lab.experiments.duel import Scene, pick_device, see, set_scene
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import Cancelled, LabError
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


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Three images of CIFAR-10's size and of classes that no one told the model."""
    images = np.random.default_rng(0).integers(0, 256, (3, 32, 32, 3), dtype=np.uint8)
    np.savez(tmp_path / "three.npz", images=images, labels=np.array([4, 5, 10]))
    return tmp_path / "three.npz"


def test_an_image_of_a_data_set_has_its_own_pixels_and_label(scene: Scene, archive: Path) -> None:
    images = np.load(archive)["images"]
    for index, label in ((0, 4), (1, 5)):
        seen = see(scene.classifier, run(image=f"{archive}#{index}"))
        assert seen.label == label
        assert torch.equal(seen.image, torch.from_numpy(images[index]).permute(2, 0, 1) / 255)
    assert see(scene.classifier, run(image=f"{archive}#0", label=7)).label == 7
    with pytest.raises(LabError, match="true class 10 is not one"):
        see(scene.classifier, run(image=f"{archive}#2"))
    with pytest.raises(LabError, match="no image 3"):
        see(scene.classifier, run(image=f"{archive}#3"))


def test_the_gallery_and_its_data_set_show_the_same_image(scene: Scene) -> None:
    samples = open_set(DataSpec())
    for index, name in enumerate(samples.names):
        alone, in_set = (see(scene.classifier, run(image=image)) for image in (name, f"samples:cifar10#{index}"))
        assert torch.equal(alone.image, in_set.image)
        assert alone.label == in_set.label


def test_labels_of_another_data_set_are_refused_unless_the_user_tells_the_class(scene: Scene) -> None:
    with pytest.raises(LabError, match=r"classes of samples:imagenet .* say what the true class is"):
        see(scene.classifier, run(image="samples:imagenet#0"))
    assert see(scene.classifier, run(image="samples:imagenet#0", label=3)).label == 3
    other = replace(scene.classifier, data_set="other")
    assert see(other, run(image="samples:cifar10#39")).label == 9


def test_a_download_for_an_image_is_told_about(monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(progress: Callable[[int, int], None]) -> Path:
        progress(1, 2)
        raise Cancelled("stopped")

    told: list[tuple[int, int]] = []
    monkeypatch.setattr(sets, "fetch_cifar10", fetch)
    with pytest.raises(Cancelled):
        set_scene(run(image="cifar10#5"), "cpu", lambda done, total: told.append((done, total)))
    assert told == [(1, 2)]


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
