"""What docs/arena.md says: scores of `quests uncertainty --compare` on truths that ASE has.

python scripts/measure-arena.py [FOLDER], with numpy and ase 3.24 or later, after npm run build. Truth is an
analytic potential; the model is a sum over pairs that is linear in 12 functions of the distance for each pair
of elements, fitted to the forces of the training set, so that it errs where the training set says little, and
where pairs are not enough. Prints one row for each test set, then mean ranks with intervals.
"""

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import bulk
from ase.calculators.emt import EMT
from ase.calculators.tip3p import TIP3P, angleHOH, rOH
from ase.io import write
from ase.md.langevin import Langevin
from ase.md.velocitydistribution import MaxwellBoltzmannDistribution
from ase.units import fs
from pair_model import pair_model

FOLDER = Path(sys.argv[1] if len(sys.argv) > 1 else "build/arena")


def cut(atoms, calculator):
    """The structure with its true forces."""
    atoms = atoms.copy()
    atoms.calc = calculator()
    forces = atoms.get_forces(apply_constraint=False)
    atoms.calc = None
    atoms.arrays["forces"] = forces
    return atoms


def fitted(training, tests):
    """Adds the forces of the model to all tests."""
    symbols = sorted({symbol for atoms in training for symbol in atoms.get_chemical_symbols()})
    forces = np.concatenate([atoms.arrays["forces"].ravel() for atoms in training])
    model = pair_model(symbols, training, forces)
    for atoms in [*training, *itertools.chain(*tests.values())]:
        atoms.arrays["forces_fit"] = model(atoms)


def rattled(atoms, deviation, rng):
    atoms = atoms.copy()
    atoms.positions += deviation * rng.normal(size=atoms.positions.shape)
    return atoms


def metal(rng):
    """Copper by EMT: cold crystals to train on; hotter ones, vacancies, strain, a melt."""
    cell = bulk("Cu", "fcc", a=3.6, cubic=True) * (2, 2, 2)
    training = [cut(rattled(cell, 0.06, rng), EMT) for _ in range(24)]

    def vacancy():
        atoms = cell.copy()
        del atoms[int(rng.integers(len(atoms)))]
        return rattled(atoms, 0.06, rng)

    def strained():
        atoms = cell.copy()
        strain = np.eye(3) + 0.05 * rng.normal(size=(3, 3)) / 2
        atoms.set_cell(atoms.cell @ strain, scale_atoms=True)
        return rattled(atoms, 0.06, rng)

    tests = {
        "in domain": [rattled(cell, 0.06, rng) for _ in range(40)],
        "hot": [rattled(cell, rng.uniform(0.06, 0.3), rng) for _ in range(60)],
        "vacancies": [vacancy() for _ in range(40)],
        "strain": [strained() for _ in range(40)],
        "melt": molten(cell, 40),
    }
    return training, {name: [cut(atoms, EMT) for atoms in test] for name, test in tests.items()}


def molten(cell, count):
    atoms = cell.copy()
    atoms.set_cell(1.05 * atoms.cell, scale_atoms=True)
    atoms.calc = EMT()
    MaxwellBoltzmannDistribution(atoms, temperature_K=5000, rng=np.random.default_rng(5))
    run = Langevin(atoms, 4 * fs, temperature_K=2500, friction=0.02 / fs, rng=np.random.default_rng(6))
    run.run(150)
    frames = []
    for _ in range(count):
        run.run(8)
        frames.append(Atoms(atoms.symbols, atoms.positions, cell=atoms.cell, pbc=True))
    return frames


def alloy(rng):
    """Cu and Au on one lattice by EMT: ordered and dilute to train on; random ones, hot ones, and silver."""

    def mixed(share, deviation, third=0.0):
        a = 3.6 + 0.48 * share
        atoms = bulk("Cu", "fcc", a=a, cubic=True) * (2, 2, 2)
        draw = rng.random(len(atoms))
        atoms.symbols = np.where(draw < third, "Ag", np.where(draw < third + share, "Au", "Cu"))
        return rattled(atoms, deviation, rng)

    def ordered():
        atoms = bulk("Cu", "fcc", a=3.76, cubic=True)
        atoms.symbols[0] = "Au"
        return rattled(atoms * (2, 2, 2), 0.06, rng)

    training = [ordered() for _ in range(16)] + [mixed(0.06, 0.06) for _ in range(8)]
    tests = {
        "in domain": [ordered() for _ in range(20)] + [mixed(0.06, 0.06) for _ in range(20)],
        "random": [mixed(rng.uniform(0.1, 0.9), 0.06) for _ in range(50)],
        "random, hot": [mixed(rng.uniform(0.1, 0.9), rng.uniform(0.06, 0.25)) for _ in range(50)],
        "with Ag": [mixed(0.25, 0.06, rng.choice([0, 0.1, 0.3])) for _ in range(50)],
    }
    training = [cut(atoms, EMT) for atoms in training]
    return training, {name: [cut(atoms, EMT) for atoms in test] for name, test in tests.items()}


