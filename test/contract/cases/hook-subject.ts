import { permitFor } from '../../../src/aws/guard.js';
import { driverOf } from '../../../src/changes/registry.js';
import { hookFingerprint, openHooks } from '../../../src/changes/hooks.js';
import { switchId } from '../../../src/changes/switch-name.js';
import { openSwitches } from '../../../src/changes/switches.js';
import type { HookDefinition } from '../../../src/model/hook.js';
import { EAST, WEST } from '../contract-world.js';
import type { Planned, Subject } from './driver-subjects.js';
import { THIS_MACHINE } from './switch-subjects.js';

const hook: HookDefinition = {
  name: 'warm-playback',
  timeoutMs: 20_000,
  maxOutputBytes: 4_096,
  call: { kind: 'command', argv: [process.execPath, '-e', '', '--', '{region}'] },
  undo: { kind: 'command', argv: [process.execPath, '-e', '', '--', 'cold', '{region}'] },
};

/** A program that is called in two regions. */
export const hookSubject: Subject = {
  attribute: 'hook.called',
  area: 'drivers',
  goneIsFine: false,
  goneIsRefused: true,
  switches: () => ({ ...openSwitches([], THIS_MACHINE), hooks: openHooks([hook], THIS_MACHINE) }),
  async prepare(cloud, created, switches) {
    const id = switchId({ name: hook.name, fingerprint: hookFingerprint(hook) });
    const planned = [EAST, WEST].map((region): Planned => ({
      resource: { type: 'hook', region, id },
      after: 'called',
    }));
    // one that nobody has called here counts as called, by a process that is gone
    const undone = planned.map(({ resource, after }) => {
      return { change: 'c', resource, before: null, after, memo: null, to: 'before' as const };
    });
    const permit = permitFor({ changes: ['c'] }, new AbortController().signal);
    const context = {
      cloud: cloud.kong,
      run: 'contract',
      created,
      switches,
      permit,
      expiresAt: '2030-01-01T00:00:00Z',
    };
    await driverOf('hook.called').write(undone, context);
    return planned;
  },
  gone: () => Promise.resolve({ type: 'hook', region: EAST, id: 'nobody@0123456789ab' }),
};
