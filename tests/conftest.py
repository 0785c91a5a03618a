"""What all tests share."""

from collections.abc import Iterator

import pytest
import torch
from hypothesis import settings

settings.register_profile("lab", deadline=None, derandomize=True, print_blob=False)
settings.load_profile("lab")


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Threads only wait for each other here, for whole time slices where other programs take the cores."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)
