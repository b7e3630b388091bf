"""What dpdata reads of the systems of DeePMD-kit that test/unit/io/structures/deepmd.test.ts makes: values.json.

    pip install dpdata==1.1.0 numpy && python test/unit/io/structures/deepmd/make-values.py

The systems are small, and made by the same rule here and in the test: number i of an array is sin(i + seed), of a
box 10 on the diagonal and sin(i + seed) elsewhere.
"""

import json
import tempfile
from pathlib import Path

import dpdata
import numpy as np


def numbers(shape, seed):
    return np.sin(np.arange(np.prod(shape)) + seed).reshape(shape)


def boxes(frames, seed):
    found = numbers((frames, 9), seed)
    found[:, [0, 4, 8]] = 10.0
    return found


def write(folder, types, elements, sets, mixed=None):
    folder.mkdir(parents=True)
    (folder / "type.raw").write_text("\n".join(map(str, types)) + "\n")
    (folder / "type_map.raw").write_text("\n".join(elements) + "\n")
    atoms = len(types)
    for index, frames in enumerate(sets):
        own = folder / f"set.{index:03}"
        own.mkdir()
        np.save(own / "coord.npy", numbers((frames, 3 * atoms), 1 + index))
        np.save(own / "box.npy", boxes(frames, 2 + index))
        np.save(own / "energy.npy", numbers((frames,), 3 + index))
        np.save(own / "force.npy", numbers((frames, 3 * atoms), 4 + index))
        np.save(own / "virial.npy", numbers((frames, 9), 5 + index))
        if mixed is not None:
            np.save(own / "real_atom_types.npy", np.array(mixed[index], dtype=np.int32))


def values(data):
    names = np.array(data["atom_names"])[data["atom_types"]]
    return [
        {
            "species": names.tolist(),
            "positions": data["coords"][frame].ravel().tolist(),
            "cell": data["cells"][frame].ravel().tolist(),
            "energy": float(data["energies"][frame]),
            "forces": data["forces"][frame].ravel().tolist(),
            "virial": data["virials"][frame].ravel().tolist(),
        }
        for frame in range(len(data["coords"]))
    ]


def main():
    found = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder / "plain", [0, 1, 1, 0], ["Cu", "Zr"], [2, 3])
        system = dpdata.LabeledSystem(str(folder / "plain"), fmt="deepmd/npy")
        found["plain"] = values(system.data)
        write(folder / "mixed", [0, 0, 0], ["H", "O"], [2], mixed=[[[0, 0, 1], [1, 1, 0]]])
        systems = dpdata.MultiSystems()
        systems.load_systems_from_file(str(folder / "mixed"), fmt="deepmd/npy/mixed")
        # dpdata groups frames by their formula; the order of the file is that of the positions.
        frames = [frame for one in systems for frame in values(one.data)]
        first = numbers((2, 9), 1)[:, 0].tolist()
        found["mixed"] = sorted(frames, key=lambda frame: first.index(frame["positions"][0]))
    path = Path(__file__).resolve().parent / "values.json"
    path.write_text(json.dumps(found, indent=1) + "\n")


main()
