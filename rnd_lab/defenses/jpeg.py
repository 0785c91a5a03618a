"""JPEG compression of the query (Dziugaite, Ghahramani, Roy; 2016. Guo, Rana, Cissé, van der Maaten; ICLR 2018)."""

from io import BytesIO
from typing import ClassVar, Literal

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from rnd_lab.data.pixels import to_bytes
from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import setting


class JpegSpec(DefenseSpec):
    """Every query is rounded to 8 bits, compressed as a JPEG (4:2:0, by Pillow) and opened again for the model."""

    title: ClassVar = "JPEG"
    summary: ClassVar = "Compresses every query as a JPEG before the model sees it."
    random: ClassVar = False

    name: Literal["jpeg"] = "jpeg"
    quality: int = setting(75, ge=1, le=95, help="Pillow's quality; lower compresses more. Published: 75.")

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        return model(torch.stack([self._compressed(image) for image in images.cpu()]).to(images.device))

    def _compressed(self, image: Tensor) -> Tensor:
        file = BytesIO()
        Image.fromarray(to_bytes(image).permute(1, 2, 0).contiguous().numpy()).save(file, "JPEG", quality=self.quality)
        return torch.from_numpy(np.array(Image.open(file))).permute(2, 0, 1).to(torch.float32) / 255
