"""People's own weights, loaded into an architecture that is named or recognised."""

from pathlib import Path

from torch import nn

from rnd_lab.models.architectures import OWN, usual_size
from rnd_lab.models.cifar_network import CifarNetwork
from rnd_lab.models.digest import weights_digest
from rnd_lab.models.fit import fitted, guess_architecture
from rnd_lab.models.normalize import Normalize
from rnd_lab.models.opened import Opened, usual_resize
from rnd_lab.models.spec import ModelSpec
from rnd_lab.models.weights_file import read_weights
from rnd_lab.primitives.errors import LabError


def open_state_dict(path: Path, spec: ModelSpec) -> Opened:
    """Open a file of weights as ``spec`` describes it.

    Raises LabError where it cannot be read safely, or no architecture is given or fits.
    """
    weights = read_weights(path)
    architecture = spec.architecture or guess_architecture(weights)
    if architecture is None:
        raise LabError(
            f"{path.name} holds weights alone, and they are not the lab's own. Set the architecture that they belong "
            f"to: {', '.join(OWN)}, or a name of torchvision such as resnet50."
        )
    network = normalized(fitted(architecture, weights, path.name), spec)
    size, resize_to = usual_size(architecture)
    if spec.input_size not in (None, size):
        size, resize_to = spec.input_size, usual_resize(spec.input_size)
    return Opened(
        name=path.stem,
        network=network,
        input_size=(size, size),
        resize_to=resize_to,
        digest=weights_digest(network),
        description=f"{architecture} with the weights of {path.name}",
    )


def normalized(network: nn.Module, spec: ModelSpec) -> nn.Module:
    """Give ``network`` the normalisation of ``spec``; by default the lab's own keep theirs, others get ImageNet's."""
    given = Normalize(spec.mean, spec.std) if spec.mean and spec.std else None
    if not isinstance(network, CifarNetwork):
        return nn.Sequential(given or Normalize.imagenet(), network).eval()
    if given:
        network.normalize = given.eval()
    return network
