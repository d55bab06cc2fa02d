import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Files } from '../../src/model/ports.js';
import { openBucketState } from '../../src/state/open-files.js';
import { StateServer } from '../../src/state/server.js';
import type { Answer, Operation, Value } from '../../src/state/wire-format.js';
import { MemoryFiles } from '../support/memory-files.js';
import { missingMoto, startMoto, type Moto } from './moto.js';
import { BUCKET, keysIn, makeBucket, putObject, settingsFor, startNetwork, startStubbornS3 } from './state-bucket.js';

const missing = await missingMoto();
let moto: Moto | undefined;
let runs = 0;

beforeAll(async () => {
  if (missing !== undefined) return;
  moto = await startMoto();
  await makeBucket(moto.endpoint);
});
afterAll(() => moto?.stop());

const endpoint = (): string => moto?.endpoint ?? '';

const WHOLE_BUCKET = { bucket: BUCKET, prefix: '', region: undefined };

/** What a kong has: its thread, and the files that it waits for. */
function filesOf(writer: string): Files {
  const onExit = (): void => undefined;
  const ports = { script: path.resolve('dist/state-worker.js'), settings: settingsFor(endpoint(), writer), onExit };
  const clock = { now: () => Date.now() };
  // what fails, fails by itself
  const patience = { startMs: 20_000, silenceMs: 5_000, restMs: 0, probeMs: 5_000 };
  return openBucketState(WHOLE_BUCKET, { ...ports, clock, patience, disk: new MemoryFiles() }).files;
}

/** The far side of that thread, in this one. */
class Process {
  private readonly server: StateServer;
  private asked = 0;

  constructor(writer: string, at = endpoint()) {
    this.server = new StateServer(settingsFor(at, writer), () => undefined);
  }

  ask(operation: Operation, nowMs = Date.now()): Promise<Answer> {
    return this.server.answer({ id: ++this.asked, operation, nowMs });
  }

  async value(operation: Operation): Promise<Value> {
    const answer = await this.ask(operation);
    if ('failure' in answer) throw new Error(answer.failure.message);
    return answer.value;
  }
}

async function network(): Promise<Awaited<ReturnType<typeof startNetwork>>> {
  const made = await startNetwork(endpoint());
  onTestFinished(() => made.stop());
  return made;
}

const newKey = (): string => `test-${String(++runs)}`;

describe.skipIf(missing !== undefined)('a state that can not be kept', () => {
  it.each([
    { why: 'there is no such bucket', status: 404, body: '<Error><Code>NoSuchBucket</Code></Error>' },
    { why: 's3:PutObject', status: 403, body: '<Error><Code>AccessDenied</Code><Message>no</Message></Error>' },
    { why: 'aws sts', status: 400, body: '<Error><Code>ExpiredToken</Code><Message>late</Message></Error>' },
    { why: 'conditional writes', status: 501, body: '<Error><Code>NotImplemented</Code></Error>' },
  ])('says why, and what to do: $why', async ({ why, status, body }) => {
    const s3 = await startStubbornS3({ status, body });
    onTestFinished(() => s3.stop());
    const answer = await new Process('a', s3.endpoint).ask({ op: 'createNew', key: 'x', text: 'y' });
    expect(answer).toMatchObject({ failure: { code: 'STATE_NOT_WRITABLE', isOutage: false } });
    expect(JSON.stringify(answer)).toContain(why);
  });

  it('is one whose machine has another time: it would seem dead to the others', async () => {
    const one = new Process('a');
    const key = newKey();
    const answer = await one.ask({ op: 'createNew', key, text: 'y' }, Date.now() + 10 * 60_000);
    expect(answer).toMatchObject({ failure: { message: expect.stringMatching(/clock .* 10m.* ahead/) as string } });
    expect(await one.value({ op: 'read', key })).toBeUndefined();
  });

  it('is one whose S3 is not there, which is an outage', async () => {
    const net = await network();
    net.cut();
    const answer = await new Process('a', net.endpoint).ask({ op: 'read', key: 'x' });
    expect(answer).toMatchObject({ failure: { code: 'STATE_NOT_READABLE', isOutage: true } });
  });
});