def molecular(rng):
    """Clusters of rigid water by TIP3P: loose ones to train on; denser ones, and larger ones."""

    def water():
        half = np.deg2rad(angleHOH) / 2
        hydrogen = rOH * np.array([[np.sin(half), np.cos(half), 0], [-np.sin(half), np.cos(half), 0]])
        atoms = Atoms("OHH", [[0, 0, 0], *hydrogen])
        quaternion = rng.normal(size=4)
        w, x, y, z = quaternion / np.linalg.norm(quaternion)
        turn = np.array(
            [
                [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
                [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
                [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
            ]
        )
        atoms.positions = atoms.positions @ turn.T
        return atoms

    def cluster(count, spacing):
        side = int(np.ceil(count ** (1 / 3)))
        sites = [site for site in itertools.product(range(side), repeat=3)][:count]
        atoms = Atoms()
        for site in sites:
            one = water()
            one.positions += spacing * (np.array(site) + 0.12 * rng.normal(size=3))
            atoms += one
        atoms.set_cell([40, 40, 40])
        atoms.center()
        atoms.pbc = False
        return atoms

    calculator = lambda: TIP3P(rc=15.0)  # noqa: E731
    sets = {
        "training": [cluster(8, 3.2) for _ in range(60)],
        "in domain": [cluster(8, 3.2) for _ in range(60)],
        "dense": [cluster(8, rng.uniform(2.7, 3.2)) for _ in range(60)],
        "larger": [cluster(20, 3.1) for _ in range(30)],
    }
    found = {name: [cut(atoms, calculator) for atoms in test] for name, test in sets.items()}
    return found.pop("training"), found


def compared(training, test, species):
    command = ["node", "bin/quests.js", "uncertainty", str(test), str(training)]
    options = ["--prediction", "forces_fit", "--compare", "--json", "--quiet", "--species", species]
    return json.loads(subprocess.run([*command, *options], check=True, capture_output=True, text=True).stdout)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    results = []
    truths = {"Cu": (metal, ["ignore"]), "CuAu": (alloy, ["ignore", "center"]), "water": (molecular, ["center"])}
    for name, (make, modes) in truths.items():
        training, tests = make(np.random.default_rng(1))
        fitted(training, tests)
        path = FOLDER / f"{name}-training.xyz"
        write(path, training, format="extxyz")
        for test, structures in tests.items():
            file = FOLDER / f"{name}-{test.replace(', ', '-').replace(' ', '-')}.xyz"
            write(file, structures, format="extxyz")
            for mode in modes:
                found = compared(path, file, mode)
                results.append((f"{name}, {test}" + (f" (`{mode}`)" if len(modes) > 1 else ""), found))
                print(row(*results[-1]), flush=True)
    (FOLDER / "results.json").write_text(json.dumps(results))
    print(ranks(results))


def row(name, found):
    values = [score["environments"]["spearman"]["value"] for score in found["scores"]]
    return "| " + " | ".join([name, f"{found['mean_error']:.3g}", *(f"{value:.2f}" for value in values)]) + " |"


def ranks(results):
    names = [score["name"] for score in results[0][1]["scores"]]
    rng = np.random.default_rng(0)
    table = np.array([[score["environments"]["rank"]["value"] for score in found["scores"]] for _, found in results])
    draws = table[rng.integers(len(table), size=(2000, len(table)))].mean(axis=1)
    low, high = np.quantile(draws, [0.025, 0.975], axis=0)
    lines = [f"| {n} | {m:.1f} | {a:.1f} to {b:.1f} |" for n, m, a, b in zip(names, table.mean(axis=0), low, high)]
    better = [sum(f["scores"][at]["environments"]["against_dH"]["low"] > 0 for _, f in results) for at in range(len(names))]
    worse = [sum(f["scores"][at]["environments"]["against_dH"]["high"] < 0 for _, f in results) for at in range(len(names))]
    return "\n".join(f"{line} {b} | {w} |" for line, b, w in zip(lines, better, worse))


main()
