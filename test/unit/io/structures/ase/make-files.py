"""Small files as ASE and its database backends write them, in files/, and what ASE reads of them, in files.json.

    pip install ase==3.29.0 ase-db-backends==0.11.0 lmdb==3.0.0 && python test/unit/io/structures/ase/make-files.py
    npm run format

Values stand under the names that extended xyz has: results of calculators beside arrays and info, nine numbers for the
stress, `move_mask` for fixed atoms.
"""

import gzip
import json
import shutil
import sqlite3
from pathlib import Path

import ase
import ase.db
import ase.io
import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.constraints import FixAtoms, FixBondLength, FixCartesian
from ase.io import ulm
from ase.io.extxyz import _make_move_mask
from ase.stress import voigt_6_to_full_3x3_stress

FOLDER = Path(__file__).with_name("files")
PER_ATOM = {"forces", "stresses", "charges", "magmoms", "energies"}


def value(item):
    return item.tolist() if hasattr(item, "tolist") else item


def plain(name, item):
    """A value of a frame: nested ones as text."""
    if name in ("stress", "virial") and np.shape(item) == (3, 3):
        return np.ravel(item).tolist()
    nested = isinstance(item, dict) or np.ndim(item) > 1 or (isinstance(item, (list, tuple)) and np.ndim(item) > 1)
    return "_JSON " + json.dumps(item, default=value) if nested else value(item)


def frame(atoms, row=None):
    arrays = {name: value(array) for name, array in atoms.arrays.items() if name not in ("numbers", "positions")}
    info = {}
    for name, result in (atoms.calc.results if atoms.calc else {}).items():
        if name in PER_ATOM:
            arrays[name] = value(result)
        elif name == "stress":
            info[name] = voigt_6_to_full_3x3_stress(result).ravel().tolist()
        else:
            info[name] = value(result)
    mask = _make_move_mask(atoms)
    if not mask.all():
        arrays["move_mask"] = mask.astype(int).tolist()
    others = [c.todict() for c in atoms.constraints if not isinstance(c, (FixAtoms, FixCartesian))]
    if others:
        info["constraints"] = "_JSON " + json.dumps(others, default=value)
    more = atoms.info if row is None else row.key_value_pairs | dict(row.data) | {"unique_id": row.unique_id}
    info |= {name: plain(name, item) for name, item in more.items()}
    return {
        "species": list(atoms.symbols),
        "positions": atoms.positions.ravel().tolist(),
        "cell": atoms.cell.array.ravel().tolist() if atoms.cell.array.any() else None,
        "pbc": atoms.pbc.tolist(),
        "arrays": {name: np.ravel(array).tolist() for name, array in arrays.items()},
        "info": info,
    }


def alloy(seed, **more):
    random = np.random.default_rng(seed)
    atoms = Atoms(
        "CuZr2O", positions=random.uniform(0, 5, (4, 3)), cell=random.uniform(0, 1, (3, 3)) + 4 * np.eye(3), pbc=(1, 1, 0)
    )
    for name, item in more.items():
        getattr(atoms, f"set_{name}")(item)
    return atoms


def calculated(atoms, seed, **more):
    random = np.random.default_rng(100 + seed)
    results = {
        "energy": random.normal(),
        "free_energy": random.normal(),
        "forces": random.normal(size=(len(atoms), 3)),
        "stress": random.normal(size=6),
        "magmoms": random.normal(size=len(atoms)),
        "charges": random.normal(size=len(atoms)),
        "dipole": random.normal(size=3),
        "magmom": 1.5,
    }
    atoms.calc = SinglePointCalculator(atoms, **(results | more))
    return atoms


