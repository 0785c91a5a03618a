import pytest
import torch

from rnd_lab.attacks.blocks import Blocks
from rnd_lab.attacks.eco import EcoSpec
from tests.attacks.harness import Match, grey, linear, quadratic, slope

SHAPE = (3, 8, 8)


def search(spec: EcoSpec, weights: torch.Tensor) -> Match:
    match = Match(spec, (*weights.shape,), "linf", 0.1)
    match.start(0, grey(match.arena.shape), linear(weights))
    return match


def test_blocks_tile_the_image() -> None:
    for shape, side in [((3, 8, 8), 4), ((2, 5, 7), 2), ((1, 3, 3), 8)]:
        blocks = Blocks(shape)
        count = blocks.count(side)
        masks = blocks.masks(torch.arange(count), torch.full((count,), side))
        assert torch.equal(masks.sum(0), torch.ones(shape, dtype=torch.int64))
        corners = blocks.first_values(slope(shape)[None], torch.arange(count)[None], torch.tensor([side]))[0]
        for mask, corner in zip(masks, corners, strict=True):
            channel, top, left = mask.nonzero()[0]
            assert len(set(mask.nonzero()[:, 0].tolist())) == 1
            assert corner == slope(shape)[channel, top, left]


def test_it_starts_at_minus_epsilon() -> None:
    match = search(EcoSpec(), slope(SHAPE))
    match.step()
    assert torch.allclose(match.asked[0][0], torch.full(SHAPE, 0.4))


def test_a_modular_function_is_optimal_after_one_look_at_every_block() -> None:
    weights = slope((3, 2, 2)).repeat_interleave(4, 1).repeat_interleave(4, 2)
    match = search(EcoSpec(), weights)
    helpful = int((slope((3, 2, 2)) < 0).sum())
    match.play(1 + 12 + helpful)
    assert torch.equal(match.delta().sign(), -weights.sign())


def test_smaller_blocks_find_the_optimum_of_any_modular_function() -> None:
    weights = slope(SHAPE)
    match = search(EcoSpec(batch=16), weights)
    match.play(1500)
    assert torch.equal(match.delta().sign(), -weights.sign())


def test_blocks_that_turn_out_harmful_are_deleted() -> None:
    shape = (1, 1, 2)
    both_too_much = torch.tensor([[[0.02, 0.03]]])
    match = Match(EcoSpec(block=1), shape, "linf", 0.1)
    match.start(0, grey(shape), lambda x: ((x - 0.5) - both_too_much).sum().square() + 0.001 * x[0, 0, 0])
    match.play(12)
    assert match.delta().sign().flatten().tolist() == [-1, 1]


def test_a_block_of_one_channel_changes_at_a_time() -> None:
    match = search(EcoSpec(), slope(SHAPE))
    match.step()
    for _ in range(12):
        match.step()
        changed = (match.asked[0][-1] != match.asked[0][0]).nonzero()
        assert len(changed) == 16
        assert len(set(changed[:, 0].tolist())) == 1
        assert (changed.amax(0) - changed.amin(0)).tolist() == [0, 3, 3]


def test_while_blocks_are_tried_alone_the_iterate_is_the_best_candidate() -> None:
    match = search(EcoSpec(), slope(SHAPE))
    for _ in range(13):
        match.step()
        best = min(range(match.queries()), key=lambda query: match.told[0][query])
        assert torch.equal(match.iterate(), match.asked[0][best])


@pytest.mark.parametrize("key", range(3))
def test_the_set_is_measured_again_for_every_batch(key: int) -> None:
    spec, shape = EcoSpec(block=2, batch=3), (1, 4, 6)
    match = Match(spec, shape, "linf", 0.1)
    match.start(0, grey(shape), quadratic(grey(shape) - 0.1), key)
    for _ in range(2):
        start = match.queries()
        match.play(start + 4)
        assert torch.equal(match.asked[0][start], torch.full(shape, 0.4))
        assert len({candidate.numpy().tobytes() for candidate in match.asked[0][start:]}) == 4
