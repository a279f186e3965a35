import pytest

from engine.probes.maps import BLOCK, block_size


@pytest.mark.parametrize("points", [1, 100, BLOCK, BLOCK + 1, 10_000, 40_000])
def test_blocks_fit_the_cache_and_waste_little(points: int):
    size = block_size(points)
    assert size <= BLOCK
    assert -(-points // size) * size < points + points // size + 1
