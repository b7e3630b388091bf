"""The process of a Python package: `python engine.py <package> <batch>`; one JSON request a line, one answer a line.

It does what bench/task.ts says, and answers with the same numbers as bench/engines/ours.ts.
"""

import json
import resource
import sys
import time
from importlib.metadata import version

import numpy as np

K = 32
CUTOFF = 5.0
BANDWIDTH = 0.015
# As in bench/engines/ours.ts.
ZERO = 1e-9

package, batch = sys.argv[1], int(sys.argv[2])
options = {"batch_size": batch} if batch else {}


def frames_in(folder):
    from ase import Atoms

    positions, offsets, cells, pbc = (np.load(f"{folder}/{name}.npy") for name in ("positions", "offsets", "cells", "pbc"))
    offsets, pbc = offsets.ravel().astype(int), pbc.ravel()
    frames = []
    for i, (start, end) in enumerate(zip(offsets[:-1], offsets[1:])):
        frames.append(Atoms(numbers=np.ones(end - start), positions=positions[start:end], cell=cells[i].reshape(3, 3), pbc=bool(pbc[i])))
    return frames


def moments(x):
    return [float(x.mean()), float((x * x).mean())]


# Each of these returns what is timed, and what looks at its result afterwards: the numbers to check, and bytes.


def descriptors(task):
    from quests.descriptor import get_descriptors

    frames = frames_in(task["frames"])
    return lambda: get_descriptors(frames, k=K, cutoff=CUTOFF), lambda x: (moments(x), x.nbytes)


def matrix(path, rows=None):
    return np.ascontiguousarray(np.load(path)[:rows])


def entropy(task):
    from quests.entropy import perfect_entropy

    x = matrix(task["matrix"], task.get("rows"))
    return lambda: perfect_entropy(x, h=BANDWIDTH, **options), lambda H: ([float(H)], x.nbytes)


def delta_entropy(task):
    from quests.entropy import delta_entropy

    y, x = matrix(task["test"], task.get("rows")), matrix(task["reference"])
    run = lambda: delta_entropy(y, x, h=BANDWIDTH, **options)
    return run, lambda dH: ([float(np.exp(-dH).mean()), float((dH > ZERO).mean())], x.nbytes)


def kernel_density(task):
    """H from a tree, exactly: its densities are p/N in units of the kernel's norm."""
    from sklearn.neighbors import KernelDensity

    x = matrix(task["matrix"], task.get("rows"))
    norm = 0.5 * x.shape[1] * np.log(2 * np.pi * BANDWIDTH**2)
    run = lambda: KernelDensity(bandwidth=BANDWIDTH, rtol=0, atol=0).fit(x).score_samples(x)
    return run, lambda density: ([float(-(density + norm).mean())], x.nbytes)


def neighbors(task):
    (atoms,) = frames_in(task["frames"])
    if package == "vesin":
        from vesin import NeighborList

        search = NeighborList(cutoff=CUTOFF, full_list=True)
        cell = np.array(atoms.cell)
        run = lambda: search.compute(points=atoms.positions, box=cell, periodic=True, quantities="id")
    else:
        from matscipy.neighbours import neighbour_list

        run = lambda: neighbour_list("id", atoms, cutoff=CUTOFF)

    def check(pairs):
        i, d = pairs
        nearest = np.full(len(atoms), np.inf)
        np.minimum.at(nearest, i, d)
        return [float(((1 - (nearest / CUTOFF) ** 2) ** 2 / nearest).mean())], d.nbytes

    return run, check


def read(task):
    from readers import READERS

    frames_of = READERS[package, task.get("format", "")]
    labels = task.get("labels")

    def run():
        frames = atoms = 0
        total = energies = squares = 0.0
        for count, positions, energy, forces in frames_of(task["file"], labels):
            frames += count
            atoms += positions.size // 3
            total += positions.sum()
            if labels:
                energies += energy
            if labels == "forces":
                squares += (forces * forces).sum()
        values = [frames, atoms, float(total)]
        return values + [float(energies)] * bool(labels) + [float(squares)] * (labels == "forces")

    return run, lambda found: (found, found[1] * 24)


TASKS = {
    "descriptors": descriptors,
    "entropy": kernel_density if package == "sklearn" else entropy,
    "deltaEntropy": delta_entropy,
    "neighbors": neighbors,
    "read": read,
}


def warm_up():
    """numba compiles at the first call, for half a minute."""
    if package != "quests":
        return
    from ase import Atoms
    from quests.descriptor import get_descriptors
    from quests.entropy import delta_entropy, perfect_entropy

    positions = np.random.default_rng(0).uniform(0, 12, (60, 3))
    x = get_descriptors([Atoms("H60", positions=positions, cell=[12] * 3, pbc=p) for p in (True, False)], k=K, cutoff=CUTOFF)
    perfect_entropy(x, h=BANDWIDTH)
    delta_entropy(x, x, h=BANDWIDTH)


def facts():
    threads = 1
    if package == "quests":
        import numba

        threads = numba.get_num_threads()
    packages = {"quests": ["quests", "numba", "numpy"], "sklearn": ["scikit-learn"], "ase-db-backends": ["ase_db_backends", "ase"]}
    names = packages.get(package, [package, "ase"] if package in ("h5py", "pyarrow") else [package])
    return {"versions": ", ".join(f"{name} {version(name)}" for name in names), "threads": threads, "simd": ""}


def timed(run):
    start = time.perf_counter()
    result = run()
    return time.perf_counter() - start, result


def answer(request, state={}):
    if request["do"] == "facts":
        return facts()
    if request["do"] == "prepare":
        task = request["task"]
        state["run"], check = TASKS[task["kind"]](task)
        warm_up()
        seconds, result = timed(state["run"])
        values, size = check(result)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return {"values": values, "seconds": seconds, "peak": peak, "bytes": size}
    return {"seconds": [timed(state["run"])[0] for _ in range(request["iterations"])]}


for line in sys.stdin:
    try:
        reply = answer(json.loads(line))
    except Exception as error:
        reply = {"error": f"{type(error).__name__}: {error}"}
    # numba and others print as they like; the answer is the one line of ours.
    print(json.dumps(reply), flush=True)
