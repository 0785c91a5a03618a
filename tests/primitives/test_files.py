"""Paths as people write them."""

from pathlib import Path

import pytest

from rnd_lab.primitives.files import usable_path


@pytest.mark.parametrize(
    ("text", "reason"), [("~nosuchuser/x", "home directory"), ("x" * 300, "too long"), ("a\0b", "null")]
)
def test_what_can_be_no_path_is_told(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"cannot be used.*{reason}"):
        usable_path(text)


def test_a_path_needs_nothing_there(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert usable_path(str(tmp_path / "file" / "x")) == tmp_path / "file" / "x"
    assert usable_path("~") == Path.home()
