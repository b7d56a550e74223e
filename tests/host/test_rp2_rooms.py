"""LWS_ROOMS: a board takes folders of the core, in both build files of the user module."""

import re
import subprocess

import pytest
from conftest import ROOT

CMODULES = ROOT / "cmodules"
ROOMS = sorted(p.name for p in (CMODULES / "lws").iterdir())

CMAKE = """\
cmake_minimum_required(VERSION 3.13)
project(probe NONE)
add_library(usermod INTERFACE)
%s
include(%s/micropython.cmake)
get_target_property(sources usermod_lws INTERFACE_SOURCES)
file(WRITE sources "${sources}")
"""
MAKE = """\
USERMOD_DIR := %s
%s
include %s/micropython.mk
$(file >sources,$(SRC_USERMOD_LIB_C);$(SRC_USERMOD_C))
all:;@:
"""


def cmake(folder, cmodules, rooms):
    setting = f"set(LWS_ROOMS {' '.join(rooms)})" if rooms else ""
    (folder / "CMakeLists.txt").write_text(CMAKE % (setting, cmodules))
    return subprocess.run(["cmake", "."], cwd=folder, capture_output=True, text=True)


def make(folder, cmodules, rooms):
    setting = f"LWS_ROOMS = {' '.join(rooms)}" if rooms else ""
    (folder / "Makefile").write_text(MAKE % (cmodules, setting, cmodules))
    return subprocess.run(["make"], cwd=folder, capture_output=True, text=True)


@pytest.fixture(params=[cmake, make], ids=["cmake", "make"])
def sources(request, tmp_path):
    """sources(rooms) -> paths below cmodules, or the words that the build stopped with."""

    def run(*rooms, cmodules=CMODULES):
        done = request.param(tmp_path, cmodules, rooms)
        if done.returncode:
            return " ".join(done.stderr.split())
        found = re.split(r"[; \n]+", (tmp_path / "sources").read_text().strip())
        return sorted(str(p).removeprefix(f"{cmodules}/") for p in found)

    return run


def own(pattern):
    return [str(p.relative_to(CMODULES)) for p in CMODULES.glob(pattern)]


def test_all_rooms_where_none_are_named(sources):
    everything = sorted([*own("lws/*/*.c"), *own("mod_lws/*.c"), *own("mod_lws/*/*.c")])
    assert sources() == everything == sources(*ROOMS)


def test_room_that_is_needed(sources):
    said = sources(*(r for r in ROOMS if r != "ws"))
    assert re.search(r"needs? .*\bws\b.* add|add .*: ws", said), said


def test_room_that_does_not_exist(sources):
    assert "LWS_ROOMS names wss, but cmodules/lws has no such folder" in sources(*ROOMS, "wss")


def test_room_with_bindings_of_its_own(sources, tmp_path):
    cmodules = tmp_path / "cmodules"
    always = ["lws/base/a.c", "mod_lws/c.c", "mod_lws/loop/d.c"]
    mqtt = ["lws/mqtt/b.c", "mod_lws/mqtt/client.c"]
    for path in always + mqtt:
        (cmodules / path).parent.mkdir(parents=True, exist_ok=True)
        (cmodules / path).write_text("")
    (cmodules / "mod_lws/mqtt/client.c").write_text('#include "lws/mqtt/b.h"\n')
    for name in ("micropython.cmake", "micropython.mk"):
        (cmodules / name).write_text((CMODULES / name).read_text())
    assert sources("base", cmodules=cmodules) == always
    assert sources("base", "mqtt", cmodules=cmodules) == sorted(always + mqtt)
