import { afterAll, beforeAll } from 'vitest';
import { missingLocalEmu, startLocalEmu } from '../../emulators/localemu.js';
import type { Optional } from '../../emulators/optional.js';
import { openAccount } from '../emulator.js';
import { holdToContract } from '../hold-to-contract.js';

const missing = await missingLocalEmu();
let localemu: Optional | undefined;

beforeAll(async () => {
  if (missing === undefined) localemu = await startLocalEmu();
});
afterAll(() => localemu?.stop());

holdToContract('localemu', {
  missing,
  // its alarms take a look every ten seconds
  open: () => openAccount({ name: 'localemu', endpoint: localemu?.endpoint ?? '', patienceMs: 12_000 }),
});
