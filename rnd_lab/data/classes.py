"""Names of classes; none of them needs torch to be loaded before it is asked for."""

CIFAR10 = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def imagenet_labels() -> tuple[str, ...]:
    """The 1000 class names that torchvision's weights carry."""
    from rnd_lab.primitives.torchvision_safe import torchvision

    return tuple(torchvision.models.ResNet50_Weights.DEFAULT.meta["categories"])