def frames():
    random = np.random.default_rng(7)
    full = calculated(
        alloy(
            1,
            tags=[0, 1, 2, -3],
            momenta=random.normal(size=(4, 3)),
            masses=[63.5, 91, 91.25, 16],
            initial_magnetic_moments=random.normal(size=4),
            initial_charges=random.normal(size=4),
            constraint=[FixAtoms([0, 2]), FixBondLength(0, 1)],
        ),
        1,
    )
    full.info = {
        "config_type": "bulk ü",
        "step": 3,
        "virial": random.normal(size=(3, 3)),
        "weights": [1.0, 2.5],
        "flag": True,
        "nested": {"a": [1, 2], "b": None},
        "table": random.normal(size=(2, 2)),
    }
    cartesian = calculated(alloy(2, constraint=[FixAtoms([3]), FixCartesian([1, 0], (True, False, True))]), 2)
    molecule = Atoms("OH2", positions=[[0, 0, 0], [0.76, 0.59, 0], [-0.76, 0.59, 0]])
    molecule = calculated(molecule, 3, dipole=np.array([0.0, 1.25, 0.0]))
    slab = alloy(4)
    slab.pbc = (True, False, False)
    return [full, cartesian, molecule, slab]


def trajectories():
    ase.io.write(FOLDER / "mixed.traj", frames())
    # The same atoms: said once, in the first frame.
    same = [alloy(seed, masses=[1, 2, 3, 4.5], constraint=FixAtoms([1])) for seed in (11, 12, 13)]
    ase.io.write(FOLDER / "same.traj", [calculated(atoms, 20 + index) for index, atoms in enumerate(same)])
    many = [Atoms("H", positions=[[index / 7, 0, 0]]) for index in range(45)]
    # More frames than the first tables of offsets hold, of 1 and 42.
    ase.io.write(FOLDER / "many.traj", many)
    big = ulm.Writer(FOLDER / "big-endian.traj", tag="ASE-Trajectory")
    atoms = alloy(31)
    big.data = {"_little_endian": False}
    big.write(version=1, ase_version="3", pbc=atoms.pbc.tolist(), numbers=atoms.numbers.astype(">i8"))
    big.write(positions=atoms.positions.astype(">f8"), cell=atoms.cell.tolist(), tags=np.arange(4, dtype=">i4"))
    big.sync()
    big.fd.close()


def databases():
    for name in ("rows.db", "rows.json", "rows.aselmdb"):
        path = FOLDER / name
        for old in FOLDER.glob(f"{name}*"):
            old.unlink()
        with ase.db.connect(path, append=False) as database:
            for index, atoms in enumerate(frames()):
                data = {"virial": np.eye(3) * index, "note": "as it is", "list": [1, 2.5, 3], "deep": {"x": [[1, 2]]}}
                database.write(atoms, key_value_pairs={"label": f"row {index}", "spin": index}, data=data)
            for index in range(3):
                database.write(Atoms("H", positions=[[index, 0.5, 1 / 3]]))
        database = ase.db.connect(path)
        database.delete([5])
        if hasattr(database, "env"):
            database.close()
    # Small pages, so that a tree of several levels is small.
    with sqlite3.connect(FOLDER / "large.db") as connection:
        connection.execute("PRAGMA page_size = 512")
        connection.execute("VACUUM")
    with ase.db.connect(FOLDER / "large.db", create_indices=False) as database:
        for index in range(60):
            symbols = "H" * (40 if index % 10 == 0 else 1)
            positions = np.arange(3 * len(symbols)).reshape(-1, 3) / 7 + index
            database.write(Atoms(symbols, positions=positions), index=index)
    for lock in FOLDER.glob("*lock"):
        lock.unlink()


def stored(path):
    """Rows of a database as frames, in the order of their ids."""
    if path.suffix == ".traj":
        return [frame(atoms) for atoms in ase.io.read(path, index=":")]
    return [frame(row.toatoms(), row) for row in ase.db.connect(path).select()]


shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
trajectories()
databases()
files = {path.name: stored(path) for path in sorted(FOLDER.iterdir())}
for lock in FOLDER.glob("*lock"):
    lock.unlink()
for path in [path for path in FOLDER.iterdir() if path.stat().st_size > 10_000 or path.suffix == ".json"]:
    # Databases are mostly empty pages; formatters would change JSON.
    Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    path.unlink()
Path(__file__).with_name("files.json").write_text(json.dumps({"ase": ase.__version__, "files": files}) + "\n")
