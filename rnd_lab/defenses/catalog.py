"""All defenses by name."""

from typing import Annotated

from pydantic import Field

from rnd_lab.defenses.aaa import AaaSpec
from rnd_lab.defenses.bit_depth import BitDepthSpec
from rnd_lab.defenses.blacklight import BlacklightSpec
from rnd_lab.defenses.boundary import BoundarySpec
from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.defenses.jpeg import JpegSpec
from rnd_lab.defenses.pni import PniSpec
from rnd_lab.defenses.rfd import RfdSpec
from rnd_lab.defenses.rnd import RndSpec
from rnd_lab.defenses.rounding import RoundingSpec
from rnd_lab.defenses.rse import RseSpec
from rnd_lab.defenses.temperature import TemperatureSpec
from rnd_lab.defenses.top_k import TopKSpec

AnyDefense = Annotated[
    RndSpec
    | RseSpec
    | PniSpec
    | RfdSpec
    | BoundarySpec
    | AaaSpec
    | RoundingSpec
    | TopKSpec
    | TemperatureSpec
    | JpegSpec
    | BitDepthSpec
    | BlacklightSpec,
    Field(discriminator="name"),
]
"""What a stored stack may hold."""

DEFENSES: dict[str, type[DefenseSpec]] = {
    "rnd": RndSpec,
    "rse": RseSpec,
    "pni": PniSpec,
    "rfd": RfdSpec,
    "boundary": BoundarySpec,
    "aaa": AaaSpec,
    "rounding": RoundingSpec,
    "top_k": TopKSpec,
    "temperature": TemperatureSpec,
    "jpeg": JpegSpec,
    "bit_depth": BitDepthSpec,
    "blacklight": BlacklightSpec,
}
