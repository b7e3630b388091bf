"""Makes a file of a training set as the program that owns the format writes it: `python make_dataset.py FORMAT PATH FRAMES`.

All formats hold the same frames: 64 atoms of copper and oxygen each, with energies, forces and stresses. OUTCAR, vasprun.xml,
MTP and RuNNer have no writer in Python; they are written after the files of VASP, MLIP-3 and n2p2.
"""

import sys

import numpy as np
from ase import Atoms
from ase.calculators.singlepoint import SinglePointCalculator
from ase.units import Bohr, Hartree

ATOMS = 64
# Lower triangular, so that programs that turn cells leave it.
CELL = np.array([[9.0, 0.0, 0.0], [0.3, 9.2, 0.0], [0.1, -0.2, 9.4]])


def frames(count, atoms=ATOMS, seed=1):
    random = np.random.default_rng(seed)
    half = atoms // 2
    for _ in range(count):
        scaled = random.uniform(0, 1, (atoms, 3))
        structure = Atoms(f"Cu{half}O{atoms - half}", scaled_positions=scaled, cell=CELL + np.tril(random.normal(0, 0.05, (3, 3))), pbc=True)
        energy = float(random.normal(-3.5 * atoms, 5))
        structure.calc = SinglePointCalculator(
            structure, energy=energy, forces=random.normal(0, 1, (atoms, 3)), stress=random.normal(0, 0.01, 6)
        )
        yield structure


def lines_of(rows, form):
    return "".join(form % tuple(row) for row in rows)


def write_ase(path, count, kind):
    from ase.db import connect
    from ase.io import write

    if kind == "traj":
        write(path, list(frames(count)), format="traj")
        return
    if kind == "aselmdb":
        import ase_db_backends  # noqa: F401
    with connect(path, type=kind, use_lock_file=False) as database:
        for at, structure in enumerate(frames(count)):
            database.write(structure, data={"number": at, "source": f"run-{at}"})


def write_mace(path, count):
    import h5py

    with h5py.File(path, "w") as file:
        group = file.create_group("config_batch_0")
        for at, structure in enumerate(frames(count)):
            config = group.create_group(f"config_{at}")
            config["atomic_numbers"] = structure.numbers
            config["positions"] = structure.positions
            config["cell"] = structure.cell.array
            config["pbc"] = structure.pbc
            config["weight"] = 1.0
            config["config_type"] = "Default"
            values = config.create_group("properties")
            values["energy"] = structure.get_potential_energy()
            values["forces"] = structure.get_forces()
            values["stress"] = structure.get_stress()
            weights = config.create_group("property_weights")
            for name in ("energy", "forces", "stress"):
                weights[name] = 1.0


