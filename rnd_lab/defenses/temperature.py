"""Temperature of the scores (Shokri, Stronati, Song, Shmatikov; IEEE S&P 2017, section VIII)."""

from typing import ClassVar, Literal

from torch import Tensor

from rnd_lab.defenses.defense import Answer, DefenseSpec
from rnd_lab.primitives.draws import Rows
from rnd_lab.primitives.spec import setting


class TemperatureSpec(DefenseSpec):
    """Answers the logits F(x)/T; a T above 1 makes the probabilities more alike. The order of the classes is kept."""

    title: ClassVar = "Temperature"
    summary: ClassVar = "Divides the logits by a temperature, which makes the probabilities more alike."
    random: ClassVar = False

    name: Literal["temperature"] = "temperature"
    temperature: float = setting(5.0, gt=0, label="T", help="What the logits are divided by. Published: 5 and 20.")

    def answer(self, images: Tensor, rows: Rows, model: Answer) -> Tensor:
        return model(images) / self.temperature
