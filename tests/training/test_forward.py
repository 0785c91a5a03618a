"""What training computes in."""

from collections.abc import Iterator
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from rnd_lab.training import forward
from rnd_lab.training.forward import logits_of


class Watched(nn.Linear):
    """Remembers what it computed in."""

    computed: torch.dtype

    def forward(self, x: Tensor) -> Tensor:
        answer = super().forward(x.flatten(1))
        self.computed = answer.dtype
        return answer


@pytest.fixture(autouse=True)
def asked_anew() -> Iterator[None]:
    forward._computes_in_bfloat16.cache_clear()
    yield
    forward._computes_in_bfloat16.cache_clear()


@pytest.mark.parametrize(("able", "expected"), [(True, torch.bfloat16), (False, torch.float32)])
def test_a_processor_that_would_only_emulate_bfloat16_is_spared_it(
    monkeypatch: pytest.MonkeyPatch, able: bool, expected: torch.dtype
) -> None:
    def capabilities() -> dict[str, Any]:
        return {"avx2": True, "avx512_bf16": able}

    monkeypatch.setattr(torch.cpu, "get_capabilities", capabilities, raising=False)
    network = Watched(12, 4)
    assert logits_of(network, torch.rand(5, 3, 2, 2)).dtype == torch.float32
    assert network.computed == expected
