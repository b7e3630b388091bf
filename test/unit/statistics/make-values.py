"""Correlations, AUROC and quantile regressions as scipy and scikit-learn have them, for values.json beside this file.

python make-values.py > values.json, with numpy, scipy 1.17 and scikit-learn.
"""

import json

import numpy as np
from scipy import stats
from sklearn.linear_model import QuantileRegressor
from sklearn.metrics import roc_auc_score

rng = np.random.default_rng(7)


def case(n, ties):
    x = rng.normal(size=n)
    y = 0.6 * x + rng.normal(size=n) * np.exp(0.4 * x)
    if ties:
        x, y = np.round(x, 0), np.round(y, 0)
    else:
        x, y = np.round(x, 6), np.round(y, 6)
    threshold = float(np.quantile(y, 0.7))
    regressions = []
    for level in (0.1, 0.5, 0.9, 0.95):
        fit = QuantileRegressor(quantile=level, alpha=0, solver="highs").fit(x[:, None], y)
        rest = y - fit.predict(x[:, None])
        loss = float(np.sum(np.where(rest >= 0, level * rest, (level - 1) * rest)))
        regressions.append(
            {"level": level, "intercept": float(fit.intercept_), "slope": float(fit.coef_[0]), "loss": loss}
        )
    return {
        "x": x.tolist(),
        "y": y.tolist(),
        "pearson": float(stats.pearsonr(x, y).statistic),
        "spearman": float(stats.spearmanr(x, y).statistic),
        "threshold": threshold,
        "auroc": float(roc_auc_score(y > threshold, x)),
        "regressions": regressions,
    }


print(json.dumps({"cases": [case(41, False), case(60, True), case(97, False)]}))
