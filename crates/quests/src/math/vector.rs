//! Vectors of three numbers.

/// A vector in Cartesian coordinates, Å.
pub type Vector = [f64; 3];

/// a · b.
pub(super) fn dot(a: Vector, b: Vector) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

/// a × b.
pub(super) fn cross(a: Vector, b: Vector) -> Vector {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

/// `factor` times `a`.
pub(super) fn scaled(a: Vector, factor: f64) -> Vector {
    a.map(|x| x * factor)
}

/// |a|².
#[inline]
pub(crate) fn squared_norm(a: Vector) -> f64 {
    dot(a, a)
}

/// |a|.
#[inline]
pub(crate) fn norm(a: Vector) -> f64 {
    squared_norm(a).sqrt()
}

/// `a` plus `factor` times `b`.
pub(crate) fn plus(a: Vector, b: Vector, factor: f64) -> Vector {
    std::array::from_fn(|axis| a[axis] + factor * b[axis])
}
