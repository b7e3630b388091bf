// Checked by the compiler, not run: both generated type files say what CoreModule says. The names
// are compared both ways, so that a function one binding has and the boundary doesn't know of is
// found as well.
import type { CoreJob, CoreModule, CoreReference } from '../../ts/backend/backend.js';
import type { OutOfCoreModule } from '../../ts/backend/out-of-core.js';
import type { CorePiece } from '../../ts/backend/pieces.js';
import type { RemoteStepJob, WasmModule } from '../../ts/backend/remote-step.js';

type Native = typeof import('../../dist/native/quests.js');
type Wasm = typeof import('../../dist/wasm/quests_wasm.js');

/** Compiles only where `Actual` can stand in for `Wanted`. */
type Fits<Actual extends Wanted, Wanted> = Actual;

export type NativeFits = Fits<Native, CoreModule & OutOfCoreModule>;
export type WasmFits = Fits<Wasm, WasmModule>;

/** Classes and the loader are the bindings' own. */
type Functions<Module> = Exclude<keyof Module, 'Job' | 'Piece' | 'Reference' | 'default' | 'initSync'>;

export type NativeHasNoMore = Fits<Functions<Native>, keyof CoreModule | keyof OutOfCoreModule>;
export type WasmHasNoMore = Fits<Functions<Wasm>, keyof WasmModule>;

/** Parameters are compared loosely where a handle is among them; the handles themselves are not. */
export type HandlesFit = [
  Fits<InstanceType<Native['Job']>, CoreJob>,
  Fits<InstanceType<Native['Reference']>, CoreReference>,
  Fits<InstanceType<Native['Piece']>, CorePiece>,
  Fits<ReturnType<Wasm['describe']>, RemoteStepJob>,
  Fits<ReturnType<Wasm['reference']>, CoreReference>,
  Fits<ReturnType<Wasm['piece']>, CorePiece>,
];

/** A native step runs off the event loop, a step in WebAssembly on it. */
export type StepsDiffer = [
  Fits<ReturnType<ReturnType<Native['describe']>['step']>, Promise<void>>,
  Fits<undefined, ReturnType<ReturnType<Wasm['describe']>['step']>>,
];
