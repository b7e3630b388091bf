"""Small files of HDF5 in the layouts of training sets, as h5py writes them, in files/, and their values, in files.json.

    pip install ase==3.29.0 h5py==3.16.0 && python test/unit/io/structures/hdf5/make-files.py
    npm run format

The values are what h5py reads again, in eV and Å by ASE's units, under the names that our reader gives them.
"""

import gzip
import json
import shutil
from pathlib import Path

import h5py
import numpy as np
from ase.data import atomic_numbers, chemical_symbols
from ase.units import Bohr, Hartree

FOLDER = Path(__file__).with_name("files")
files = {}


def frame(numbers, positions, cell=None, pbc=(False, False, False), arrays=(), info=()):
    return {
        "species": [chemical_symbols[number] for number in numbers],
        "positions": np.ravel(positions).tolist(),
        "cell": None if cell is None else np.ravel(cell).tolist(),
        "pbc": [bool(flag) for flag in pbc],
        "arrays": {name: np.ravel(array).tolist() for name, array in dict(arrays).items()},
        "info": {name: np.asarray(value).tolist() for name, value in dict(info).items()},
    }


def mace(name, is_old=False, first=12, **options):
    """As mace.data.utils.save_configurations_as_HDF5 of MACE 0.3.10 and later, and before."""
    random = np.random.default_rng(1)
    frames = []
    with h5py.File(FOLDER / name, "w", **options) as file:
        for batch in range(2):
            group = file.create_group(f"config_batch_{batch}")
            for index in range(first if batch == 0 else 2):
                config = group.create_group(f"config_{index}")
                atoms = 3 + index % 2
                numbers = random.choice([1, 8, 29], atoms)
                positions = random.normal(size=(atoms, 3))
                cell = 5 * np.eye(3) + random.uniform(size=(3, 3))
                pbc = (True, index % 3 == 0, True)
                energy, forces = random.normal(), random.normal(size=(atoms, 3))
                stress, virials = random.normal(size=(1, 3, 3)), random.normal(size=(1, 3, 3))
                config["atomic_numbers"] = numbers
                config["positions"] = positions
                holder = config if is_old else config.create_group("properties")
                for key, value in {
                    "energy": energy,
                    "forces": forces,
                    "stress": stress,
                    "virials": virials,
                    "dipole": random.normal(size=3) if index == 1 else "None",
                }.items():
                    holder[key] = value
                config["cell"] = cell
                config["pbc"] = pbc
                config["weight"] = 1.5
                if is_old:
                    config["energy_weight"] = 0.25 * index
                else:
                    config.create_group("property_weights")["energy"] = 0.25 * index
                config["config_type"] = "Default" if index else "bulk ü"
                info = {
                    "energy": energy,
                    "stress": stress.ravel(),
                    "virials": virials.ravel(),
                    "weight": 1.5,
                    "energy_weight": 0.25 * index,
                    "config_type": "Default" if index else "bulk ü",
                }
                if index == 1:
                    info["dipole"] = holder["dipole"][()]
                frames.append(frame(numbers, positions, cell, pbc, {"forces": forces}, info))
    files[name] = frames


