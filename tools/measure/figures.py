"""The files of measured figures: {unit: {"value", "bar", "peer", "how"}} in build/*.json."""

import json

from tools.base import say


def merge(path, rows):
    """Puts rows into the file; what others measured stays."""
    known = json.loads(path.read_text()) if path.is_file() else {}
    known.update(rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.write_text(json.dumps(known, indent=1) + "\n")
    partial.rename(path)


def show(title, rows):
    """Prints the rows; the units that are above their bar."""
    listed, over = [], []
    for unit, row in rows.items():
        bar = row["bar"]
        ok = bar is None or (row["value"] is not None and row["value"] <= bar)
        if not ok:
            over.append(unit)
        limit = "" if bar is None else f"{bar:,}"
        value = "missing" if row["value"] is None else f"{row['value']:,}"
        listed.append([unit, value, limit, row["peer"] or "", "ok" if ok else "OVER"])
    say.table(title, ["unit", ">value", ">bar", "peer", ""], listed)
    return over
