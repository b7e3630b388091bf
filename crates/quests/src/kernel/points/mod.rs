//! Rows of a matrix, put in order so that rows that are near each other lie together: the axes
//! along which they are ordered, and the sets of rows that kernels are summed over.

mod axes;
mod copies;
mod locality;
mod queries;
mod reference;

pub(crate) use axes::{AXES, Axes, Bounds, Projection};
pub(crate) use copies::Copies;
pub(crate) use locality::{LEAF, order_by_locality};
pub(crate) use queries::{Packed, Queries};
pub use reference::Reference;
pub(crate) use reference::{Leaf, PANEL_VECTORS, ROW_NUMBERS, check_matrix, largest_value, leaf_rows};
