"""What recipes train on."""

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from rnd_lab.data.image_folder import open_image_folder
from rnd_lab.primitives.errors import Cancelled, LabError
from rnd_lab.training.data import read_images
from rnd_lab.training.gf import GfImageNetRecipe
from rnd_lab.training.images import Pictures, SmallImages
from tests.training.conftest import tiny_data

RECIPE = GfImageNetRecipe()


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """ImageNet's layout, with two pictures of each of two classes: red grows to the right and green downwards."""
    y, x = np.mgrid[0:90, 0:120]
    ramps = np.stack([2 * x, 2 * y, np.full_like(x, 7)], 2).astype(np.uint8)
    for split in ("train", "val"):
        for place, wordnet in enumerate(("n01440764", "n02106662")):
            folder = tmp_path / split / wordnet
            folder.mkdir(parents=True)
            for number in range(2):
                Image.fromarray(np.roll(ramps, 3 * place, 2)).save(folder / f"{split}{number}.png")
    return tmp_path


def test_small_images_keep_their_classes() -> None:
    data = tiny_data(20)
    images = SmallImages(data)
    cuts, labels = images.batch(torch.tensor([4, 0]), generator())
    assert cuts.shape == (2, 3, 32, 32)
    assert labels.tolist() == [4, 0]
    assert (len(images), images.digest) == (20, data.digest)


def test_parts_of_pictures_are_windows_of_the_published_sizes_mirrored_half_of_the_time(pictures: Path) -> None:
    """The ramps tell where a part begins and ends."""
    images = Pictures(open_image_folder(pictures / "train"), 24)
    parts, labels = images.batch(torch.zeros(300, dtype=torch.int64), generator())
    assert parts.shape == (300, 3, 24, 24)
    assert labels.unique().tolist() == [0]
    red, green = parts[:, 0] * 255 / 2, parts[:, 1] * 255 / 2  # in pixels of the picture
    across = (red[:, 12, 22] - red[:, 12, 1]) / 21 * 24
    width, height = across.abs(), (green[:, 22, 12] - green[:, 1, 12]) / 21 * 24
    assert 0.4 < float((across < 0).double().mean()) < 0.6
    area = width * height / (90 * 120)
    assert 0.2 < float(area.min()) < 0.3
    assert 0.85 < float(area.max()) < 1.05
    ratio = width / height
    assert float(ratio.min()) > 0.7
    assert float(ratio.max()) < 1.4
    assert float(red.min()) < 3
    assert float(red.max()) > 116


def test_the_generator_decides_the_parts(pictures: Path) -> None:
    images = Pictures(open_image_folder(pictures / "train"), 24)
    rows = torch.tensor([3, 1])
    first, labels = images.batch(rows, generator())
    assert labels.tolist() == [235, 0]
    assert torch.equal(images.batch(rows, generator())[0], first)
    assert not torch.equal(images.batch(rows, generator(1))[0], first)


def test_imagenet_is_read_from_its_usual_folders(pictures: Path) -> None:
    train, test = read_images(RECIPE, pictures, None)
    assert len(train) == 4
    assert test.images.shape == (4, 3, 224, 224)
    assert test.images.dtype == torch.uint8
    assert test.labels.tolist() == [0, 0, 235, 235]
    (pictures / "val").rename(pictures / "elsewhere")
    assert torch.equal(read_images(RECIPE, pictures, pictures / "elsewhere")[1].images, test.images)
    with pytest.raises(LabError, match="Give other test images"):
        read_images(RECIPE, pictures, pictures / "train")


def test_reading_can_be_stopped(pictures: Path) -> None:
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 1:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        read_images(RECIPE, pictures, None, stop)
    assert told == [(0, 4), (1, 4)]


def test_folders_that_are_missing_or_of_other_classes_are_refused(pictures: Path) -> None:
    with pytest.raises(LabError, match=r"no folder.*DATA/train and DATA/val"):
        read_images(RECIPE, pictures / "train", None)
    (pictures / "val" / "n01440764").rename(pictures / "val" / "my cat")
    with pytest.raises(LabError, match="do not name classes of ImageNet"):
        read_images(RECIPE, pictures, None)
    for place, folder in enumerate(sorted((pictures / "val").iterdir())):
        folder.rename(pictures / "val" / str(5 + place))
    assert read_images(RECIPE, pictures, None)[1].labels.unique().tolist() == [5, 6]
