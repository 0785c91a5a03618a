"""The images and files that come with the lab."""

import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import rnd_lab
from rnd_lab.data.assets import asset, assets
from rnd_lab.data.classes import CIFAR10
from rnd_lab.data.gallery import gallery
from rnd_lab.data.image import open_image
from rnd_lab.primitives.errors import LabError


def test_every_image_opens_in_its_data_sets_size() -> None:
    sizes = {"cifar10": (32, 32), "imagenet": (299, 299)}
    for image in gallery():
        assert open_image(image.path).size == sizes[image.data_set]


def test_there_are_four_of_each_cifar_class_and_twelve_different_photographs() -> None:
    small = [image for image in gallery() if image.data_set == "cifar10"]
    large = [image for image in gallery() if image.data_set == "imagenet"]
    assert Counter(image.label_name for image in small) == dict.fromkeys(CIFAR10, 4)
    assert all(CIFAR10[image.label] == image.label_name for image in small)
    assert len({image.label for image in large}) == len(large) == 12


def test_names_are_unique() -> None:
    assert len({image.name for image in gallery()}) == len(gallery())


def test_every_photograph_is_attributed() -> None:
    text = asset("gallery", "ATTRIBUTION.md").read_text(encoding="utf-8")
    for image in gallery():
        if image.data_set == "imagenet":
            assert image.licence == "CC BY 2.0"
            assert f"`imagenet/{image.path.name}` | {image.author} | [original]({image.source})" in text
    assert "Krizhevsky" in text


def test_photographs_have_torchvisions_labels() -> None:
    from rnd_lab.data.classes import imagenet_labels

    labels = imagenet_labels()
    assert all(labels[image.label] == image.label_name for image in gallery() if image.data_set == "imagenet")


def test_the_window_can_list_gallery_and_models_without_loading_torch() -> None:
    code = (
        "import sys; from rnd_lab.data.gallery import gallery; from rnd_lab.data.image import open_image; "
        "from rnd_lab.models.spec import ModelSpec; from rnd_lab.models.bundled import bundled_folder, cards; "
        "gallery(); ModelSpec(); cards(bundled_folder()); sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_missing_file_asks_to_install_again() -> None:
    with pytest.raises(LabError, match="Install RND Lab again"):
        asset("gallery", "unicorn.png")


def test_an_installed_package_uses_its_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "rnd_lab"
    package.mkdir()
    monkeypatch.setattr(rnd_lab, "__file__", str(package / "__init__.py"))
    with pytest.raises(LabError, match="missing"):
        assets()
    (tmp_path / "assets").mkdir()
    assert assets() == tmp_path / "assets"
    (package / "_assets").mkdir()
    assert assets() == package / "_assets"
