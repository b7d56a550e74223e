"""tests/mp on an emulated Pico, part 2: each part is a file, so that they run at the same time."""

import pytest
from tested_board import SCRIPTS_S, scripts_pass


@pytest.mark.timeout(SCRIPTS_S + 60)
def test_scripts():
    scripts_pass(2)
