"""The one place that imports torchvision.

PyPI's torchvision beside a CPU-only torch registers no ``nms`` operator and fails to import (pytorch/vision #9077).
Classification needs no such operator: declaring it after the failed import lets a second import succeed.
Declaring it first would abort the process where the real operators load.
"""

import importlib
import sys
from typing import Any

import torch

_declared: list[torch.library.Library] = []  # a library that is collected takes its operators with it


def _import_torchvision() -> Any:
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if "torchvision::" not in str(error):
            raise
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    make: Any = torch.library.Library  # torch does not say what it takes
    library = make("torchvision", "FRAGMENT")
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.append(library)
    return importlib.import_module("torchvision")


torchvision = _import_torchvision()