describe.skipIf(missing !== undefined)('two processes', () => {
  it('can not both make a file, nor both replace it', async () => {
    const key = newKey();
    const [one, two] = [new Process('one'), new Process('two')];
    expect(await one.value({ op: 'createNew', key, text: '1' })).toBe(true);
    expect(await two.value({ op: 'createNew', key, text: '2' })).toBe(false);
    expect(await two.value({ op: 'replace', key, from: '1', to: '2' })).toBe(true);
    expect(await one.value({ op: 'replace', key, from: '1', to: '3' })).toBe(false);
    expect(await one.value({ op: 'replace', key, from: '1', to: undefined })).toBe(false);
    expect(await one.value({ op: 'read', key })).toBe('2');
    expect(await one.value({ op: 'replace', key, from: '2', to: undefined })).toBe(true);
    expect(await two.value({ op: 'replace', key, from: '2', to: '4' })).toBe(false);
    expect(await two.value({ op: 'read', key })).toBeUndefined();
  });

  it('that add to one file at once both have every line in it, in their order', async () => {
    const key = newKey();
    const add = async (writer: string): Promise<void> => {
      const process = new Process(writer);
      for (let line = 0; line < 20; line++) await process.value({ op: 'append', key, text: `${writer}${line}\n` });
    };
    await Promise.all(['a', 'b', 'c'].map(add));
    const lines = String(await new Process('d').value({ op: 'read', key })).split('\n');
    for (const writer of ['a', 'b', 'c'])
      expect(lines.filter((line) => line.startsWith(writer))).toEqual(
        Array.from({ length: 20 }, (_, line) => `${writer}${line}`),
      );
    expect(lines).toHaveLength(61);
  });

  it('see a file replaced as a whole, whatever was added to it before', async () => {
    const key = newKey();
    const [one, two] = [new Process('one'), new Process('two')];
    for (const text of ['a', 'b']) await one.value({ op: 'append', key, text });
    await two.value({ op: 'write', key, text: 'new' });
    await one.value({ op: 'append', key, text: '+' });
    expect(await two.value({ op: 'read', key })).toBe('new+');
    // as when two was killed between the object and the parts that it replaces
    await putObject(endpoint(), `${key}/000000000001`, 'a');
    expect(await two.value({ op: 'read', key })).toBe('new+');
  });
});

describe.skipIf(missing !== undefined)('an answer that is lost', () => {
  it('leaves a file made by us ours', async () => {
    const [net, key] = [await network(), newKey()];
    const one = new Process('one', net.endpoint);
    net.loseAnswerTo(/^PUT/);
    expect(await one.value({ op: 'createNew', key, text: '1' })).toBe(true);
    net.loseAnswerTo(/^PUT/);
    expect(await one.value({ op: 'replace', key, from: '1', to: '2' })).toBe(true);
    expect(await one.value({ op: 'read', key })).toBe('2');
  });

  it('adds no line twice', async () => {
    const [net, key] = [await network(), newKey()];
    const one = new Process('one', net.endpoint);
    for (const text of ['a', 'b', 'c']) {
      net.loseAnswerTo(/^PUT/);
      await one.value({ op: 'append', key, text });
    }
    expect(await one.value({ op: 'read', key })).toBe('abc');
    expect(await keysIn(endpoint(), key)).toHaveLength(3);
  });
});

describe.skipIf(missing !== undefined)('files in a bucket', () => {
  it('may have more parts than S3 lists at once', async () => {
    const key = newKey();
    const numbers = Array.from({ length: 1_010 }, (_, index) => index + 1);
    for (let from = 0; from < numbers.length; from += 50) {
      const some = numbers.slice(from, from + 50);
      await Promise.all(
        some.map((number) => putObject(endpoint(), `${key}/${String(number).padStart(12, '0')}`, `${number},`)),
      );
    }
    const one = new Process('one');
    expect(await one.value({ op: 'read', key })).toBe(numbers.map((number) => `${number},`).join(''));
    await one.value({ op: 'remove', key });
    expect(await keysIn(endpoint(), key)).toEqual([]);
  });

  it('read like files on a disk, after whatever was done to them by whichever process', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(STEP, { minLength: 1, maxLength: 12 }), async (steps) => {
        const state = `s3://${BUCKET}/${newKey()}`;
        const disk = new MemoryFiles();
        for (const step of steps) {
          expect([step, act(KONGS[step.by](), state, step)]).toEqual([step, act(disk, state, step)]);
          // whoever waits does not hear what the emulator prints, and it waits until somebody does
          await turn();
        }
        for (const name of NAMES) expect(KONGS.first().read(`${state}/${name}`)).toBe(disk.read(`${state}/${name}`));
      }),
      { numRuns: 30 },
    );
  });
});

const NAMES = ['a', 'b', 'run/x', 'run/xy', 'run-2/x'] as const;
const ACTIONS = ['read', 'write', 'append', 'createNew', 'replace', 'remove', 'list', 'removeFolder'] as const;
const STEP = fc.record({
  by: fc.constantFrom('first' as const, 'second' as const),
  what: fc.constantFrom(...ACTIONS),
  name: fc.constantFrom(...NAMES),
  text: fc.constantFrom('', '1', '22', 'é\n'),
});
type Step = typeof STEP extends fc.Arbitrary<infer T> ? T : never;

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly it: T } | undefined;
  return () => (made ??= { it: make() }).it;
};

/** Two processes for all runs: their threads take a moment to start. */
const KONGS = { first: once(() => filesOf('first')), second: once(() => filesOf('second')) };

function act(files: Files, state: string, { what, name, text }: Step): unknown {
  const file = `${state}/${name}`;
  switch (what) {
    case 'write':
      return files.write(file, text);
    case 'append':
      return files.append(file, text, { flush: true });
    case 'createNew':
      return files.createNew(file, text);
    case 'replace':
      return files.replace(file, { from: files.read(file) ?? '', to: text === '1' ? undefined : text });
    case 'remove':
      return files.remove(file);
    case 'removeFolder':
      return files.remove(`${state}/run`);
    case 'list':
      return [files.list(state), files.list(`${state}/run`)];
    case 'read':
      return files.read(file);
  }
}
