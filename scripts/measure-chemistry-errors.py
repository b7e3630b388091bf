"""What docs/chemistry.md says of errors of a model: errors of forces against δH, by mode of `--species`.

python scripts/measure-chemistry-errors.py [FOLDER], with numpy and ase 3.24 or later, after npm run build. Truth
is effective medium theory (ase.calculators.emt); the model is a sum over pairs that is linear in 12 functions of
the distance for each pair of elements, fitted to the forces of the training set. It knows nothing of pairs that
the training set lacks, and pairs are not enough. Prints for one seed the mean error and δH of each kind of
frames, then for all the mean over seeds of Spearman's correlation, and the standard error of that mean.
"""

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.io import write
from pair_model import pair_model

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else "build/chemistry-errors")
SEEDS = range(1, 7)
MODES = ["ignore", "center", "blocks", "full"]
BANDWIDTHS = ["0.015", "0.05"]
EDGES = {"Cu": 3.61, "Ag": 4.09, "Au": 4.08, "Ni": 3.52, "Pd": 3.89, "Pt": 3.92}
BINARIES = [("Cu", "Au"), ("Ag", "Pd"), ("Ni", "Pt")]


def alloy(rng, elements, deviation, ordered=False):
    """32 atoms of fcc with the mean edge of the elements, rattled; L1_2 or shuffled."""
    edge = np.mean([EDGES[element] for element in elements])
    atoms = bulk("Cu", "fcc", a=edge, cubic=True)
    if ordered:
        first, second = rng.permutation(elements)[:2]
        atoms.symbols = [first, second, second, second]
        atoms = atoms * (2, 2, 2)
    else:
        atoms = atoms * (2, 2, 2)
        atoms.symbols = rng.choice(elements, len(atoms))
    atoms.positions += deviation * rng.normal(size=atoms.positions.shape)
    return atoms


def swapped(rng):
    """An ordered crystal of the training set with one pair of atoms swapped."""
    atoms = alloy(rng, BINARIES[rng.integers(len(BINARIES))], 0.06, ordered=True)
    symbols = np.array(atoms.get_chemical_symbols())
    kinds = np.unique(symbols)
    first, second = (rng.choice(np.flatnonzero(symbols == kind)) for kind in kinds)
    symbols[[first, second]] = symbols[[second, first]]
    atoms.symbols = symbols
    return atoms


def sets(rng):
    binary = lambda: BINARIES[rng.integers(len(BINARIES))]  # noqa: E731
    training = [alloy(rng, pair, 0.06, ordered=at % 2 == 0) for pair in BINARIES for at in range(16)]
    known = [alloy(rng, binary(), 0.06, ordered=at % 2 == 0) for at in range(20)]
    tests = {
        "one pair swapped": known + [swapped(rng) for _ in range(20)],
        "other pairs of elements": known + [alloy(rng, rng.permutation(list(EDGES))[:2], 0.06) for _ in range(20)],
        "up to six elements": known
        + [alloy(rng, rng.permutation(list(EDGES))[: rng.integers(3, 7)], 0.06) for _ in range(20)],
        "hot, known pairs": known + [alloy(rng, binary(), rng.uniform(0.06, 0.25)) for _ in range(20)],
    }
    tests["all of these"] = known + list(itertools.chain(*(test[20:] for test in tests.values())))
    return training, tests


def truth(atoms):
    atoms.calc = EMT()
    forces = atoms.get_forces()
    atoms.calc = None
    return forces


def fitted(training):
    """The model: forces of a structure."""
    forces = np.concatenate([truth(atoms).ravel() for atoms in training])
    return pair_model(sorted(EDGES), training, forces)


def deltas(training, test, mode, bandwidth):
    out = FOLDER / "dH.npy"
    command = ["node", "bin/quests.js", "dH", str(test), str(training), "--species", mode, "-b", bandwidth]
    subprocess.run([*command, "-o", str(out), "--overwrite", "--quiet"], check=True, capture_output=True)
    return np.load(out).ravel()


def ranks(values):
    """Ranks; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def spearman(a, b):
    return np.corrcoef(ranks(a), ranks(b))[0, 1]


def explained(tests, model):
    """Mean error and mean δH by mode of each kind of frames, which say why: of one seed."""
    groups = {name: test[20:] for name, test in tests.items() if name != "all of these"}
    known = tests["one pair swapped"][:20]
    groups = {"known, ordered": known[::2], "known, random": known[1::2], **groups}
    for name, group in groups.items():
        error = np.mean([np.linalg.norm(model(atoms) - truth(atoms), axis=1).mean() for atoms in group])
        write(FOLDER / "test.xyz", group, format="extxyz")
        means = [deltas(FOLDER / "training.xyz", FOLDER / "test.xyz", mode, BANDWIDTHS[0]).mean() for mode in MODES]
        print(f"| {name} | {error:.3f} | {' | '.join(f'{mean:.1f}' for mean in means)} |", flush=True)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    found = {}
    for seed in SEEDS:
        rng = np.random.default_rng(seed)
        training, tests = sets(rng)
        model = fitted(training)
        write(FOLDER / "training.xyz", training, format="extxyz")
        if seed == SEEDS[0]:
            explained(tests, model)
        for name, test in tests.items():
            errors = [np.linalg.norm(model(atoms) - truth(atoms), axis=1) for atoms in test]
            write(FOLDER / "test.xyz", test, format="extxyz")
            for bandwidth, mode in itertools.product(BANDWIDTHS, MODES):
                dH = deltas(FOLDER / "training.xyz", FOLDER / "test.xyz", mode, bandwidth).reshape(len(test), -1)
                atoms = spearman(dH.ravel(), np.concatenate(errors))
                frames = spearman(dH.mean(axis=1), [np.sqrt(np.mean(own**2)) for own in errors])
                found.setdefault((bandwidth, name), {}).setdefault(mode, []).append((atoms, frames))
    for (bandwidth, name), modes in found.items():
        for at, what in enumerate(["atoms", "frames"]):
            values = {mode: np.array([pair[at] for pair in pairs]) for mode, pairs in modes.items()}
            cells = [f"{v.mean():.2f} ± {v.std(ddof=1) / len(v) ** 0.5:.2f}" for v in values.values()]
            # Seeds are paired: the same frames in every mode.
            over = [values["full"] - values[mode] for mode in ("ignore", "blocks")]
            cells += [f"{v.mean():+.2f} ± {v.std(ddof=1) / len(v) ** 0.5:.2f}" for v in over]
            print(f"| {bandwidth} | {name}, {what} | {' | '.join(cells)} |", flush=True)


main()
