"""Figures that must not get worse: a TOML file under tests/bench that a change has to pass.

[compilers] says who made them ("arm-none-eabi-gcc" = "arm-none-eabi 12"): with another major
version code has another size, so nothing is compared then; bars hold all the same.
"""

import tomllib

TOLERANCE = 0.02


def read(path):
    """({compiler: its version}, {unit: value}); nothing is recorded when there is no file."""
    if not path.is_file():
        return {}, {}
    known = tomllib.loads(path.read_text())
    return known["compilers"], known["figures"]


def write(path, head, compilers, values):
    lines = [head, "[compilers]"]
    lines += [f'{name} = "{version}"' for name, version in sorted(compilers.items())]
    lines += ["", "[figures]", *(f'"{unit}" = {value}' for unit, value in values.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def worse(value, recorded, more_is_better=False):
    """By what share of the record a figure is worse; negative when it is better."""
    loss = recorded - value if more_is_better else value - recorded
    return loss / recorded if recorded else float(loss > 0)


def verdict(value, recorded, more_is_better=False):
    """ "" within the tolerance, else "WORSE by 3.0 %" or "better by 3.0 %"."""
    share = worse(value, recorded, more_is_better)
    if abs(share) <= TOLERANCE:
        return ""
    return f"{'WORSE' if share > 0 else 'better'} by {abs(share):.1%}".replace("%", " %")
