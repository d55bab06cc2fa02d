import { afterAll, beforeAll } from 'vitest';
import { missingMinistack, startMinistack } from '../../emulators/ministack.js';
import type { Optional } from '../../emulators/optional.js';
import { openAccount } from '../emulator.js';
import { holdToContract } from '../hold-to-contract.js';

const missing = await missingMinistack();
let ministack: Optional | undefined;

beforeAll(async () => {
  if (missing === undefined) ministack = await startMinistack();
});
afterAll(() => ministack?.stop());

holdToContract('ministack', {
  missing,
  open: () => openAccount({ name: 'ministack', endpoint: ministack?.endpoint ?? '', patienceMs: 3_000 }),
});
