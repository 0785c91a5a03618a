"""Which data set, and how many of its images."""

from rnd_lab.primitives.spec import LARGEST_SEED, Spec, setting


class DataSpec(Spec):
    """A data set by name or path, and the choice of images from it."""

    source: str = setting(
        "samples:cifar10",
        help="samples:cifar10 or samples:imagenet (come with the lab), cifar10 (test set, downloaded on first use), or "
        "a path: an .npz with images and labels, a folder of CIFAR-10, a folder with one sub-folder for each class, or "
        "a folder of pictures with labels.csv.",
    )
    labels: str | None = setting(
        None, help="Path of the CSV that names the pictures of the folder and their labels, if not its labels.csv."
    )
    images: int | None = setting(
        None, ge=1, unit="images", help="How many to choose, evenly over the classes. Empty: all."
    )
    seed: int = setting(0, ge=0, le=LARGEST_SEED, help="Seed of the choice.")
