"""What dpdata writes of the frames that test/unit/io/structures/deepmd-write.test.ts makes: written.json.

    pip install dpdata==1.1.0 numpy && python test/unit/io/structures/deepmd/make-written.py

Number i of an array is (7i + 3seed) mod 11, over 8: exact in both languages. Of a cell it is 10 more on the diagonal. Files are in base64. With a folder as an
argument, it prints what dpdata reads of that folder, written by `quests convert`.
"""

import base64
import json
import sys
import tempfile
from pathlib import Path

import dpdata
import numpy as np

FRAMES = 3
TYPES = [0, 1, 0]


def numbers(shape, seed):
    return ((7 * np.arange(np.prod(shape)) + 3 * seed) % 11).reshape(shape) / 8


def system():
    cells = numbers((FRAMES, 9), 2)
    cells[:, [0, 4, 8]] += 10.0
    return dpdata.LabeledSystem(
        data={
            # In the order in which they first occur.
            "atom_names": ["H", "O"],
            "atom_numbs": [2, 1],
            "atom_types": np.array(TYPES),
            "orig": np.zeros(3),
            "coords": numbers((FRAMES, 3, 3), 1),
            "cells": cells.reshape(FRAMES, 3, 3),
            "energies": numbers((FRAMES,), 3),
            "forces": numbers((FRAMES, 3, 3), 4),
            "virials": numbers((FRAMES, 3, 3), 5),
        }
    )


def main():
    if len(sys.argv) > 1:
        for types in sorted(Path(sys.argv[1]).rglob("type.raw")):
            one = dpdata.LabeledSystem(str(types.parent), fmt="deepmd/npy")
            print(types.parent, one.short_name, one["energies"], "virials" in one.data, one.data.get("nopbc"))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        system().to("deepmd/npy", name, set_size=5000, prec=np.float64)
        files = {
            str(file.relative_to(folder)): base64.b64encode(file.read_bytes()).decode()
            for file in sorted(folder.rglob("*"))
            if file.is_file()
        }
    path = Path(__file__).resolve().parent / "written.json"
    path.write_text(json.dumps(files, indent=1) + "\n")


main()
