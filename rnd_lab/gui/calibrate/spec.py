"""What is to be measured, declared once; knows no Qt."""

from pydantic import Field, field_validator

from rnd_lab.data.set_spec import DataSpec
from rnd_lab.game.calibrate import grid
from rnd_lab.models.spec import ModelSpec
from rnd_lab.primitives.errors import LabError
from rnd_lab.primitives.ranges import HELP, numbers
from rnd_lab.primitives.spec import LARGEST_SEED, Spec, setting

FIRST = (ModelSpec(), ModelSpec(source="cifar10-resnet20-gf"))
"""Models that are ticked the first time: the same network, without and with training on noise."""


class CalibrationSpec(Spec):
    """Models, images, the range of ν, and what the noise may cost."""

    models: tuple[ModelSpec, ...] = Field(FIRST, description="The models that are measured on the same images.")
    data: DataSpec = Field(default_factory=DataSpec, description="Where the images are from, and which of them.")
    nu: str = setting(
        "0:0.05:0.005",
        label="ν",
        help=f"Standard deviations of the noise that are tried, in pixel units, 0 to 1. {HELP} 0, the clean images, is "
        "always among them.",
    )
    max_loss: float = setting(
        1.0,
        ge=0,
        le=100,
        unit="points",
        label="Allowed loss",
        help="Clean accuracy that the noise may cost, in percentage points: with 1, an accuracy of 90 % may fall to "
        "89 %. May be changed after the measurement.",
    )
    seed: int = setting(
        0, ge=0, le=LARGEST_SEED, label="Noise seed", help="Seed of the noise; the same for all models."
    )

    @field_validator("nu")
    @classmethod
    def _check_nu(cls, text: str) -> str:
        try:
            grid(numbers(text))
        except LabError as error:
            raise ValueError(str(error)) from error
        return text

    @property
    def nus(self) -> tuple[float, ...]:
        """The ν to measure, ascending from 0."""
        return grid(numbers(self.nu))

    @property
    def loss(self) -> float:
        """The allowed loss as a share."""
        return self.max_loss / 100
