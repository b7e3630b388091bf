//! Who may import whom: read from the sources, so that no import points up and no modules import
//! each other in a circle. The order is told in `src/lib.rs`.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// One layer after the other, the lowest first. A module may import from lower layers only, so the
/// modules of one layer don't know each other, and there is no circle.
const LAYERS: &[&[&str]] = &[
    &["error"],
    &["math", "message", "parallel", "profile", "room", "simd"],
    &["job"],
    &["structure", "table"],
    &["neighbors"],
    &["environment", "frame_steps"],
    &["descriptor", "contacts"],
    &["kernel"],
    &["entropy"],
    &["coverage", "select"],
    &["remote"],
];

/// The same within `kernel`.
const KERNEL_LAYERS: &[&[&str]] = &[
    &["checks", "bandwidth"],
    &["points"],
    &["sums"],
    &["duplicates", "estimate", "out_of_core"],
];

/// What is on the way from structures to descriptors; kernels don't know of it.
const ATOMS: &[&str] = &[
    "structure",
    "neighbors",
    "environment",
    "frame_steps",
    "descriptor",
    "contacts",
];

/// What is on the way from descriptors to entropies and selections.
const SETS: &[&str] = &["kernel", "entropy", "coverage", "select"];

/// What a source takes from `prefix`: the first name of each path after it, lists in braces and
/// paths in the code included.
fn imported(source: &str, prefix: &str) -> Vec<String> {
    let lines = source.lines().map(str::trim_start);
    let code: Vec<&str> = lines.filter(|line| !line.starts_with("//")).collect();
    let code = code.join(" ");
    let mut names = Vec::new();
    for (at, _) in code.match_indices(prefix) {
        if !code[..at].ends_with(is_of_name) {
            names.extend(first_names(&code[at + prefix.len()..]));
        }
    }
    names
}

fn is_of_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The first name of a path, or of each path of a list in braces.
fn first_names(path: &str) -> Vec<String> {
    let Some(list) = path.strip_prefix('{') else {
        return vec![path.chars().take_while(|letter| is_of_name(*letter)).collect()];
    };
    let mut items = vec![String::new()];
    let mut depth = 0;
    for letter in list.chars() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            _ => {}
        }
        if let Some(item) = items.last_mut() {
            item.push(letter);
        }
    }
    let names = items.iter().map(|item| item.trim_start_matches([',', ' ']));
    names.flat_map(first_names).collect()
}

fn layer(layers: &[&[&str]], name: &str) -> Option<usize> {
    layers.iter().position(|layer| layer.contains(&name))
}

/// Imports of `module` that are not allowed, one on each line.
fn offences(module: &str, source: &str, prefix: &str, layers: &[&[&str]]) -> String {
    let mut out = String::new();
    let Some(own) = layer(layers, module) else {
        return format!("{module} is in no layer\n");
    };
    for name in imported(source, prefix) {
        let is_up = layer(layers, &name).is_some_and(|other| name != module && other >= own);
        let crosses = SETS.contains(&module) && ATOMS.contains(&name.as_str());
        if is_up || crosses {
            writeln!(out, "{module} imports {name}").unwrap();
        }
    }
    out
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .collect()
}

/// Module that a file of `folder` belongs to; none for the root of the crate or the folder.
fn module_of(folder: &Path, file: &Path) -> Option<String> {
    let name = file.strip_prefix(folder).unwrap().iter().next().unwrap();
    let name = name.to_str().unwrap().trim_end_matches(".rs").to_owned();
    (name != "lib" && name != "mod").then_some(name)
}

fn offences_of_all(folder: &Path, prefix: &str, layers: &[&[&str]]) -> String {
    let mut out = String::new();
    for file in sources(folder) {
        if let Some(module) = module_of(folder, &file) {
            out += &offences(&module, &fs::read_to_string(&file).unwrap(), prefix, layers);
        }
    }
    out
}

#[test]
fn imports_go_down() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    assert_eq!(offences_of_all(&root, "crate::", LAYERS), "");
    let kernel = root.join("kernel");
    assert_eq!(offences_of_all(&kernel, "crate::kernel::", KERNEL_LAYERS), "");
    assert_eq!(offences_of_all(&kernel, "super::", KERNEL_LAYERS), "");
}

#[test]
fn every_layer_has_its_modules() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (folder, layers) in [(root.clone(), LAYERS), (root.join("kernel"), KERNEL_LAYERS)] {
        let mut found: Vec<String> = sources(&folder)
            .iter()
            .filter_map(|file| module_of(&folder, file))
            .collect();
        found.sort();
        found.dedup();
        let mut named: Vec<&str> = layers.concat();
        named.sort_unstable();
        assert_eq!(found, named);
    }
}

#[test]
fn planted_offences_are_found() {
    let found = |module: &str, source: &str| offences(module, source, "crate::", LAYERS);
    assert_eq!(found("math", "use crate::job::Job;"), "math imports job\n");
    assert_eq!(found("math", "use crate::{Error, job};"), "math imports job\n");
    assert_eq!(
        found("math", "    crate::select::select()"),
        "math imports select\n"
    );
    assert_eq!(
        found(
            "math",
            "use crate::{\n    Error,\n    kernel::{A, B},\n    select,\n};"
        ),
        "math imports kernel\nmath imports select\n"
    );
    assert_eq!(
        found("descriptor", "use crate::contacts;"),
        "descriptor imports contacts\n"
    );
    assert_eq!(
        found("select", "use crate::structure::Frames;"),
        "select imports structure\n"
    );
    assert_eq!(found("nowhere", ""), "nowhere is in no layer\n");
    let kernel = |module: &str, source: &str| offences(module, source, "crate::kernel::", KERNEL_LAYERS);
    assert_eq!(
        kernel("points", "use crate::kernel::sums::KernelJob;"),
        "points imports sums\n"
    );
    for fine in [
        "use crate::{Error, Result};",
        "use crate::math::Vector;",
        "// use crate::job;",
    ] {
        assert_eq!(found("neighbors", fine), "");
    }
}
