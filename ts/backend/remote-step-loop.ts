import { initSync, computeRemoteStep } from '../../dist/wasm/quests_wasm.js';
import { failureText, instance } from './out-of-memory.js';
import { bufferOf, type FromWorker, type ToWorker } from './remote-step.js';

/** What a worker does with what it is sent: the same in Node and in browsers. */
export function remoteStepLoop(
  reply: (message: FromWorker, transfer: ArrayBuffer[]) => void,
): (message: ToWorker) => void {
  let held = (): number => 0;
  return (message) => {
    try {
      if ('module' in message) {
        const { memory } = instance(() => initSync({ module: message.module }));
        held = () => memory.buffer.byteLength;
        reply({ result: new Float64Array(0) }, []);
        return;
      }
      const result = computeRemoteStep(message.step);
      reply({ result }, [bufferOf(result)]);
    } catch (thrown) {
      reply({ failure: failureText(thrown, held()) }, []);
    }
  };
}