def spice():
    """As SPICE-2.0.1.hdf5: a group for each molecule, here in chunks with filters."""
    random = np.random.default_rng(2)
    frames = []
    with h5py.File(FOLDER / "spice.h5", "w") as file:
        for name, numbers in {"water": [8, 1, 1], "a methane": [6, 1, 1, 1, 1], "ion": [11]}.items():
            count, atoms = 7, len(numbers)
            group = file.create_group(name)
            more = {"compression": "gzip", "shuffle": True, "fletcher32": True}
            data = {
                "conformations": random.normal(size=(count, atoms, 3)).astype(np.float32),
                "dft_total_gradient": random.normal(size=(count, atoms, 3)),
                "dft_total_energy": random.normal(size=count),
                "formation_energy": random.normal(size=count),
                "mbis_charges": random.normal(size=(count, atoms, 1)).astype(">f4"),
            }
            for key, value in data.items():
                chunks = (3,) + (2,) * (value.ndim - 1) if name == "a methane" else None
                chunks = tuple(min(a, b) for a, b in zip(chunks, value.shape)) if chunks else True
                group.create_dataset(key, data=value, chunks=chunks, **(more if name != "ion" else {}))
            group["atomic_numbers"] = np.array(numbers, np.int16)
            group["smiles"] = [f"[{name}]"]
            group["subset"] = ["SPICE test"]
        for name in file:
            group = file[name]
            for index in range(7):
                frames.append(
                    frame(
                        group["atomic_numbers"][()],
                        group["conformations"][index].astype(float) * Bohr,
                        arrays={
                            "forces": -group["dft_total_gradient"][index] * Hartree / Bohr,
                            "charges": group["mbis_charges"][index].astype(float),
                        },
                        info={
                            "energy": group["dft_total_energy"][index] * Hartree,
                            "formation_energy": group["formation_energy"][index] * Hartree,
                            "smiles": group["smiles"].asstr()[0],
                            "subset": "SPICE test",
                        },
                    )
                )
    files["spice.h5"] = frames


def lzf():
    """As SPICE, with the filter of h5py's own; zeros, so that it makes the chunks shorter."""
    random = np.random.default_rng(5)
    frames = []
    with h5py.File(FOLDER / "lzf.h5", "w") as file:
        group = file.create_group("zeros")
        positions = np.zeros((40, 2, 3), np.float32)
        positions[:, 1] = random.integers(1, 9, (40, 3))
        energies = np.arange(40) // 10 * 1.5
        more = {"compression": "lzf", "chunks": (16, 2, 3)}
        group.create_dataset("conformations", data=positions, **more)
        group.create_dataset("dft_total_energy", data=energies, compression="lzf", shuffle=True, fletcher32=True)
        group["atomic_numbers"] = np.array([8, 1], np.int16)
        for row in range(40):
            info = {"energy": energies[row] * Hartree}
            frames.append(frame([8, 1], positions[row].astype(float) * Bohr, info=info))
    files["lzf.h5"] = frames


def ani():
    """As ani_gdb_s01.h5 (ANI-1) and ANI-2x.h5."""
    random = np.random.default_rng(3)
    frames = []
    with h5py.File(FOLDER / "ani-1.h5", "w") as file:
        for index, symbols in enumerate(["CHHHH", "NHHH"]):
            group = file.create_group(f"gdb11_s01/gdb11_s01-{index}")
            group["coordinates"] = random.normal(size=(3, len(symbols), 3)).astype(np.float32)
            group["coordinatesHE"] = random.normal(size=(2, len(symbols), 3)).astype(np.float32)
            group["energies"] = random.normal(size=3)
            group["energiesHE"] = random.normal(size=2)
            group["species"] = np.array(list(symbols), "S1")
            group["smiles"] = np.array(list("[H]C"), "S1")
            for row in range(3):
                numbers = [atomic_numbers[symbol] for symbol in symbols]
                energy = group["energies"][row] * Hartree
                info = {"energy": energy, "smiles": "[H]C"}
                frames.append(frame(numbers, group["coordinates"][row].astype(float), info=info))
    files["ani-1.h5"] = frames
    frames = []
    with h5py.File(FOLDER / "ani-2x.h5", "w") as file:
        for atoms in (2, 3):
            group = file.create_group(f"{atoms:03d}")
            group["species"] = random.choice([1, 6, 17], (4, atoms))
            group["coordinates"] = random.normal(size=(4, atoms, 3)).astype(np.float32)
            group["energies"] = random.normal(size=4)
            group["forces"] = random.normal(size=(4, atoms, 3))
            for row in range(4):
                forces = {"forces": group["forces"][row] * Hartree}
                info = {"energy": group["energies"][row] * Hartree}
                positions = group["coordinates"][row].astype(float)
                frames.append(frame(group["species"][row], positions, arrays=forces, info=info))
    files["ani-2x.h5"] = frames


