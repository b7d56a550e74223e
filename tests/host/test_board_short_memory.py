"""The dashboard on the emulated Cortex-M3 with heaps from 48 to 128 KB: pages and uploads beside
as many WebSockets as leave some 8 KB free. Free memory in short blocks is no reason for a 500.
"""

import json
import random
import urllib.error
import urllib.request
import zlib

import board
import pytest
from effort import either
from test_board_heap import APP, CLIENTS, DASHBOARD, Client, fetch, free

from tools.base import boards
from tools.compile.romfs_image import image
from tools.emulate.qemu_machine import ICOUNT, Machine

SEEDS = either(1, 20)
VISITS = 8
ENOUGH = 8 * 1024  # bytes that are free: the board then has no excuse
A_CLIENT = 3 * 1024  # bytes that one takes, about
LONGEST = 60_000  # bytes of an upload
PAGES = ("index.html", "app.js", "style.css")


def upload(machine, data):
    """The status of the answer; what a 200 says must be right."""
    try:
        with urllib.request.urlopen(machine.url() + "/api/upload", data, timeout=60) as answer:
            said = json.loads(answer.read())
    except urllib.error.HTTPError as refused:
        return refused.code
    assert said == {"size": len(data), "crc32": f"{zlib.crc32(data):08x}"}
    return 200


def join(machine):
    """As many clients as leave enough, with what the visits themselves need."""
    clients = []
    while len(clients) < CLIENTS and free(machine) > ENOUGH + 2 * A_CLIENT:
        clients.append(Client(machine))
    return clients


def visits(machine, random):
    """What the uploads were answered, each with the bytes that were free then."""
    for _ in range(VISITS):
        page = random.choice(PAGES)
        assert fetch(machine, f"/{page}") == (DASHBOARD / "www" / page).read_bytes()
        data = random.randbytes(random.randint(1, LONGEST))
        yield upload(machine, data), free(machine)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("seed", range(SEEDS))
@pytest.mark.parametrize("heap", [48, 64, 96, 128])
def test_uploads_need_no_long_block(heap, seed):
    machine = Machine(
        boards.find(board.BOARD),
        elf=board.elf(),
        script=APP,
        args=["/host" + str(DASHBOARD / "main.py")],
        heap=f"{heap}k",
        romfs=image(DASHBOARD),
        icount=ICOUNT,
    )
    with machine:
        machine.wait_for_web()
        clients = join(machine)
        answers = list(visits(machine, random.Random(seed)))
        output = machine.output
        alive = sum(c.is_alive() for c in clients)
    print(f"{len(clients)} clients, {alive} in the end; (status, bytes free): {answers}")
    assert all(status == 200 for status, left in answers if left >= ENOUGH), output
    assert alive == len(clients), output
