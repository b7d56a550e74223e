"""Connections opened and dropped in every way that a peer, or what is between, can think of.

PYTHONPATH=. .venv/bin/python tests/bench/board_soak.py 10000 [SEED]
prints what was done and what the board holds afterwards
"""

import json
import random
import sys
import time
from collections import Counter
from pathlib import Path

import load
from board_load import ask, websocket
from board_machine import WiredMachine
from board_tcp import begin
from board_wire import Wire

from tools.base import boards, repo

APP = Path(__file__).with_name("board_soak_app.py")
PATIENT, HASTY = 80, 81
HEAP = "256k"
BIG = 9000
# Connections of peers who vanish without a word owed to them are closed politely, and lwIP waits
# for their farewell: ten seconds, twenty for a handshake that is not answered.
LWIP_WAITS_S = 22

HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"
BODY = b"POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n" + bytes(1000)
GOODBYE = bytes([0x88, 0x82]) + b"\0\0\0\0" + b"\x03\xe8"


def read_to_end(conn):
    data = b""
    while not conn.finished:
        data += conn.recv(65536)
    return data


def accepted(conn):
    """Until the board accepted it, a second segment is dropped, and sent again much later."""
    conn.wire.settle(0.002)


def echoed(conn, path):
    websocket(conn, path).sendall(load.frame(b"0123456789abcdef"))
    assert len(load.exactly(conn, 18)) == 18
    return conn


# ---- FIN


def fin_at_once(conn):
    conn.close()


def fin_after_the_answer(conn):
    load.check(ask(conn, "/"))
    conn.close()


def fin_in_a_head(conn):
    conn.sendall(HEAD)
    accepted(conn)
    conn.close()


def fin_in_a_body(conn):
    conn.sendall(BODY)
    accepted(conn)
    conn.close()


def fin_of_a_websocket(conn):
    echoed(conn, "/echo").close()


def fin_of_a_websocket_task(conn):
    echoed(conn, "/aecho").close()


def goodbye_of_a_websocket(conn):
    echoed(conn, "/echo").sendall(GOODBYE)
    assert read_to_end(conn)[0] == 0x88
    conn.close()


# ---- RST


def rst_at_once(conn):
    conn.reset()


def rst_in_a_head(conn):
    conn.sendall(HEAD)
    conn.reset()


def rst_in_a_body(conn):
    conn.sendall(BODY)
    conn.wire.settle()
    conn.reset()


def rst_in_a_slow_handler(conn):
    conn.sendall(load.request("/slow"))
    accepted(conn)
    conn.reset()


def rst_in_a_long_answer(conn):
    conn.sendall(load.request("/big"))
    conn.recv(100)
    conn.reset()


def rst_of_a_websocket(conn):
    echoed(conn, "/echo").reset()


def rst_of_a_websocket_task(conn):
    echoed(conn, "/aecho").reset()


def rst_between_two_answers(conn):
    conn.sendall(3 * load.request("/"))
    conn.recv(100)
    conn.reset()


# ---- half-close


def half_close_and_read(conn):
    conn.sendall(load.request("/big"))
    accepted(conn)
    conn.finish()
    assert len(read_to_end(conn)) > BIG
    conn.close()


def half_close_in_a_slow_handler(conn):
    conn.sendall(load.request("/slow"))
    accepted(conn)
    conn.finish()
    said = read_to_end(conn)  # nothing: taken for gone while the handler waited
    assert not said or b"Hello" in said
    conn.close()


def half_close_and_read_nothing(conn):
    conn.reading = False
    conn.sendall(load.request("/big"))
    conn.finish()
    accepted(conn)
    conn.reset()


# ---- vanish: on the hasty server, which notices


def vanish_in_a_head(conn):
    conn.sendall(HEAD)
    conn.forget()


def vanish_in_a_body(conn):
    conn.sendall(BODY)
    conn.forget()


def vanish_in_a_long_answer(conn):
    conn.reading = False
    conn.sendall(load.request("/big"))
    conn.forget()


def vanish_after_half_close(conn):
    conn.reading = False
    conn.sendall(load.request("/big"))
    conn.finish()
    conn.forget()


def vanish_as_a_websocket(conn):
    echoed(conn, "/echo").forget()


