import { afterAll, beforeAll } from 'vitest';
import { missingMoto, startMoto, type Moto } from '../../emulators/moto.js';
import { openAccount } from '../emulator.js';
import { holdToContract } from '../hold-to-contract.js';

const missing = await missingMoto();
let moto: Moto | undefined;

beforeAll(async () => {
  if (missing === undefined) moto = await startMoto();
});
afterAll(() => moto?.stop());

holdToContract('moto', {
  missing,
  // it does what it does at the call itself
  open: () => openAccount({ name: 'moto', endpoint: moto?.endpoint ?? '', patienceMs: 1_000 }),
});
