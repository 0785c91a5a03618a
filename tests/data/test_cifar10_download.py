"""CIFAR-10 over the network, from a server of these tests' own."""

import hashlib
import io
import pickle
import tarfile
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
import pytest

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.data.sets import open_set
from rnd_lab.primitives.errors import Cancelled, LabError
from tests.data.conftest import noise

IMAGES = np.stack([noise(seed, 32) for seed in range(120)])


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the download goes to; it does not exist yet."""
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda name: tmp_path / "cache" / name)
    return tmp_path / "cache" / "rnd-lab" / "cifar10"


@pytest.fixture
def server(tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A published archive of few images, in the form of the real one."""
    from rnd_lab.primitives.torchvision_safe import torchvision

    published = torchvision.datasets.CIFAR10
    rows = IMAGES.transpose(0, 3, 1, 2).reshape(len(IMAGES), -1)
    batch = pickle.dumps({"data": rows, "labels": [index % 10 for index in range(len(IMAGES))]})
    meta = pickle.dumps({"label_names": list("abcdefghij")})
    path = tmp_path / "server" / published.filename
    path.parent.mkdir()
    with tarfile.open(path, "w:gz") as archive:
        folder = tarfile.TarInfo(published.base_folder)
        folder.type = tarfile.DIRTYPE
        archive.addfile(folder)
        for name, content in (("test_batch", batch), ("batches.meta", meta)):
            entry = tarfile.TarInfo(f"{published.base_folder}/{name}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    monkeypatch.setattr(published, "url", path.as_uri())
    monkeypatch.setattr(published, "tgz_md5", md5(path.read_bytes()))
    monkeypatch.setattr(published, "train_list", [])
    monkeypatch.setattr(published, "test_list", [["test_batch", md5(batch)]])
    monkeypatch.setattr(published, "meta", {"filename": "batches.meta", "key": "label_names", "md5": md5(meta)})
    return path


def md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def unplug(monkeypatch: pytest.MonkeyPatch) -> None:
    def unplugged(*args: object, **options: Any) -> None:
        raise urllib.error.URLError("no route to host")

    monkeypatch.setattr(urllib.request, "urlopen", unplugged)


def test_it_is_fetched_once_with_progress(server: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[tuple[int, int]] = []
    first = open_set(DataSpec(source="cifar10"), lambda done, total: told.append((done, total)))
    assert (first.name, first.data_set, len(first)) == ("cifar10", "cifar10", len(IMAGES))
    assert np.array_equal(np.asarray(first.picture(77)), IMAGES[77])
    assert first.labels[77] == 7
    assert len(told) > 3
    assert told[-1] == (server.stat().st_size, server.stat().st_size)
    assert [path.name for path in cache.iterdir()] == ["cifar-10-batches-py"]
    unplug(monkeypatch)
    assert open_set(DataSpec(source="cifar10")).digest == first.digest
    assert open_set(DataSpec(source=str(cache))).digest == first.digest


def test_a_cancelled_download_leaves_nothing_behind(server: Path, cache: Path) -> None:
    def cancel(done: int, total: int) -> None:
        if done:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        open_set(DataSpec(source="cifar10"), cancel)
    assert list(cache.iterdir()) == []


def test_whoever_wants_no_download_asks_no_network(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(done: int, total: int) -> None:
        raise Cancelled("not wanted")

    unplug(monkeypatch)
    with pytest.raises(Cancelled):
        open_set(DataSpec(source="cifar10"), refuse)
    assert not cache.exists()


def test_a_damaged_download_is_not_kept(server: Path, cache: Path) -> None:
    server.write_bytes(server.read_bytes()[:-1])
    with pytest.raises(LabError, match="arrived damaged"):
        open_set(DataSpec(source="cifar10"))
    assert list(cache.iterdir()) == []


def test_a_full_disk_while_unpacking_leaves_nothing_behind(
    server: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, content: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(LabError, match="No space left"):
        open_set(DataSpec(source="cifar10"))
    assert list(cache.iterdir()) == []


def test_without_a_network_the_message_says_what_to_put_where(
    server: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unplug(monkeypatch)
    with pytest.raises(LabError, match=r"could not be downloaded .*no route to host.*another computer") as caught:
        open_set(DataSpec(source="cifar10"))
    assert server.as_uri() in str(caught.value)
    assert str(cache) in str(caught.value)


def test_a_damaged_copy_is_told_with_what_to_delete(server: Path, cache: Path) -> None:
    open_set(DataSpec(source="cifar10"))
    (cache / "cifar-10-batches-py" / "test_batch").write_bytes(b"damaged")
    with pytest.raises(LabError, match="Delete cifar-10-batches-py"):
        open_set(DataSpec(source="cifar10"))