def vanish_as_a_websocket_task(conn):
    echoed(conn, "/aecho").forget()


# ---- vanish, and lwIP waits long: a few of these


def vanish_at_once(conn):
    conn.forget()


def vanish_after_the_answer(conn):
    load.check(ask(conn, "/"))
    conn.forget()


def vanish_in_a_slow_handler(conn):
    conn.sendall(load.request("/slow"))
    conn.forget()


POLITE = [fin_at_once, fin_after_the_answer, fin_in_a_head, fin_in_a_body, fin_of_a_websocket]
POLITE += [fin_of_a_websocket_task, goodbye_of_a_websocket]
RUDE = [rst_at_once, rst_in_a_head, rst_in_a_body, rst_in_a_slow_handler, rst_in_a_long_answer]
RUDE += [rst_of_a_websocket, rst_of_a_websocket_task, rst_between_two_answers]
HALF = [half_close_and_read, half_close_in_a_slow_handler, half_close_and_read_nothing]
GONE = [vanish_in_a_head, vanish_in_a_body, vanish_in_a_long_answer, vanish_after_half_close]
GONE += [vanish_as_a_websocket, vanish_as_a_websocket_task]
LONG_GONE = [vanish_at_once, vanish_after_the_answer, vanish_in_a_slow_handler]
LONG_EACH = 8


def only_a_syn(machine):
    begin(machine.wire, PATIENT).forget()


def drop_one(machine, way):
    """Opens a connection and drops it that way. False: the hasty server was faster."""
    hasty = way in GONE or way in LONG_GONE
    conn = machine.connect(HASTY if hasty else PATIENT)
    try:
        way(conn)
    except (ConnectionResetError, SystemExit):
        if not hasty:
            raise
        conn.forget()
        return False
    return True


def plan(total, seed):
    """The ways of this run, shuffled: a quarter of each kind."""
    rare = [way for way in LONG_GONE for _ in range(LONG_EACH)] + [only_a_syn] * LONG_EACH
    rare = rare[: total // 100]
    kinds = [POLITE, RUDE, HALF, GONE]
    ways = [
        kind[i // len(kinds) % len(kind)]
        for i in range(total - len(rare))
        for kind in [kinds[i % len(kinds)]]
    ]
    random.Random(seed).shuffle(ways)
    # first, so that lwIP's waits for them run while the others come and go
    return rare + ways


def run(machine, total, seed=1):
    """{way: how many}"""
    done = Counter()
    for way in plan(total, seed):
        if way is only_a_syn:
            only_a_syn(machine)
            done[way.__name__] += 1
        else:
            kept = drop_one(machine, way)
            done[way.__name__ if kept else "given up by the board"] += 1
    return done


def state(machine):
    """(what the board holds while it answers this, the seconds that took)"""
    start = time.monotonic()
    with machine.connect(PATIENT) as conn:
        return json.loads(ask(conn, "/state")), time.monotonic() - start


def settled(machine, seconds=LWIP_WAITS_S):
    """The state when nothing but the asker is connected any more, or when patience ends."""
    end = time.monotonic() + seconds
    while True:
        machine.wire.settle(0.3)
        use, took = state(machine)
        if use["active"] == len(use["connections"]) == 1 or time.monotonic() > end:
            return use, took


def board(elf, wire):
    return WiredMachine(boards.find("LWS_QEMU_MPS2"), wire, elf=elf, script=APP, heap=HEAP)


def main(total, seed="1"):
    elf = repo.BUILD / "LWS_QEMU_MPS2-tests" / "firmware.elf"
    with Wire() as wire, board(elf, wire) as machine:
        wire.lease()
        print("warm-up", dict(run(machine, 300, 2)))
        before, _ = settled(machine)
        start = time.monotonic()
        done = run(machine, int(total), int(seed))
        seconds = time.monotonic() - start
        after, took = settled(machine)
        print(json.dumps(done, indent=1))
        print(f"{sum(done.values())} in {seconds:.1f} s")
        print("before", before)
        print("after ", after, f"answered in {took * 1000:.1f} ms")
        print(machine.output[-2000:])


if __name__ == "__main__":
    main(*sys.argv[1:])
