import { initSync, perform } from '../../dist/wasm/quests_wasm.js';
import { bufferOf, type FromWorker, type ToWorker } from './errand.js';

/** What a worker does with what it is sent: the same in Node and in browsers. */
export function errandLoop(
  reply: (message: FromWorker, transfer: ArrayBuffer[]) => void,
): (message: ToWorker) => void {
  return (message) => {
    try {
      if ('module' in message) {
        initSync({ module: message.module });
        reply({ result: new Float64Array(0) }, []);
        return;
      }
      const result = perform(message.errand);
      reply({ result }, [bufferOf(result)]);
    } catch (thrown) {
      reply({ failure: thrown instanceof Error ? thrown.message : String(thrown) }, []);
    }
  };
}
