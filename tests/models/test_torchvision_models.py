"""torchvision's models: downloads that can be cancelled, and no network at all."""

import hashlib
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import torch

from rnd_lab.data.classes import imagenet_labels
from rnd_lab.models import download
from rnd_lab.models.architectures import FirstWeights, build
from rnd_lab.models.download import fetch
from rnd_lab.models.load import load
from rnd_lab.models.normalize import Normalize
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import Cancelled, LabError

CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A file to download, named after its hash as torchvision's are."""
    path = tmp_path / "server" / f"net-{hashlib.sha256(CONTENT).hexdigest()[:8]}.pth"
    path.parent.mkdir()
    path.write_bytes(CONTENT)
    return path.as_uri()


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no network."""

    def unplugged(*args: object, **options: object) -> None:
        raise urllib.error.URLError("no route to host")

    monkeypatch.setenv("TORCH_HOME", str(tmp_path))
    monkeypatch.setattr(urllib.request, "urlopen", unplugged)
    return tmp_path / "hub" / "checkpoints"


def test_a_download_tells_its_progress_and_is_kept(tmp_path: Path, url: str) -> None:
    told: list[tuple[int, int]] = []
    path = fetch(url, tmp_path / "cache", lambda done, total: told.append((done, total)))
    assert path.read_bytes() == CONTENT
    assert told[-1] == (len(CONTENT), len(CONTENT))
    assert len(told) > 3
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    Path(url.removeprefix("file://")).unlink()
    assert fetch(url, tmp_path / "cache") == path


def test_a_cancelled_download_leaves_nothing_behind(tmp_path: Path, url: str) -> None:
    def cancel(done: int, total: int) -> None:
        if done:
            raise Cancelled("stopped")

    with pytest.raises(Cancelled):
        fetch(url, tmp_path / "cache", cancel)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_damaged_download_is_not_kept(tmp_path: Path, url: str) -> None:
    Path(url.removeprefix("file://")).write_bytes(CONTENT[:-1])
    with pytest.raises(LabError, match="arrived damaged"):
        fetch(url, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_wrong_file_in_the_cache_is_refused(tmp_path: Path, url: str) -> None:
    path = fetch(url, tmp_path / "cache")
    path.write_bytes(b"something else")
    with pytest.raises(LabError, match="Delete it"):
        fetch(url, tmp_path / "cache")


def test_without_a_network_the_message_says_what_to_put_where(hub: Path) -> None:
    with pytest.raises(LabError, match=r"squeezenet1_1-\w+\.pth could not be downloaded.*put it in") as caught:
        load(ModelSpec(source="torchvision:squeezenet1_1"))
    assert str(hub) in str(caught.value)


def test_a_model_in_the_cache_needs_no_network(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rnd_lab.primitives.torchvision_safe import torchvision

    monkeypatch.setattr(download, "_matches", lambda name, digest: True)
    network = torchvision.models.shufflenet_v2_x0_5().eval()
    weights = torchvision.models.ShuffleNet_V2_X0_5_Weights.DEFAULT
    hub.mkdir(parents=True)
    torch.save(network.state_dict(), hub / Path(weights.url).name)
    classifier = load(ModelSpec(source="torchvision:shufflenet_v2_x0_5"))
    images = torch.rand(2, 3, 224, 224)
    with torch.no_grad():
        assert torch.equal(classifier.network(images), network(Normalize.imagenet()(images)))
    assert (classifier.labels, classifier.data_set) == (imagenet_labels(), "imagenet")
    assert (classifier.input_size, classifier.resize_to) == ((224, 224), 256)
    assert not any(parameter.requires_grad for parameter in classifier.network.parameters())


def test_a_file_in_the_cache_that_could_run_code_is_refused(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from rnd_lab.primitives.torchvision_safe import torchvision

    monkeypatch.setattr(download, "_matches", lambda name, digest: True)
    hub.mkdir(parents=True)
    torch.save(torch.nn.Linear(1, 1), hub / Path(torchvision.models.SqueezeNet1_1_Weights.DEFAULT.url).name)
    with pytest.raises(LabError, match="refused"):
        load(ModelSpec(source="torchvision:squeezenet1_1"))


def test_unknown_names_and_weights_are_told_with_the_known_ones() -> None:
    with pytest.raises(LabError, match=r"no architecture 'resnet5'.*resnet50"):
        load(ModelSpec(source="torchvision:resnet5"))
    with pytest.raises(LabError, match=r"no weights 'V9'\. It has IMAGENET1K_V1, IMAGENET1K_V2"):
        load(ModelSpec(source="torchvision:resnet50@V9"))
    with pytest.raises(LabError, match=r"no weights 'IMAGENET1K_FEATURES'\. It has IMAGENET1K_V1\."):
        load(ModelSpec(source="torchvision:vgg16@IMAGENET1K_FEATURES"))  # of a network without a head


def test_older_weights_can_be_named(hub: Path) -> None:
    with pytest.raises(LabError, match=r"resnet50-0676ba61\.pth"):
        load(ModelSpec(source="torchvision:resnet50@IMAGENET1K_V1"))


@pytest.mark.parametrize("name", ["inception_v3", "googlenet"])
def test_networks_of_google_change_their_input_as_their_weights_expect(name: str) -> None:
    """torchvision's weights for them learnt on images in −1 … 1, whoever loads them."""
    with torch.device("meta"), FirstWeights():
        assert build(name, 1000).transform_input is True
