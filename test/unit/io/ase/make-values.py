"""What ASE reads from the xyz files in test/golden/data and ../shared/data, as digests: values.json.

    pip install ase==3.29.0 && python test/unit/io/ase/make-values.py && npm run format

Digests are SHA-256 of little-endian f64 (positions, cells, forces), or of UTF-8 text (pbc, species), of all frames
after one another. The first and last coordinates stand beside them, so that a difference can be looked at.
"""

import hashlib
import json
from pathlib import Path

import ase
import ase.io
import numpy as np

ROOT = Path(__file__).resolve().parents[4]
FOLDERS = {"golden": ROOT / "test/golden/data", "shared": ROOT.parent / "shared/data"}


def numbers(arrays):
    data = np.concatenate([np.asarray(array, dtype="<f8").ravel() for array in arrays])
    return hashlib.sha256(data.tobytes()).hexdigest()


def text(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def values(path):
    try:
        frames = ase.io.read(path, index=":", format="extxyz")
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {str(error)[:60]}"}
    result = {
        "frames": len(frames),
        "atoms": sum(len(atoms) for atoms in frames),
        "first": frames[0].positions[0].tolist(),
        "last": frames[-1].positions[-1].tolist(),
        "positions": numbers([atoms.positions for atoms in frames]),
        # No lattice is a cell of zeros in ASE.
        "cells": numbers([atoms.cell.array for atoms in frames]),
        "pbc": text("".join("T" if flag else "F" for flag in atoms.pbc) for atoms in frames),
        "species": text(" ".join(atoms.symbols) for atoms in frames),
    }
    if all(atoms.calc is not None and "forces" in atoms.calc.results for atoms in frames):
        result["forces"] = numbers([atoms.calc.results["forces"] for atoms in frames])
    return result


files = {}
for name, folder in FOLDERS.items():
    for path in sorted(path for path in folder.rglob("*") if path.suffix in (".xyz", ".extxyz")):
        files[f"{name}/{path.relative_to(folder).as_posix()}"] = values(path)
target = Path(__file__).with_name("values.json")
target.write_text(json.dumps({"ase": ase.__version__, "files": files}, indent=2) + "\n")
print(f"{len(files)} files, {sum('refused' in entry for entry in files.values())} refused by ASE")
