"""Structures of a file by the packages that read them: of each frame (or of several) how many, coordinates, energy, forces.

Units are eV and Å. Where a package gives numbers alone, `Atoms` are made of them, as a program that goes on with them would.
"""

import numpy as np


def of_atoms(atoms, labels):
    results = atoms.calc.results if labels else {}
    # ASE keeps where the box of a LAMMPS dump begins apart from the positions.
    positions = atoms.positions + atoms.get_celldisp().reshape(3)
    return 1, positions, results.get("energy"), results.get("forces")


def ase(format=None):
    def frames(file, labels):
        from ase.io import iread

        for atoms in iread(file, index=":", format=format):
            yield of_atoms(atoms, labels)

    return frames


def ase_traj(file, labels):
    from ase.io.trajectory import Trajectory

    for atoms in Trajectory(file):
        yield of_atoms(atoms, labels)


def ase_db(file, labels, kind="db"):
    from ase.db import connect

    settings = {"readonly": True} if kind == "aselmdb" else {}
    for row in connect(file, type=kind, **settings).select():
        yield of_atoms(row.toatoms(), labels)


def ase_lmdb(file, labels):
    import ase_db_backends  # noqa: F401

    return ase_db(file, labels, "aselmdb")


def labelled(labels, energy, forces, **values):
    from ase import Atoms
    from ase.calculators.singlepoint import SinglePointCalculator

    atoms = Atoms(**values)
    atoms.calc = SinglePointCalculator(atoms, energy=energy, forces=forces)
    return of_atoms(atoms, labels)


def mace(file, labels):
    import h5py

    with h5py.File(file) as root:
        for batch in root.values():
            for at in range(len(batch)):
                config = batch[f"config_{at}"]
                values = config["properties"]
                yield labelled(
                    labels,
                    float(values["energy"][()]),
                    values["forces"][()],
                    numbers=config["atomic_numbers"][()],
                    positions=config["positions"][()],
                    cell=config["cell"][()],
                    pbc=config["pbc"][()],
                )


def spice(file, labels):
    import h5py
    from ase.units import Bohr, Hartree

    with h5py.File(file) as root:
        for group in root.values():
            numbers = group["atomic_numbers"][()]
            # f64 before units: what is read is to be what the file says.
            positions = group["conformations"][()].astype(float) * Bohr
            energies = group["dft_total_energy"][()] * Hartree
            forces = -group["dft_total_gradient"][()].astype(float) * Hartree / Bohr
            for x, energy, force in zip(positions, energies, forces):
                yield labelled(labels, float(energy), force, numbers=numbers, positions=x)


def parquet(file, labels):
    import pyarrow.parquet as pq

    data = pq.ParquetFile(file)
    for group in range(data.num_row_groups):
        for row in data.read_row_group(group).to_pylist():
            yield labelled(
                labels,
                row["energy"],
                np.array(row["atomic_forces"]),
                numbers=row["atomic_numbers"],
                positions=row["positions"],
                cell=row["cell"],
                pbc=row["pbc"],
            )


def dpdata(format):
    def frames(file, labels):
        import dpdata

        data = dpdata.LabeledSystem(file, fmt=format).data
        yield len(data["coords"]), data["coords"], data["energies"].sum(), data["forces"]

    return frames


def pymatgen_vasprun(file, labels):
    from pymatgen.io.vasp import Vasprun

    run = Vasprun(file, parse_dos=False, parse_eigen=False, parse_potcar_file=False)
    for step in run.ionic_steps:
        yield 1, step["structure"].cart_coords, step["e_0_energy"], np.array(step["forces"])


def pymatgen_lines(file, labels):
    import json

    from pymatgen.core import Structure

    with open(file) as lines:
        for line in lines:
            entry = json.loads(line)
            yield 1, Structure.from_dict(entry["structure"]).cart_coords, entry["energy"], None


READERS = {
    ("ase", ""): ase(),
    ("ase", "traj"): ase_traj,
    ("ase", "db"): ase_db,
    ("ase", "outcar"): ase("vasp-out"),
    ("ase", "vasprun"): ase("vasp-xml"),
    ("ase", "cif"): ase("cif"),
    ("ase-db-backends", "aselmdb"): ase_lmdb,
    ("dpdata", "outcar"): dpdata("vasp/outcar"),
    ("dpdata", "vasprun"): dpdata("vasp/xml"),
    ("dpdata", "runner"): dpdata("n2p2"),
    ("dpdata", "deepmd"): dpdata("deepmd/npy"),
    ("h5py", "mace"): mace,
    ("h5py", "spice"): spice,
    ("pyarrow", "parquet"): parquet,
    ("pymatgen", "vasprun"): pymatgen_vasprun,
    ("pymatgen", "pymatgen"): pymatgen_lines,
}