def write_spice(path, count):
    import h5py

    molecules = 50
    with h5py.File(path, "w") as file:
        for molecule in range(molecules):
            sets = list(frames(count // molecules, seed=molecule))
            group = file.create_group(f"molecule_{molecule}")
            group["atomic_numbers"] = sets[0].numbers
            group["conformations"] = np.array([s.positions / Bohr for s in sets], dtype=np.float32)
            group["dft_total_energy"] = np.array([s.get_potential_energy() / Hartree for s in sets])
            group["dft_total_gradient"] = np.array([-s.get_forces() * Bohr / Hartree for s in sets], dtype=np.float32)


def write_parquet(path, count):
    import pyarrow as pa
    import pyarrow.parquet as pq

    sets = list(frames(count))
    columns = {
        "atomic_numbers": [s.numbers.tolist() for s in sets],
        "positions": [s.positions.tolist() for s in sets],
        "cell": [s.cell.array.tolist() for s in sets],
        "pbc": [s.pbc.tolist() for s in sets],
        "energy": [s.get_potential_energy() for s in sets],
        "atomic_forces": [s.get_forces().tolist() for s in sets],
        "cauchy_stress": [s.get_stress(voigt=False).tolist() for s in sets],
        "property_id": [f"PO_{at}" for at in range(count)],
    }
    pq.write_table(pa.table(columns), path, row_group_size=500)


def write_outcar(path, count, atoms=100):
    half = atoms // 2
    with open(path, "w") as file:
        file.write(" vasp.5.4.4.18Apr17-6-g9f103f2a35 (build Sep 18 2018 16:57:57) complex\n\n")
        for name in ("Cu", "O"):
            file.write(f" POTCAR:    PAW_PBE {name} 08Apr2002\n")
        for name in ("Cu", "O"):
            file.write(f" POTCAR:    PAW_PBE {name} 08Apr2002\n   VRHFIN ={name}: \n   TITEL  = PAW_PBE {name} 08Apr2002\n")
        file.write(f"   number of dos      NEDOS =    301   number of ions     NIONS ={atoms:7d}\n")
        file.write(f"   ions per type =            {half:4d}{atoms - half:4d}\n   ISPIN  =      1\n   NELM   =     60\n")
        for step, s in enumerate(frames(count, atoms), 1):
            energy, forces, cell = s.get_potential_energy(), s.get_forces(), s.cell.array
            pressure = -s.get_stress()[[0, 1, 2, 5, 3, 4]] * 1602.1766208
            file.write(f"\n--------------------------------------- Iteration {step:6d}(   1)  {'-' * 39}\n\n")
            # Some of what else VASP writes at each electronic step.
            file.write("    POTLOK:  cpu time    0.0080: real time    0.0047\n" * 8)
            file.write("  eigenvalue-minimisations  :    96\n total energy-change (2. order) : 0.19E+03  (-0.5E+03)\n" * 4)
            file.write(f"{'-' * 104}\n\n  FORCE on cell =-STRESS in cart. coord.  units (eV):\n")
            file.write("  Direction    XX          YY          ZZ          XY          YZ          ZX\n" * 13)
            file.write("  in kB   " + "".join(f"{value:12.5f}" for value in pressure) + "\n")
            file.write(f"\n VOLUME and BASIS-vectors are now :\n {'-' * 77}\n  energy-cutoff  :      400.00\n  volume of cell : {s.get_volume():11.2f}\n")
            file.write("  direct lattice vectors                 reciprocal lattice vectors\n".rjust(72))
            file.write(lines_of(np.hstack([cell, s.cell.reciprocal().array]), "   " + "%13.9f" * 3 + "  " + "%13.9f" * 3 + "\n"))
            file.write("\n POSITION                                       TOTAL-FORCE (eV/Angst)\n " + "-" * 83 + "\n")
            file.write(lines_of(np.hstack([s.positions, forces]), "%13.5f" * 3 + " " + "%14.6f" * 3 + "\n"))
            file.write(" " + "-" * 83 + "\n    total drift:                      0.000000      0.000000      0.000000\n\n")
            file.write("  FREE ENERGIE OF THE ION-ELECTRON SYSTEM (eV)\n  ---------------------------------------------------\n")
            file.write(f"  free  energy   TOTEN  = {energy:18.8f} eV\n\n")
            file.write(f"  energy  without entropy= {energy:18.8f}  energy(sigma->0) = {energy:18.8f}\n\n")


def vectors(name, rows, indent):
    lines = lines_of(rows, indent + " <v> " + "%15.8f " * 3 + "</v>\n")
    return f'{indent}<varray name="{name}" >\n{lines}{indent}</varray>\n'


def structure_xml(s, name, indent):
    head = f'{indent}<structure{name}>\n{indent} <crystal>\n{vectors("basis", s.cell.array, indent + "  ")}'
    volume = f'{indent}  <i name="volume"> {s.get_volume():15.8f} </i>\n'
    reciprocal = vectors("rec_basis", s.cell.reciprocal().array, indent + "  ")
    return head + volume + reciprocal + f"{indent} </crystal>\n{vectors('positions', s.get_scaled_positions(), indent + ' ')}{indent}</structure>\n"


def write_vasprun(path, count, atoms=100):
    first = next(frames(1, atoms))
    rows = "".join(f"    <rc><c>{symbol:2s}</c><c>{1 + (symbol == 'O'):4d}</c></rc>\n" for symbol in first.symbols)
    with open(path, "w") as file:
        file.write('<?xml version="1.0" encoding="ISO-8859-1"?>\n<modeling>\n <generator>\n')
        file.write('  <i name="program" type="string">vasp </i>\n  <i name="version" type="string">5.4.4 </i>\n </generator>\n <incar>\n </incar>\n')
        file.write(' <kpoints>\n  <generation param="Gamma">\n   <v type="int" name="divisions">       1        1        1 </v>\n  </generation>\n')
        file.write(vectors("kpointlist", [[0, 0, 0]], "  ") + '  <varray name="weights" >\n   <v>       1.00000000 </v>\n  </varray>\n </kpoints>\n')
        file.write(' <parameters>\n  <separator name="electronic" >\n   <i type="int" name="NELM">    60</i>\n  </separator>\n </parameters>\n')
        file.write(f' <atominfo>\n  <atoms>{atoms:8d} </atoms>\n  <types>       2 </types>\n  <array name="atoms" >\n')
        file.write('   <dimension dim="1">ion</dimension>\n   <field type="string">element</field>\n   <field type="int">atomtype</field>\n')
        file.write(f"   <set>\n{rows}   </set>\n  </array>\n </atominfo>\n")
        file.write(structure_xml(first, ' name="initialpos" ', " "))
        for s in frames(count, atoms):
            energy = s.get_potential_energy()
            energies = "".join(f'    <i name="{name}">{energy:18.8f} </i>\n' for name in ("e_fr_energy", "e_wo_entrp", "e_0_energy"))
            file.write(f" <calculation>\n  <scstep>\n   <time name=\"total\">    3.17    3.17</time>\n   <energy>\n{energies}   </energy>\n  </scstep>\n")
            file.write(structure_xml(s, "", "  "))
            file.write(vectors("forces", s.get_forces(), "  "))
            file.write(vectors("stress", -s.get_stress(voigt=False) * 1602.1766208, "  "))
            file.write(f"  <energy>\n{energies}  </energy>\n </calculation>\n")
        file.write("</modeling>\n")


def write_mtp(path, count):
    with open(path, "w") as file:
        for s in frames(count):
            table = np.column_stack([np.arange(1, ATOMS + 1), s.numbers != 29, s.positions, s.get_forces()])
            virial = -s.get_stress() * s.get_volume()
            file.write(f"BEGIN_CFG\n Size\n    {ATOMS}\n Supercell\n")
            file.write(lines_of(s.cell.array, "    %16.9f %16.9f %16.9f\n"))
            file.write(" AtomData:  id type       cartes_x      cartes_y      cartes_z           fx          fy          fz\n")
            file.write(lines_of(table, "    %10d %4d  %13.6f %13.6f %13.6f  %11.6f %11.6f %11.6f\n"))
            file.write(f" Energy\n    {s.get_potential_energy():.12f}\n PlusStress:  xx          yy          zz          yz          xz          xy\n")
            file.write("    " + "".join(f"{value:12.5f}" for value in virial) + "\nEND_CFG\n\n")


def write_runner(path, count):
    with open(path, "w") as file:
        for s in frames(count):
            file.write("begin\n" + lines_of(s.cell.array / Bohr, "lattice %16.8f %16.8f %16.8f\n"))
            for symbol, x, f in zip(s.symbols, s.positions / Bohr, s.get_forces() * Bohr / Hartree):
                file.write("atom %16.8f %16.8f %16.8f %2s %10.6f %10.6f %16.8f %16.8f %16.8f\n" % (*x, symbol, 0, 0, *f))
            file.write(f"energy {s.get_potential_energy() / Hartree:.10f}\ncharge 0.0\nend\n")


def write_deepmd(path, count):
    import dpdata

    sets = list(frames(count))
    symbols = np.array([n != 29 for n in sets[0].numbers], dtype=int)
    system = dpdata.LabeledSystem(
        data={
            "atom_names": ["Cu", "O"],
            "atom_numbs": [int((symbols == 0).sum()), int((symbols == 1).sum())],
            "atom_types": symbols,
            "orig": np.zeros(3),
            "cells": np.array([s.cell.array for s in sets]),
            "coords": np.array([s.positions for s in sets]),
            "energies": np.array([s.get_potential_energy() for s in sets]),
            "forces": np.array([s.get_forces() for s in sets]),
        }
    )
    system.to("deepmd/npy", path, set_size=1000, prec=np.float64)


def write_cif(path, count):
    from ase.io.cif import write_cif as write

    with open(path, "wb") as file:
        write(file, list(frames(count)))


def write_pymatgen(path, count):
    import json

    from pymatgen.io.ase import AseAtomsAdaptor

    with open(path, "w") as file:
        for s in frames(count):
            energy, s.calc = s.get_potential_energy(), None
            file.write(json.dumps({"structure": AseAtomsAdaptor.get_structure(s).as_dict(), "energy": energy}) + "\n")


WRITERS = {
    "aselmdb": lambda path, count: write_ase(path, count, "aselmdb"),
    "traj": lambda path, count: write_ase(path, count, "traj"),
    "db": lambda path, count: write_ase(path, count, "db"),
    "json": lambda path, count: write_ase(path, count, "json"),
    "mace": write_mace,
    "spice": write_spice,
    "parquet": write_parquet,
    "outcar": write_outcar,
    "vasprun": write_vasprun,
    "mtp": write_mtp,
    "runner": write_runner,
    "deepmd": write_deepmd,
    "cif": write_cif,
    "pymatgen": write_pymatgen,
}

if __name__ == "__main__":
    WRITERS[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
