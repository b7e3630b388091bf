"""Kernel densities, normal distributions and mixtures as scikit-learn has them, for mixture-values.json beside this file.

python make-mixture-values.py > mixture-values.json, with numpy and scikit-learn 1.7 or later.
"""

import json

import numpy as np
from sklearn.covariance import EmpiricalCovariance
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

rng = np.random.default_rng(11)
x = np.round(
    np.concatenate(
        [
            rng.normal(size=(60, 3)) @ np.diag([1.0, 0.5, 0.2]) + [0, 0, 0],
            rng.normal(size=(40, 3)) @ np.array([[0.6, 0.2, 0], [0, 0.5, 0.1], [0, 0, 0.4]]) + [3, 1, -1],
        ]
    ),
    6,
)
y = np.round(rng.normal(size=(12, 3)) * 2, 6)

weights = np.array([0.5, 0.5])
means = x[[3, 80]]
covariances = np.array([np.eye(3), np.eye(3)])
mixture = GaussianMixture(
    2,
    weights_init=weights,
    means_init=means,
    precisions_init=np.linalg.inv(covariances),
    reg_covar=1e-6,
    tol=1e-9,
    max_iter=500,
).fit(x)
assert mixture.converged_

pca = PCA(2).fit(x)
# scikit-learn divides variances by n - 1.
scale = np.sqrt(pca.explained_variance_ * (len(x) - 1) / len(x))
bandwidth = len(x) ** (-1 / 6)
density = KernelDensity(bandwidth=bandwidth, rtol=1e-12, atol=0).fit(pca.transform(x) / scale)

print(
    json.dumps(
        {
            "x": x.ravel().tolist(),
            "y": y.ravel().tolist(),
            "weights": weights.tolist(),
            "means": means.tolist(),
            "mixture": {"weights": mixture.weights_.tolist(), "logs": mixture.score_samples(y).tolist()},
            "mahalanobis": EmpiricalCovariance().fit(x).mahalanobis(y).tolist(),
            "share": float(np.sum(PCA(3).fit(x).explained_variance_ratio_[:2])),
            "density": density.score_samples(pca.transform(y) / scale).tolist(),
        }
    )
)
