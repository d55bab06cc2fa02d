import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads';
import { KongError, messageOf } from '../model/errors.js';
import type { Clock } from '../model/ports.js';
import { isAnswer, isWrite, type Answer, type Operation, type Value, type WorkerSettings } from './wire-format.js';

/** How the worker is reached. */
export interface BlockingPorts {
  /** The compiled `worker.ts`. */
  readonly script: string;
  readonly settings: WorkerSettings;
  /** The machine's own time. */
  readonly clock: Pick<Clock, 'now'>;
  readonly patience?: Patience;
}

/** How long is waited; milliseconds. */
export interface Patience {
  /** For the first answer: loading the SDK takes a busy machine a while. */
  readonly startMs: number;
  /** For a sign of life: longer than one call to S3 may take. */
  readonly silenceMs: number;
  /** After an outage, so long nothing is asked: a rollback must not wait for its journal at every step. */
  readonly restMs: number;
  /** And then so long it is waited for. */
  readonly probeMs: number;
}

const PATIENCE: Patience = { startMs: 20_000, silenceMs: 5_000, restMs: 10_000, probeMs: 1_500 };

/**
 * Asks another thread, and waits: an operation is done when this returns, as on a disk. The waiting is bounded by the
 * silence of S3, not by the amount of work.
 */
export class BlockingCall {
  private readonly ports: BlockingPorts;
  private readonly patience: Patience;
  private readonly signal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  private worker: { readonly thread: Worker; readonly answers: MessagePort } | undefined;
  private died: string | undefined;
  private asked = 0;
  private hasAnswered = false;
  private outageAtMs: number | undefined;

  constructor(ports: BlockingPorts) {
    this.ports = ports;
    this.patience = ports.patience ?? PATIENCE;
  }

  /** @throws KongError STATE_NOT_READABLE, STATE_NOT_WRITABLE */
  ask(operation: Operation): Value {
    const nowMs = this.ports.clock.now();
    if (this.outageAtMs !== undefined && Math.abs(nowMs - this.outageAtMs) < this.patience.restMs) {
      throw this.failed(operation, 'it did not answer a moment ago, and is left alone for some seconds');
    }
    const { thread, answers } = (this.worker ??= this.start());
    const id = ++this.asked;
    thread.postMessage({ id, operation, nowMs });
    const answer = this.answerTo(id, answers);
    if (answer === undefined) {
      this.outageAtMs = this.ports.clock.now();
      throw this.failed(operation, this.died ?? 'no answer in time');
    }
    return this.valueOf(answer);
  }

  private valueOf(answer: Answer): Value {
    this.hasAnswered = true;
    if ('value' in answer) {
      this.outageAtMs = undefined;
      return answer.value;
    }
    const { code, message, fix, isOutage } = answer.failure;
    this.outageAtMs = isOutage ? this.ports.clock.now() : undefined;
    throw new KongError(code, message, fix === undefined ? {} : { fix });
  }

  private answerTo(id: number, answers: MessagePort): Answer | undefined {
    for (;;) {
      // looked at before the port: what comes in between ends the wait at once
      const seen = Atomics.load(this.signal, 0);
      const message: unknown = receiveMessageOnPort(answers)?.message;
      if (isAnswer(message)) {
        if (message.id === id) return message;
        // an answer that nobody waits for any more
        continue;
      }
      if (Atomics.wait(this.signal, 0, seen, this.patienceMs()) === 'timed-out') return undefined;
    }
  }

  private patienceMs(): number {
    if (this.died !== undefined) return 0;
    const { startMs, silenceMs, probeMs } = this.patience;
    if (this.outageAtMs !== undefined) return probeMs;
    return this.hasAnswered ? silenceMs : startMs;
  }

  private start(): { readonly thread: Worker; readonly answers: MessagePort } {
    const { port1, port2 } = new MessageChannel();
    const { script, settings } = this.ports;
    const workerData = { settings, signal: this.signal, answers: port2 };
    const thread = new Worker(script, { workerData, transferList: [port2] });
    thread.on('error', (error) => {
      this.died = messageOf(error);
    });
    // neither keeps the process alive
    thread.unref();
    port1.unref();
    return { thread, answers: port1 };
  }

  private failed(operation: Operation, what: string): KongError {
    const code = isWrite(operation) ? 'STATE_NOT_WRITABLE' : 'STATE_NOT_READABLE';
    const place = `s3://${this.ports.settings.bucket}${'key' in operation ? `/${operation.key}` : ''}`;
    return new KongError(code, `can't ${isWrite(operation) ? 'write' : 'read'} ${place}: ${what}`, {
      fix: 'check the network and the endpoint',
    });
  }
}
