import { DEFAULTS } from 'quests';
import type { LiveLimit, LiveRequest } from 'quests/explore';
import { element } from './element.js';
import { type EngineWorker, startEngine } from './engine-worker.js';
import { type LammpsWorker, startLammps } from './lammps-worker.js';
import type { ForLive, LammpsRun, LiveWorkerReply, LiveWorkerRequest } from './live-protocol.js';
import { LIVE_SCRIPTS } from './live-scripts.js';

const input = (id: string): HTMLInputElement => element(`live-${id}`, HTMLInputElement);

/** Numbers of each check that can be asked for, beside the largest δH. */
const NUMBERS: Readonly<Record<string, Pick<LammpsRun, 'entropy' | 'mean'>>> = {
  all: { entropy: true, mean: true },
  entropy: { entropy: true, mean: false },
  maximum: { entropy: false, mean: false },
};

/** LAMMPS in the page: what is run, in a worker of its own. */
export class LiveSimulation {
  readonly #limit: () => LiveLimit;
  readonly #take: (reply: LiveWorkerReply) => void;
  readonly #attach: (ask: (request: LiveRequest) => void) => void;
  readonly #choice = element('live-choice', HTMLSelectElement);
  readonly #script = element('live-script', HTMLTextAreaElement);
  readonly #stop = element('live-stop', HTMLButtonElement);
  #engine: EngineWorker | undefined;
  #lammps: LammpsWorker | null = null;
  #isStopping = false;

  /**
   * @param limit what the person has set
   * @param take takes what the worker says
   * @param attach is given what asks the worker, whenever there is another
   */
  constructor(
    limit: () => LiveLimit,
    take: (reply: LiveWorkerReply) => void,
    attach: (ask: (request: LiveRequest) => void) => void,
  ) {
    this.#limit = limit;
    this.#take = take;
    this.#attach = attach;
    this.#choice.replaceChildren(...LIVE_SCRIPTS.map(({ key, name }) => new Option(name, key)));
    this.#choice.addEventListener('change', () => this.#fill());
    this.#script.addEventListener('input', () => (this.#choice.value = 'own'));
    element('live-form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#run();
    });
    this.#stop.addEventListener('click', () => this.#end());
    input('k').value = String(DEFAULTS.k);
    input('bandwidth').value = String(DEFAULTS.bandwidth);
    this.#fill();
  }

  /** The settings of the simulation that is chosen; a script of one's own keeps what is there. */
  #fill(): void {
    const chosen = LIVE_SCRIPTS.find(({ key }) => key === this.#choice.value);
    if (chosen === undefined || chosen.key === 'own') {
      (this.#script.closest('details') as HTMLDetailsElement).open = true;
      this.#script.focus();
      return;
    }
    this.#script.value = chosen.script;
    input('elements').value = chosen.elements;
    input('every').value = String(chosen.every);
    input('cutoff').value = String(chosen.cutoff);
  }

  get #asked(): LammpsRun {
    const { value: elements } = input('elements');
    const [chosen] = this.#choice.selectedOptions;
    return {
      of: chosen?.text ?? '',
      script: this.#script.value,
      elements: elements.split(/[\s,]+/).filter((symbol) => symbol !== ''),
      every: input('every').valueAsNumber,
      reference: [...(input('reference').files ?? [])],
      first: input('first').valueAsNumber,
      k: input('k').valueAsNumber,
      cutoff: input('cutoff').valueAsNumber,
      bandwidth: input('bandwidth').valueAsNumber,
      ...NUMBERS[element('live-numbers', HTMLSelectElement).value],
      limit: this.#limit(),
      module: new URL(input('module').value, document.baseURI).href,
    };
  }

  #run(): void {
    this.#endWorkers();
    // The same script as that of datasets, which has the library, for a worker of its own.
    this.#engine = startEngine();
    const { worker } = this.#engine;
    const ask = (request: LiveWorkerRequest): void =>
      worker.postMessage({ do: 'live', request } satisfies ForLive);
    worker.onmessage = ({ data }: MessageEvent<LiveWorkerReply>) => {
      if (data.is === 'live-end') this.#show(false);
      this.#take(data);
    };
    worker.onerror = ({ message }) => {
      this.#ended(message || 'the module that watches LAMMPS could not be loaded');
    };
    this.#attach(ask);
    this.#show(true);
    try {
      const run = this.#asked;
      this.#lammps = startLammps(run, (message) => {
        this.#endWorkers();
        this.#ended(message);
      });
      const lammps = this.#lammps?.port ?? null;
      const request: LiveWorkerRequest = { do: 'simulate', run, lammps };
      worker.postMessage({ do: 'live', request } satisfies ForLive, lammps === null ? [] : [lammps]);
    } catch (thrown) {
      this.#ended(thrown instanceof Error ? thrown.message : String(thrown));
    }
  }

  /** Asks it to stop with the next check; asked again, ends it at once. */
  #end(): void {
    if (this.#isStopping) {
      this.#endWorkers();
      this.#show(false);
      this.#take({ is: 'live-end', end: { by: 'person' } });
      return;
    }
    this.#isStopping = true;
    this.#engine?.worker.postMessage({ do: 'live', request: { do: 'stop' } } satisfies ForLive);
    this.#stop.textContent = 'End it at once';
  }

  #endWorkers(): void {
    this.#engine?.end();
    this.#lammps?.end();
  }

  #ended(message: string): void {
    this.#show(false);
    this.#take({ is: 'live-end', end: { by: 'failure', message } });
  }

  #show(isRunning: boolean): void {
    this.#isStopping = false;
    this.#stop.textContent = 'Stop';
    this.#stop.hidden = !isRunning;
    element('live-run', HTMLButtonElement).disabled = isRunning;
    element('live-form').ariaBusy = String(isRunning);
    element('live-error').hidden = true;
  }
}
