"""All defenses by name."""

from rnd_lab.defenses.defense import DefenseSpec
from rnd_lab.defenses.rnd import RndSpec

DEFENSES: dict[str, type[DefenseSpec]] = {"rnd": RndSpec}

AnyDefense = RndSpec
"""What a stored stack may hold."""
