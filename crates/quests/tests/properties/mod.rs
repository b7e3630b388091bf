//! What must hold, one theme per file.

mod additions;
mod bad_arguments;
mod bad_structures;
mod candidates;
mod channels;
mod contacts;
mod crystals;
mod descriptors;
mod duplicates;
mod entropies;
mod estimates;
mod extreme_cells;
mod far_points;
mod invariance;
mod inverse_roots;
mod jobs;
mod kernel_sums;
mod moves;
mod mutual;
mod nearest;
mod out_of_core;
mod radix_sort;
mod remote_steps;
mod single_precision;
mod table_rows;
mod text_bytes;
