import { FLEET } from './cases/scale.js';
import type { Case, CloudUnderTest } from './cloud.js';
import { holdToContract } from './hold-to-contract.js';
import { openFleet, openSimulator, openWide } from './simulator.js';

function open({ area }: Case): CloudUnderTest {
  if (area === 'zones') return openWide();
  return area === 'scale' ? openFleet(FLEET) : openSimulator();
}

holdToContract('simulator', { open });
