import { FLEET } from './cases/scale.js';
import { holdToContract } from './hold-to-contract.js';
import { openFleet, openSimulator } from './simulator.js';

holdToContract('simulator', { open: ({ area }) => (area === 'scale' ? openFleet(FLEET) : openSimulator()) });
