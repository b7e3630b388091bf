"""Small Parquet files of structures, as pyarrow writes them, and the values that pyarrow and ASE read of them.

    pip install pyarrow==26.0.1 ase==3.29.0 numpy && python test/unit/io/structures/parquet/make-files.py

The columns are those of ColabFit, and of OPTIMADE as LeMaterial writes them. Files stand beside this script; values
in values.json: of each file, frame by frame, after units (ase.units).
"""

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ase import Atoms, units
from ase.data import chemical_symbols

FOLDER = Path(__file__).resolve().parent
random = np.random.default_rng(20)


def frames(count):
    for index in range(count):
        atoms = 1 + index % 4
        yield {
            "numbers": random.choice([1, 6, 8, 29, 40], atoms),
            "positions": random.normal(0, 3, (atoms, 3)),
            "cell": np.diag([5.0, 6.0, 7.0]) + random.normal(0, 0.2, (3, 3)),
            "pbc": [True, index % 2 == 0, True],
            "energy": float(random.normal(-10, 1)),
            "forces": random.normal(0, 1, (atoms, 3)),
            "stress": random.normal(0, 0.01, (3, 3)),
        }


def colabfit(rows):
    number = pa.list_(pa.list_(pa.float64()))
    schema = pa.schema(
        [
            ("property_id", pa.string()),
            ("last_modified", pa.timestamp("us")),
            ("energy", pa.float64()),
            ("atomic_forces", number),
            ("cauchy_stress", number),
            ("cauchy_stress_volume_normalized", pa.bool_()),
            ("electronic_band_gap", pa.float64()),
            ("cell", number),
            ("positions", number),
            ("pbc", pa.list_(pa.bool_())),
            ("atomic_numbers", pa.list_(pa.int32())),
            ("nsites", pa.int32()),
            ("dimension_types", pa.list_(pa.int32())),
            ("names", pa.list_(pa.string())),
        ]
    )
    table = [
        {
            "property_id": f"PO_{index}",
            "last_modified": 1_700_000_000_000_000,
            "energy": row["energy"],
            "atomic_forces": row["forces"].tolist() if index != 2 else None,
            "cauchy_stress": row["stress"].tolist(),
            "cauchy_stress_volume_normalized": index != 3,
            "electronic_band_gap": None,
            "cell": row["cell"].tolist(),
            "positions": row["positions"].tolist(),
            "pbc": row["pbc"],
            "atomic_numbers": row["numbers"].tolist(),
            "nsites": len(row["numbers"]),
            "dimension_types": [int(flag) for flag in row["pbc"]],
            "names": ["a", "b"],
        }
        for index, row in enumerate(rows)
    ]
    return pa.Table.from_pylist(table, schema)


def lemat(rows):
    number = pa.list_(pa.list_(pa.float64()))
    schema = pa.schema(
        [
            ("elements", pa.list_(pa.string())),
            ("nsites", pa.int32()),
            ("dimension_types", pa.list_(pa.int8())),
            ("lattice_vectors", number),
            ("immutable_id", pa.string()),
            ("cartesian_site_positions", number),
            ("species", pa.string()),
            ("species_at_sites", pa.list_(pa.string())),
            ("stress_tensor", number),
            ("energy", pa.float64()),
            ("magnetic_moments", pa.list_(pa.float64())),
            ("forces", number),
            ("cross_compatibility", pa.bool_()),
        ]
    )
    table = []
    for index, row in enumerate(rows):
        symbols = [chemical_symbols[number] for number in row["numbers"]]
        kinds = sorted(set(symbols))
        table.append(
            {
                "elements": kinds,
                "nsites": len(symbols),
                "dimension_types": [1, 1, 1],
                "lattice_vectors": row["cell"].tolist(),
                "immutable_id": f"agm{index}",
                "cartesian_site_positions": row["positions"].tolist(),
                "species": json.dumps(
                    [{"name": kind, "chemical_symbols": [kind], "concentration": [1.0]} for kind in kinds]
                ),
                "species_at_sites": symbols,
                "stress_tensor": (row["stress"] / (0.1 * units.GPa)).tolist(),
                "energy": row["energy"],
                "magnetic_moments": row["forces"][:, 0].tolist(),
                "forces": row["forces"].tolist(),
                "cross_compatibility": True,
            }
        )
    return pa.Table.from_pylist(table, schema)


def values(table):
    frames = []
    for row in table.to_pylist():
        numbers = row.get("atomic_numbers")
        atoms = Atoms(
            numbers=numbers,
            symbols=None if numbers else row["species_at_sites"],
            positions=row.get("positions") or row["cartesian_site_positions"],
            cell=row.get("cell") or row["lattice_vectors"],
            pbc=row.get("pbc") or [bool(flag) for flag in row["dimension_types"]],
        )
        forces = row.get("atomic_forces", row.get("forces"))
        stress = row.get("cauchy_stress")
        if stress is None:
            stress = (np.array(row["stress_tensor"]) * 0.1 * units.GPa).tolist()
        frames.append(
            {
                "species": atoms.get_chemical_symbols(),
                "positions": atoms.positions.ravel().tolist(),
                "cell": np.array(atoms.cell).ravel().tolist(),
                "pbc": atoms.pbc.tolist(),
                "energy": row["energy"],
                "forces": None if forces is None else np.ravel(forces).tolist(),
                "stress": np.ravel(stress).tolist(),
            }
        )
    return frames


def main():
    first, second = colabfit(list(frames(5))), lemat(list(frames(5)))
    # Several row groups; pages of one row; the index of pages, and without.
    pq.write_table(first, FOLDER / "colabfit.parquet", row_group_size=2, compression="snappy")
    pq.write_table(
        second,
        FOLDER / "lemat.parquet",
        compression="zstd",
        data_page_version="2.0",
        write_page_index=True,
        data_page_size=1,
        write_batch_size=1,
    )
    found = {"colabfit.parquet": values(first), "lemat.parquet": values(second)}
    (FOLDER / "values.json").write_text(json.dumps(found, indent=1) + "\n")


main()

# The same rows in pages of other kinds: coordinate k of atom j of frame i is i + j / 8 + k / 64.
number = pa.list_(pa.list_(pa.float64()))
rows = [[[i + j / 8 + k / 64 for k in range(3)] for j in range(1 + i % 7)] for i in range(40)]
numbers = [[29] * len(row) for row in rows]
for name, settings in {
    "pages": {"use_dictionary": False, "data_page_size": 128, "write_batch_size": 3},
    "pages2": {"data_page_version": "2.0", "use_dictionary": False},
    "words": {"use_dictionary": True, "row_group_size": 15, "compression": "none"},
}.items():
    table = pa.table({"atomic_numbers": numbers, "positions": pa.array(rows, number)})
    pq.write_table(table, FOLDER / f"{name}.parquet", **settings)
ragged = rows[:3] + [[[1.0, 2.0]]] + rows[4:6] + [[[1.0, 2.0, 3.0], None]] + rows[7:9]
table = pa.table({"positions": pa.array(ragged, number), "forces": pa.array(rows[:9], number)})
pq.write_table(table, FOLDER / "ragged.parquet")