def deepmd():
    """As dpdata's deepmd/hdf5: systems with sets, one of them open."""
    random = np.random.default_rng(4)
    frames = []
    with h5py.File(FOLDER / "deepmd.h5", "w") as file:
        for name, is_open in {"H2O1": False, "Cu2": True}.items():
            system = file.create_group(name)
            types = [0, 1, 0] if name == "H2O1" else [0, 0]
            symbols = ["H", "O"] if name == "H2O1" else ["Cu"]
            atoms = len(types)
            system["type.raw"] = types
            system["type_map.raw"] = np.array(symbols, dtype=h5py.string_dtype())
            if is_open:
                system["nopbc"] = True
            for index, count in enumerate((3, 2)):
                group = system.create_group(f"set.{index:03d}")
                group["coord.npy"] = random.normal(size=(count, 3 * atoms))
                group["force.npy"] = random.normal(size=(count, 3 * atoms))
                group["energy.npy"] = random.normal(size=count)
                if not is_open:
                    group["box.npy"] = np.tile(np.eye(3) * 4, (count, 1, 1)).reshape(count, 9)
                    group["virial.npy"] = random.normal(size=(count, 9))
    with h5py.File(FOLDER / "deepmd.h5") as file:
        for system in file.values():
            numbers = [atomic_numbers[system["type_map.raw"].asstr()[kind]] for kind in system["type.raw"]]
            for group in (system["set.000"], system["set.001"]):
                for row in range(len(group["coord.npy"])):
                    is_open = "nopbc" in system
                    info = {"energy": group["energy.npy"][row]}
                    if not is_open:
                        info["virial"] = group["virial.npy"][row]
                    cell = None if is_open else group["box.npy"][row]
                    forces = {"forces": group["force.npy"][row]}
                    pbc = [not is_open] * 3
                    frames.append(frame(numbers, group["coord.npy"][row], cell, pbc, forces, info))
    files["deepmd.h5"] = frames


def shapes():
    """Molecules of SPICE, each with an array of another shape; the last as it should be."""
    wrong = {
        "axes": {"conformations": (2, 3, 2)},
        "energies": {"dft_total_energy": (2, 2)},
        "gradients": {"dft_total_gradient": (2, 2, 3)},
        "rows": {"dft_total_energy": (1,)},
        "right": {"dft_total_energy": (2, 1)},
    }
    with h5py.File(FOLDER / "shapes.h5", "w") as file:
        for name, changed in wrong.items():
            molecule = file.create_group(name)
            molecule["atomic_numbers"] = [8, 1, 1]
            usual = {"conformations": (2, 3, 3), "dft_total_energy": (2,), "dft_total_gradient": (2, 3, 3)}
            for array, shape in {**usual, **changed}.items():
                values = np.arange(np.prod(shape), dtype=float).reshape(shape)
                molecule[array] = values.astype("<f2") if array == "conformations" else values


shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir()
mace("mace.h5")
mace("mace-old.h5", is_old=True)
# Groups of few names, which need no index.
mace("latest.h5", is_old=False, first=3, libver=("v110", "v110"))
# Names in an index, which is not read.
mace("indexed.h5", libver=("v110", "v110"))
del files["indexed.h5"]
spice()
lzf()
ani()
deepmd()
shapes()
with h5py.File(FOLDER / "other.h5", "w") as other:
    other["a/b"] = [1.0, 2.0]
for path in list(FOLDER.iterdir()):
    # HDF5 leaves much room.
    Path(f"{path}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
    path.unlink()
Path(__file__).with_name("files.json").write_text(json.dumps({"h5py": h5py.__version__, "files": files}) + "\n")
