"""Settings: a typo never runs, and a form can be made from what is declared."""

import pytest
from pydantic import ValidationError

from rnd_lab.primitives.spec import Spec, setting


class Example(Spec):
    """For the tests."""

    size: float = setting(0.5, ge=0, le=1, unit="pixel", label="μ", help="How large.")
    pairs: int = setting(2, ge=2, multiple_of=2, help="How many.")


def test_unknown_settings_and_numbers_out_of_range_are_refused() -> None:
    for wrong in ({"sise": 0.1}, {"size": 1.5}, {"pairs": 3}, {"size": float("nan")}):
        with pytest.raises(ValidationError):
            Example.model_validate(wrong)


def test_settings_cannot_be_changed_afterwards() -> None:
    with pytest.raises(ValidationError):
        Example().size = 0.1


def test_forms_find_the_unit_the_range_the_label_and_the_help() -> None:
    field = Example.model_json_schema()["properties"]["size"]
    assert (field["unit"], field["title"], field["description"]) == ("pixel", "μ", "How large.")
    assert (field["minimum"], field["maximum"], field["default"]) == (0, 1, 0.5)
