"""Running a network over many images: fixed memory, and the same bits in whatever company."""

import math
from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn

from rnd_lab.defenses.defense import Inside
from rnd_lab.primitives.device import out_of_memory
from rnd_lab.primitives.errors import LabError

GROUP = 8
"""Rows are run in multiples of this: other numbers take other kernels on a CPU, and a row's logits would depend on how
many neighbours it has."""
CPU_BATCH, GPU_BATCH = 64, 256
"""Images at once. What more of them need does not fit a processor's caches."""
CHANNELS_LAST: dict[str, Any] = {"memory_format": torch.channels_last}  # a keyword that torch's stubs do not know


class Forward:
    """A network as a function of any number of images.

    Images are run in micro-batches, as large as suits the network's device where no size is given. Where memory runs
    out, the micro-batch is halved and the run goes on. The same bits in whatever company are shown for the bundled
    network on a CPU; others, and GPUs, may differ in the last ones.
    """

    def __init__(self, network: nn.Module, micro_batch: int | None = None) -> None:
        self.network = network.to(**CHANNELS_LAST)
        on_gpu = any(parameter.is_cuda for parameter in network.parameters())
        self.micro_batch = _whole_groups(micro_batch or (GPU_BATCH if on_gpu else CPU_BATCH))

    def __call__(self, images: Tensor, inside: tuple[Inside, ...] = ()) -> Tensor:
        """Logits float32 [n, classes] of images float32 [n, c, h, w] in [0, 1].

        What is ``inside`` the network happens with each image's own rows, in whatever micro-batch it runs.

        Raises LabError where the network raises, answers something that is not a number, or does not fit in memory.
        """
        answers: list[Tensor] = []
        done = 0
        while done < len(images):
            chunk = images[done : done + self.batch(len(images) - done)]
            logits = self._run(chunk, [it.take(range(done, done + len(chunk))) for it in inside])
            if logits is None:
                self._make_room(len(chunk))
            else:
                answers.append(logits)
                done += len(chunk)
        return torch.cat(answers)

    def batch(self, left: int) -> int:
        """How many of ``left`` images the next micro-batch holds: all are about as large, a small last one is slow."""
        parts = math.ceil(left / self.micro_batch)
        return math.ceil(left / parts / GROUP) * GROUP

    def _run(self, images: Tensor, inside: list[Inside]) -> Tensor | None:
        """Logits, or None where memory ran out: the error, which holds on to the memory, is gone by then."""
        rows = len(images)
        padding = -rows % GROUP
        if padding:
            images = torch.cat([images, images[:1].expand(padding, -1, -1, -1)])
        try:
            with torch.no_grad(), ExitStack() as entered:
                for it in inside:
                    entered.enter_context(it.enter(self.network, it.rows.take([*range(rows), *[0] * padding])))
                logits: Tensor = self.network(images.contiguous(memory_format=torch.channels_last))[:rows].float()
        except LabError:  # it says what is wrong already
            raise
        except Exception as error:  # whatever a foreign network raises
            if out_of_memory(error):
                return None
            raise LabError(f"The model failed on a batch of {len(images)} images: {error}") from error
        if not torch.isfinite(logits).all():
            raise LabError("The model answered NaN or infinite scores. Check its weights and its normalisation.")
        return logits

    def _make_room(self, rows: int) -> None:
        if rows <= GROUP:
            raise LabError(
                "The device has not enough memory for even one small batch. Close other programs, choose another "
                "device or a smaller model."
            )
        torch.cuda.empty_cache()
        self.micro_batch = _whole_groups(rows // 2)


def _whole_groups(rows: int) -> int:
    return max(rows // GROUP * GROUP, GROUP)
