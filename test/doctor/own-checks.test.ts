import { describe, expect, it } from 'vitest';
import { examine } from '../../src/doctor/doctor.js';
import { hookChecks } from '../../src/doctor/hook-checks.js';
import type { HookCall, HookDefinition } from '../../src/model/hook.js';
import type { SwitchDefinition } from '../../src/model/switch.js';
import { fileSwitch } from '../contract/cases/switch-subjects.js';
import { openBench } from '../support/sim-drill.js';
import { openToldServer } from '../support/told-server.js';
import { requestFor, withName } from './request.js';
import { SIMULATED } from '../support/simulated.js';

describe('the switches of kong.yaml', () => {
  const parameter = (name: string): SwitchDefinition => ({
    ...fileSwitch('flag', 'isolation'),
    way: { kind: 'parameter', parameter: name, region: 'us-west-2' },
  });

  it.each([
    ['a parameter that is not there', parameter('/never/made'), "can't be read: it is not there"],
    ['a value that it may not have', { ...fileSwitch('flag', 'traffic'), values: ['on'] }, 'and is none of on'],
    [
      'a program that does not start',
      { ...fileSwitch('flag', 'traffic'), way: { kind: 'command', read: ['/no/such'], write: ['/no', '{value}'] } },
      `can't be read: "/no/such" ended with exit code 127: spawn /no/such ENOENT`,
    ],
    [
      'a program that could not set it',
      { ...fileSwitch('flag', 'traffic'), way: { kind: 'command', read: ['echo', 'off'], write: ['/no', '{value}'] } },
      `is "off", and can't be set: "/no" is not there`,
    ],
  ] as const)('fail with %s', async (_what, definition, message) => {
    const checks = await examine(requestFor(openBench(), undefined, { switches: [definition] }));
    const [check] = withName(checks, 'switch flag');
    expect(check?.status).toBe('failed');
    expect(check?.message).toContain(message);
  });

  it('are read, each by itself', async () => {
    const own = [fileSwitch('edge-rules', 'traffic'), { ...parameter('/streaming/isolation'), name: 'dark' }];
    const checks = await examine(requestFor(openBench(), undefined, { switches: own }));
    expect(withName(checks, 'switch ').map(({ name, message }) => `${name} ${message}`)).toEqual([
      'switch edge-rules is "off"',
      'switch dark is "off"',
    ]);
  });
});

describe('the hooks of kong.yaml', () => {
  const hookOf = (call: HookCall, undo?: HookCall): HookDefinition => {
    return { name: 'warm', call, undo, timeoutMs: 1_000, maxOutputBytes: 1_024 };
  };
  const program = (...argv: readonly string[]): HookCall => ({ kind: 'command', argv });
  const endpoint = (url: string, headers: Readonly<Record<string, string>> = {}): HookCall => {
    return { kind: 'http', request: { method: 'POST', url, headers, body: undefined } };
  };
  const document = (name: string, parameters: Readonly<Record<string, readonly string[]>>): HookCall => {
    return { kind: 'ssm', document: name, parameters, tags: { app: ['playback'] } };
  };
  const HERE = program(process.execPath, '-e', 'process.exit(1)');

  it.each([
    ['a program that is not there', hookOf(program('/no/such')), '"/no/such" is not there'],
    ['a program that no folder of PATH has', hookOf(program('no-such-ctl')), '"no-such-ctl" is in no folder of PATH'],
    ['a program that is not to be run', hookOf(program('./package.json')), 'may not be run by this user'],
    ['an undo that is not there', hookOf(HERE, program('/no/such')), 'its undo: "/no/such" is not there'],
    ['an endpoint where nobody listens', hookOf(endpoint('http://127.0.0.1:1/{region}?t=secret')), 'ECONNREFUSED'],
    ['a host without an address', hookOf(endpoint('https://nobody.invalid/')), 'nobody.invalid/ takes no connection'],
    [
      'a secret that is not set',
      hookOf(endpoint('http://127.0.0.1:1/', { Authorization: 'Bearer ${NO_TOKEN}' })),
      'the environment variable NO_TOKEN is not set',
    ],
    ['a document that is not there', hookOf(document('Warm', {})), 'Document with name Warm does not exist'],
    ['a parameter that none is', hookOf(document('AWS-RunShellScript', { comands: ['x'] })), 'no parameter comands'],
    ['a parameter that a document needs', hookOf(document('AWS-RunShellScript', {})), 'needs the parameter commands'],
  ] as const)('fail with %s', async (_what, hook, message) => {
    const request = requestFor(openBench(), undefined, { hooks: [hook] });
    const [check] = await hookChecks([hook], request);
    expect(check).toMatchObject({ status: 'failed', code: 'REFUSED' });
    expect(check?.message).toContain(message);
    expect(check?.message).not.toContain('secret');
  });

  it('are unknown where an emulator does not have a document of AWS', async () => {
    const request = requestFor(openBench(), undefined);
    const environment = { ...SIMULATED, on: 'aws', endpoint: 'http://127.0.0.1:1' } as const;
    const checks = await hookChecks([hookOf(document('AWS-Warm', {}))], { ...request, environment });
    expect(checks).toMatchObject([{ status: 'unknown' }]);
  });

  it('are looked for, and none is called', async () => {
    const server = await openToldServer();
    const hooks = [
      { ...hookOf(HERE, endpoint(`${server.url}/cool`)), name: 'warm-index' },
      { ...hookOf(document('AWS-RunShellScript', { commands: ['x'] })), name: 'warm-edge' },
    ];
    const bench = openBench();
    const sent: string[] = [];
    bench.calls.listen(({ command, write }) => sent.push(...(write ? [command] : [])));
    const checks = await examine(requestFor(bench, undefined, { hooks }));
    expect(withName(checks, 'hook ').map(({ status, name, message }) => `${status} ${name} ${message}`)).toEqual([
      `ok hook warm-index ${JSON.stringify(process.execPath)} is there; its undo ${server.url}/cool takes connections`,
      'ok hook warm-edge document AWS-RunShellScript is there, and has no undo',
    ]);
    expect(server.told).toEqual([]);
    expect(sent).toEqual([]);
  });
});
