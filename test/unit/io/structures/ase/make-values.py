"""What ASE reads from the files in test/golden/data and ../shared/data: one FORMAT.json beside this script per format.

    pip install ase==3.29.0 && python test/unit/io/ase/make-values.py [FORMAT …] && npm run format

Two kinds of values stand for the numbers of a file:

- digests, where our reader must give the bits that ASE gives: SHA-256 of little-endian f64;
- sums, where the arithmetic may differ in the last bit (scaled coordinates, cells from bounds): Σ w_i x_i over all
  numbers of all frames, w_i = 0.5 + frac(i · 0.6180339887498949). One number that is off by more than twice the
  tolerance shows, wherever it is.

Texts (pbc, species) are SHA-256 of UTF-8, one line per frame. The first and last coordinates stand beside them, so that
a difference can be looked at. Of another format: a function like those below, and a line in FORMATS.
"""

import gzip
import hashlib
import json
import math
import sys
from pathlib import Path

import ase
import ase.io
import numpy as np

ROOT = Path(__file__).resolve().parents[4]
FOLDERS = {"golden": ROOT / "test/golden/data", "shared": ROOT.parent / "shared/data"}


def digest(arrays):
    data = np.concatenate([np.asarray(array, dtype="<f8").ravel() for array in arrays])
    return hashlib.sha256(data.tobytes()).hexdigest()


def weighted_sum(arrays):
    data = np.concatenate([np.asarray(array, dtype=float).ravel() for array in arrays])
    weights = 0.5 + np.mod(np.arange(len(data)) * 0.6180339887498949, 1.0)
    return math.fsum(weights * data)


def text(lines):
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def pbc(frames):
    return text("".join("T" if flag else "F" for flag in atoms.pbc) for atoms in frames)


def symbols(frames):
    return text(" ".join(atoms.symbols) for atoms in frames)


def counts(frames):
    return {
        "frames": len(frames),
        "atoms": sum(len(atoms) for atoms in frames),
        "first": frames[0].positions[0].tolist(),
        "last": frames[-1].positions[-1].tolist(),
    }


def sums(frames):
    """Positions, cells and origins as sums; see above."""
    return {
        "positions": weighted_sum([atoms.positions for atoms in frames]),
        "cells": weighted_sum([atoms.cell.array for atoms in frames]),
        "origins": weighted_sum([atoms.get_celldisp() for atoms in frames]),
    }


def extxyz(path):
    frames = ase.io.read(path, index=":", format="extxyz")
    result = counts(frames) | {
        "positions": digest([atoms.positions for atoms in frames]),
        # No lattice is a cell of zeros in ASE.
        "cells": digest([atoms.cell.array for atoms in frames]),
        "pbc": pbc(frames),
        "species": symbols(frames),
    }
    if all(atoms.calc is not None and "forces" in atoms.calc.results for atoms in frames):
        result["forces"] = digest([atoms.calc.results["forces"] for atoms in frames])
    return result


def lammps_dump(path):
    frames = ase.io.read(path, index=":", format="lammps-dump-text")
    result = counts(frames) | sums(frames) | {"pbc": pbc(frames)}
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else path.open()
    with opened as lines:
        columns = next(line for line in lines if line.startswith("ITEM: ATOMS")).split()
    # Without elements, ASE takes types for atomic numbers.
    return result | ({"species": symbols(frames)} if "element" in columns else {})


def lammps_data(path):
    # Elements are guessed from masses by ASE; image flags move the atoms.
    frames = [ase.io.read(path, format="lammps-data")]
    return counts(frames) | sums(frames) | {"pbc": pbc(frames)}


def poscar(path):
    frames = [ase.io.read(path, format="vasp")]
    return counts(frames) | sums(frames) | {"pbc": pbc(frames), "species": symbols(frames)}


# Reader, and patterns of the names of files.
FORMATS = {
    "extxyz": (extxyz, ("*.xyz", "*.extxyz")),
    "lammps-dump": (lammps_dump, ("*.dump", "*.dump.gz", "*.lammpstrj", "dump.*")),
    "lammps-data": (lammps_data, ("*.data",)),
    "poscar": (poscar, ("*.poscar", "*.POSCAR")),
}


def values(read, path):
    try:
        return read(path)
    except Exception as error:
        return {"refused": f"{type(error).__name__}: {str(error)[:60]}"}


for format_name in sys.argv[1:] or FORMATS:
    read, patterns = FORMATS[format_name]
    files = {}
    for name, folder in FOLDERS.items():
        for path in sorted({path for pattern in patterns for path in folder.rglob(pattern)}):
            files[f"{name}/{path.relative_to(folder).as_posix()}"] = values(read, path)
    target = Path(__file__).with_name(f"{format_name}.json")
    target.write_text(json.dumps({"ase": ase.__version__, "files": files}, indent=2) + "\n")
    print(f"{format_name}: {len(files)} files, {sum('refused' in entry for entry in files.values())} refused by ASE")
