"""Connections opened and dropped in every way against the emulated Cortex-M3: nothing is left."""

import board
import board_soak
import pytest
from effort import either

TOTAL = either(2_000, 10_000)
WARM_UP = 300
HEAP_SLACK = 2048  # bytes: what the stack happens to point to is kept, too


@pytest.mark.timeout(400)
def test_nothing_is_left():
    with board_soak.Wire() as wire, board_soak.board(board.elf(), wire) as machine:
        wire.lease()
        board_soak.run(machine, WARM_UP, seed=2)
        before, _ = board_soak.settled(machine)
        done = board_soak.run(machine, TOTAL, seed=1)
        after, seconds = board_soak.settled(machine)
        assert machine.output == "Listening at http://0.0.0.0:80/\n", machine.output
    print(f"{dict(done)}\nbefore {before}\nafter {after}, answered in {seconds:.3f} s")
    assert sum(done.values()) == TOTAL
    assert done["given up by the board"] < TOTAL // 100
    # The connection that asks is the only one.
    assert len(after["connections"]) == after["active"] == 1, after
    assert after["pbuf"] == after["pbuf_pool"] == after["tcp_seg"] == after["bound"] == 0
    assert after["heap"] <= before["heap"] and after["gc"] <= before["gc"] + HEAP_SLACK
    assert after["listening"] == before["listening"] == 2
    assert seconds < 1
