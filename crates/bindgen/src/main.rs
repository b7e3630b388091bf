//! `bindgen <module.wasm> <folder>`: writes the JavaScript, the types and the processed module of a
//! wasm-bindgen build into a folder, for the target `web`.

use std::env::args;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (Some(module), Some(folder)) = (args().nth(1), args().nth(2)) else {
        return Err("usage: bindgen <module.wasm> <folder>".into());
    };
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .input_path(module)
        .web(true)?
        .typescript(true)
        .generate(folder)?;
    Ok(())
}
