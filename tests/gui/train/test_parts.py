"""What the page is made of."""

import pytest
import torch

from rnd_lab.gui.explaining import SCARCE, explain
from rnd_lab.gui.train.clock import Clock
from rnd_lab.gui.train.course import MOST, Course
from rnd_lab.gui.train.seen import Seen, telling
from rnd_lab.primitives.errors import LabError
from rnd_lab.training.checkpoint import Epoch, Found


def test_the_course_is_thinned_to_means() -> None:
    course = Course()
    for step in range(1, 5 * MOST + 1):
        course.see(step, float(step))
    assert MOST // 2 <= len(course.steps) < MOST
    assert course.stride == 8
    assert course.steps[:2] == [8, 16]
    assert course.losses[:2] == [4.5, 12.5]


def test_the_time_left_does_not_count_pauses() -> None:
    now = 100.0
    clock = Clock(lambda: now)
    assert clock.left(10, 50) is None
    now += 20
    assert clock.left(20, 50) == pytest.approx(60)
    clock.hold()
    now += 1000
    clock.go_on()
    assert clock.left(20, 50) == pytest.approx(60)


def test_what_resume_does_is_told() -> None:
    line = Epoch(1, 0.5, 0.5, 9)
    told = [telling(Seen(Found({}, log, steps), None), 2) for log, steps in (((), 0), ((), 70), ((line,), 0))]
    assert told[0] == ""
    assert "Epoch 1 of 2 has been begun; Resume goes on after its step 70" in told[1]
    assert "Epoch 1 of 2 is finished" in told[2]
    assert "All epochs are finished" in telling(Seen(Found({}, (line, line), 0), None), 2)


@pytest.mark.parametrize("error", [torch.OutOfMemoryError("CUDA out of memory. Tried"), MemoryError()])
def test_too_little_memory_is_told_with_what_to_do(error: Exception) -> None:
    text, details = explain(error)
    assert text == SCARCE
    assert type(error).__name__ in details


def test_errors_of_the_lab_are_told_as_they_are() -> None:
    assert explain(LabError("Do this.")) == ("Do this.", "")
    assert explain(RuntimeError("odd\nmore"))[0] == "Something went wrong: RuntimeError: odd"
