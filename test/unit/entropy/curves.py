"""Learning curves fitted by SciPy: writes curves.json beside itself. Needs scipy; run once by hand.

Curves are a - b exp(-c ln^2 n) with normal noise of a fixed seed; a, b, c and their standard deviations are those of
scipy.optimize.curve_fit without weights (absolute_sigma=False). Quantiles are those of scipy.stats.t.
"""

import json
import math
import pathlib

import numpy as np
import scipy
from scipy.optimize import curve_fit
from scipy.stats import t

SIZES = [20, 50, 100, 200, 400, 800, 1500, 3000, 6000, 12000]
CASES = [(6.0, 4.0, 0.03, 0.005), (5.3, 5.0, 0.06, 0.02), (8.0, 8.0, 0.02, 0.002), (3.0, 2.5, 0.15, 0.01)]


def curve(n, a, b, c):
    return a - b * np.exp(-c * np.log(n) ** 2)


random = np.random.default_rng(7)
curves = []
for a, b, c, noise in CASES:
    sizes = np.array(SIZES, dtype=float)
    entropies = curve(sizes, a, b, c) + noise * random.standard_normal(len(sizes))
    found, covariance = curve_fit(curve, sizes, entropies, p0=(a, b, c), xtol=1e-14, ftol=1e-14, gtol=1e-14)
    curves.append(
        {
            "points": [{"size": size, "entropy": float(entropy)} for size, entropy in zip(SIZES, entropies)],
            "parameters": found.tolist(),
            "deviations": np.sqrt(np.diag(covariance)).tolist(),
        }
    )
quantiles = [
    {"confidence": confidence, "freedom": freedom, "t": float(t.ppf(0.5 + confidence / 2, freedom))}
    for confidence in (0.5, 0.95, 0.999)
    for freedom in (1, 2, 3, 4, 7, 19, 100)
]
out = {"made_by": f"scipy {scipy.__version__}", "curves": curves, "quantiles": quantiles}
text = json.dumps(out, indent=2)
pathlib.Path(__file__).with_suffix(".json").write_text(text + "\n")
