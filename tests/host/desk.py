"""A desk for the tests of the tools: boards whose builds lie in the test's own folder."""

import dataclasses
from pathlib import Path

import pytest

from tools.base import boards


@dataclasses.dataclass(frozen=True)
class DeskBoard(boards.Board):
    """chip: what board.json says; None: what that of the board of this name says."""

    chip: str = None
    desk: Path = None

    @property
    def about(self):
        return {"mcu": self.chip, "product": "a board for tests"} if self.chip else super().about

    def build_folder(self, tests=False):
        return self.desk / ("tests" if tests else "build")


def stops(action, *args):
    """What the program says when it ends."""
    with pytest.raises(SystemExit) as e:
        action(*args)
    return str(e.value)
