import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { switchId } from '../../../src/changes/switch-name.js';
import { fingerprintOf, openSwitches, type Switches } from '../../../src/changes/switches.js';
import { runProgram } from '../../../src/host/run-program.js';
import { whyNotReached, whyNotRunnable } from '../../../src/host/within-reach.js';
import type { SwitchDefinition } from '../../../src/model/switch.js';
import { there } from '../assertions.js';
import { EAST, WEST } from '../contract-world.js';
import type { Planned, Subject } from './driver-subjects.js';

const PARAMETERS = ['/edge/failover', '/edge/isolation'];

/** A parameter that services read, in two regions. */
export function parameterSubject(attribute: 'ssm.parameter' | 'ssm.isolation'): Subject {
  return {
    attribute,
    area: 'drivers',
    goneIsFine: false,
    prepare: async (cloud) =>
      Promise.all(
        [EAST, WEST].flatMap((region) =>
          PARAMETERS.map(async (id): Promise<Planned> => {
            const made = { Name: id, Value: `off in ${region}`, Type: 'String', Overwrite: true } as const;
            await cloud.aws.ssm(region).send(new PutParameterCommand(made));
            return { resource: { type: 'parameter', region, id }, after: 'on; "it\'s" a text' };
          }),
        ),
      ),
    gone: () => Promise.resolve({ type: 'parameter', region: EAST, id: '/never/made' }),
  };
}

const NAMES = ['edge-rules', 'dark-mode'];

/** Programs of Node's own that keep their value in a file. */
export function commandSubject(attribute: 'switch.value' | 'switch.isolation'): Subject {
  const role = attribute === 'switch.isolation' ? 'isolation' : 'traffic';
  return {
    attribute,
    area: 'drivers',
    goneIsFine: false,
    goneIsRefused: true,
    switches: () =>
      openSwitches(
        NAMES.map((name) => fileSwitch(name, role)),
        THIS_MACHINE,
      ),
    prepare: (_cloud, _created, switches) =>
      Promise.resolve(
        NAMES.map((name) => ({
          resource: { type: 'switch', region: 'global', id: idOf(name, there(switches)) },
          after: 'on',
        })),
      ),
    gone: () => Promise.resolve({ type: 'switch', region: 'global', id: 'nobody@0123456789ab' }),
  };
}

/** What real programs are run with. */
export const THIS_MACHINE: Parameters<typeof openSwitches>[1] = {
  effects: {
    run: (argv, limits) => runProgram('dist/program-keeper.js', argv, limits),
    request: () => Promise.reject(new Error('there is no endpoint here')),
    env: () => undefined,
    whyNotRunnable: (program) => whyNotRunnable(program, process.env.PATH),
    whyNotReached,
  },
  during: (work) => work(),
};

/** A switch whose value is the text of a new file. */
export function fileSwitch(name: string, role: SwitchDefinition['role']): SwitchDefinition {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'kong-switch-')), 'value');
  writeFileSync(file, 'off');
  const read = "process.stdout.write(require('fs').readFileSync(process.argv[1], 'utf8'))";
  const write = "require('fs').writeFileSync(process.argv[1], process.argv[2])";
  return {
    name,
    role,
    values: undefined,
    timeoutMs: 20_000,
    maxOutputBytes: 4_096,
    way: {
      kind: 'command',
      read: [process.execPath, '-e', read, file],
      write: [process.execPath, '-e', write, '--', file, '{value}'],
    },
  };
}

function idOf(name: string, switches: Switches): string {
  return switchId({ name, fingerprint: fingerprintOf(there(switches.definition(name))) });
}
