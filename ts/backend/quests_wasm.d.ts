// Stands in for the generated bindings where they are not built, so that the sources can be
// compiled without them: then everything of theirs has type any. That the generated ones fit is
// checked in test/types.
declare module '*/dist/wasm/quests_wasm.js';
