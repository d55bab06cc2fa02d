import { defineConfig } from 'vitest/config';

/**
 * Tests that start processes or threads, or run whole drills: slower, so each can be left out while writing. All the
 * rest is `quick`.
 */
const slower = ['emulators', 'crash', 'hostile', 'cli', 'state', 'contract/emulators', 'drills'] as const;
/** Slower than all the rest of `quick`: IAM asked about each call of each experiment, and all that is simulated. */
const long = ['test/plan/permissions.test.ts', 'test/contract/simulator.test.ts'];
/** The contract on what `npm test` installs by itself, and on what only `npm run test:emulators` needs. */
const onMoto = 'test/contract/emulators/moto.test.ts';

/** Over the wire, and long: what quicker tests try in the simulator. `npm run test:emulators` has them. */
const longOnWire = ['test/emulators/world-up-periods.test.ts', 'test/emulators/saved-plan.test.ts'];

/** Drills over the wire last in real time: two cores carry more of them side by side, once all the others are done. */
const MOSTLY_WAITING = { maxWorkers: 4, sequence: { groupOrder: 1 } } as const;

const inFolder = (folder: string): string => `test/${folder}/**/*.test.ts`;

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    // no test may lean on what another one left behind; a failure prints the seed that repeats the order
    sequence: { shuffle: true },
    unstubEnvs: true,
    setupFiles: ['test/setup.ts'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
    projects: [
      {
        extends: true,
        test: {
          name: 'quick',
          include: [inFolder('.')],
          exclude: [...slower.map(inFolder), ...long],
          testTimeout: 20_000,
          // no test keeps anything in a module: the SDK is loaded once per worker instead of once per file
          isolate: false,
        },
      },
      {
        extends: true,
        test: { name: 'drills', include: [inFolder('drills'), ...long], testTimeout: 60_000, isolate: false },
      },
      {
        extends: true,
        test: { name: 'cli', include: [inFolder('cli'), inFolder('state')], testTimeout: 60_000, hookTimeout: 60_000 },
      },
      {
        extends: true,
        test: {
          name: 'crash',
          include: [inFolder('crash'), inFolder('hostile')],
          testTimeout: 900_000,
          hookTimeout: 60_000,
        },
      },
      {
        extends: true,
        // the first start installs the emulator
        test: {
          name: 'emulators',
          include: [inFolder('emulators'), onMoto],
          exclude: longOnWire,
          ...MOSTLY_WAITING,
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'contract',
          include: [inFolder('contract/emulators'), ...longOnWire],
          exclude: [onMoto],
          ...MOSTLY_WAITING,
          testTimeout: 180_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
