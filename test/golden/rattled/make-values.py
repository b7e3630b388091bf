"""Entropies of rattled copper by the Python package quests, for values.json beside this file.

python make-values.py > values.json, with quests 2026.2.22 and ase. The random numbers are those of test/support/data/random.ts
(mulberry32, Box and Muller), so that the structures are the same.
"""

import json
import math

import numpy as np
from ase.build import bulk
from quests.descriptor import get_descriptors
from quests.entropy import entropy

LATTICE = 3.615
CELLS = 8
BANDWIDTHS = [0.015, 0.03]
SIGMAS = {"0.05": 1, "0.1": 2, "0.2": 3}


def mulberry32(seed):
    state = seed & 0xFFFFFFFF
    while True:
        state = (state + 0x6D2B79F5) & 0xFFFFFFFF
        mixed = ((state ^ (state >> 15)) * (1 | state)) & 0xFFFFFFFF
        mixed = (mixed + (((mixed ^ (mixed >> 7)) * (61 | mixed)) & 0xFFFFFFFF)) & 0xFFFFFFFF ^ mixed
        yield ((mixed ^ (mixed >> 14)) & 0xFFFFFFFF) / 2**32


def gaussian(seed):
    uniform = mulberry32(seed)
    while True:
        yield math.sqrt(-2 * math.log(1 - next(uniform))) * math.cos(2 * math.pi * next(uniform))


def rattled(sigma, seed):
    normal = gaussian(seed)
    corners = [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)]
    positions = [
        [LATTICE * (cell + offset) for cell, offset in zip((x, y, z), corner)]
        for x in range(CELLS)
        for y in range(CELLS)
        for z in range(CELLS)
        for corner in corners
    ]
    atoms = bulk("Cu", "fcc", a=LATTICE, cubic=True) * (CELLS, CELLS, CELLS)
    atoms.positions = np.array([[x + sigma * next(normal) for x in place] for place in positions])
    return atoms


entropies = {}
for sigma, seed in SIGMAS.items():
    x = get_descriptors([rattled(float(sigma), seed)], k=32, cutoff=5.0)
    entropies[sigma] = {"seed": seed, "entropy": [float(entropy(x, h=h)) for h in BANDWIDTHS]}
print(json.dumps({"lattice": LATTICE, "cells": CELLS, "bandwidths": BANDWIDTHS, "states": entropies}, indent=2))
