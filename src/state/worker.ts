import { parentPort, workerData } from 'node:worker_threads';
import { StateServer } from './server.js';
import { isRequest, isSettings } from './wire-format.js';

/**
 * The thread that talks to S3 while the one that drills waits for it. `workerData` holds the settings and a counter in
 * shared memory: it goes up, and wakes whoever waits, at every sign of life.
 */
function serve(port: NonNullable<typeof parentPort>, given: unknown): void {
  if (!isGiven(given) || !isSettings(given.settings)) throw new TypeError('the worker was started without settings');
  const { signal, answers } = given;
  const tick = (): void => {
    Atomics.add(signal, 0, 1);
    Atomics.notify(signal, 0);
  };
  const server = new StateServer(given.settings, tick);
  port.on('message', (message: unknown) => {
    if (!isRequest(message)) return;
    void server.answer(message).then((answer) => {
      answers.postMessage(answer);
      tick();
    });
  });
  tick();
}

interface Given {
  readonly settings: unknown;
  readonly signal: Int32Array<SharedArrayBuffer>;
  readonly answers: { postMessage(message: unknown): void };
}

function isGiven(value: unknown): value is Given {
  return typeof value === 'object' && value !== null && 'settings' in value && 'signal' in value && 'answers' in value;
}

if (parentPort) serve(parentPort, workerData);
