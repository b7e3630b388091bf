"""What other programs read from the small files in made/: made.json beside this script.

    pip install ase==3.29.0 dpdata==1.1.0 motep==0.2.0 pymatgen==2026.10.24
    python test/unit/io/structures/ase/make-made-values.py [FILE ...] && npm run format

The files are made by hand after the structure of real ones. For each frame there are positions, cell,
pbc and species, and what else the program reads, under ASE's names and in ASE's units.
"""

import json
import sys
import warnings
from pathlib import Path

import ase.io
import numpy as np

warnings.simplefilter("ignore")
HERE = Path(__file__).resolve().parent
INFO = ("energy", "free_energy", "magmom")
ARRAYS = ("forces", "magmoms")


def flat(values):
    return np.asarray(values, dtype=float).ravel().tolist()


def frame(atoms, info=(), arrays=()):
    result = {
        "positions": flat(atoms.positions),
        "cell": flat(atoms.cell.array) if atoms.cell.any() else None,
        "pbc": [bool(flag) for flag in atoms.pbc],
        "species": atoms.get_chemical_symbols(),
        "info": dict(info),
        "arrays": dict(arrays),
    }
    values = atoms.calc.results if atoms.calc else {}
    result["info"] |= {key: flat(values[key]) for key in INFO if values.get(key) is not None}
    if values.get("stress") is not None:
        result["info"]["stress"] = flat(atoms.get_stress(voigt=False))
    result["arrays"] |= {key: flat(values[key]) for key in ARRAYS if values.get(key) is not None}
    return result


def by_ase(path, format):
    return [frame(atoms) for atoms in ase.io.read(path, index=":", format=format)]


def by_dpdata(path, format, energy="energy", **options):
    import dpdata

    data = dpdata.LabeledSystem(str(path), fmt=format, **options).data
    names = [data["atom_names"][kind] for kind in data["atom_types"]]
    frames = []
    for at in range(len(data["coords"])):
        cell = data["cells"][at]
        info = {energy: flat(data["energies"][at])}
        if "virials" in data:
            info["stress"] = flat(-data["virials"][at] / abs(np.linalg.det(cell)))
        atoms = ase.Atoms(names, positions=data["coords"][at], cell=cell, pbc=True)
        frames.append(frame(atoms, info, {"forces": flat(data["forces"][at])}))
    return frames


def learned_outcar(path):
    """Steps 1 and 3 are calculated, too; TOTEN is the energy that dpdata reads."""
    calculated = by_dpdata(path, "vasp/outcar", "free_energy", ml=False)
    learned = by_dpdata(path, "vasp/outcar", "free_energy", ml=True)
    return [calculated[0], learned[1], calculated[1], learned[3]]


def vasprun(path):
    frames = by_ase(path, "vasp-xml")
    for atoms, values in zip(ase.io.read(path, index=":", format="vasp-xml"), frames):
        free = np.ones((len(atoms), 3))
        for constraint in atoms.constraints:
            free[constraint.index] -= getattr(constraint, "mask", True)
        values["arrays"]["selective_dynamics"] = flat(free)
    return frames


def mtp(path):
    from motep.io.mlip.cfg import read_cfg

    frames = []
    for atoms in read_cfg(str(path), index=":"):
        values = frame(atoms)
        values["species"] = [str(number) for number in atoms.numbers]
        values["info"].pop("free_energy", None)
        for key in ("site_en", "nbh_grades"):
            if key in atoms.calc.results:
                values["arrays"][key] = flat(atoms.calc.results[key])
        if "MV_grade" in atoms.calc.results:
            values["info"]["MV_grade"] = flat(atoms.calc.results["MV_grade"])
        if "mindist" in atoms.info:
            values["info"]["mindist"] = flat(atoms.info["mindist"])
        frames.append(values)
    return frames


def runner(path):
    """dpdata with the constants of CODATA 2014, which ASE has, in place of those of 2018."""
    import ase.units
    from dpdata.plugins import n2p2

    n2p2.length_convert = ase.units.Bohr
    n2p2.energy_convert = ase.units.Hartree
    n2p2.force_convert = ase.units.Hartree / ase.units.Bohr
    return by_dpdata(path, "n2p2")


def pymatgen(path):
    """Structures, or entries, with pymatgen's own Cartesian coordinates."""
    from monty.json import MontyDecoder

    lines = path.suffix == ".jsonl"
    text = path.read_text()
    documents = [json.loads(line) for line in text.splitlines()] if lines else json.loads(text)
    frames = []
    for document in documents:
        decoded = MontyDecoder().process_decoded(document)
        structure = getattr(decoded, "structure", decoded)
        cell = getattr(structure, "lattice", None)
        energy = document.get("energy", structure.properties.get("energy"))
        frames.append(
            {
                "positions": flat(structure.cart_coords),
                "cell": None if cell is None else flat(cell.matrix),
                "pbc": [False] * 3 if cell is None else list(cell.pbc),
                "species": [site.specie.symbol for site in structure],
                "info": {} if energy is None else {"energy": flat(energy)},
                "arrays": {
                    key: flat(structure.site_properties[key])
                    for key in ("forces", "magmom", "selective_dynamics")
                    if key in structure.site_properties
                },
            }
        )
    return frames


FILES = {
    "OUTCAR": lambda path: by_ase(path, "vasp-out"),
    "OUTCAR.ml": learned_outcar,
    "vasprun.xml": vasprun,
    "train.cfg": mtp,
    "input.data": runner,
    "two.cif": lambda path: by_ase(path, "cif"),
    "structures.json": pymatgen,
    "entries.jsonl": pymatgen,
}


def main():
    target = HERE / "made.json"
    values = json.loads(target.read_text()) if target.exists() else {}
    for name in sys.argv[1:] or FILES:
        values[name] = FILES[name](HERE / "made" / name)
    target.write_text(json.dumps(values, indent=1) + "\n")


main()
