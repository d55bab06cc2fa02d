import { driverOf } from '../changes/registry.js';
import type { Fault } from '../faults/fault.js';
import type { AttributeKind, IrreversibleKind } from '../model/change.js';
import { NEEDS, type PolicyPlace } from '../plan/permissions-drivers.js';
import { LOSS_WORDS, UNDO_WORDS } from '../report/change-rows.js';
import type { FaultAttribute, FaultPage } from '../report/fault-page.js';

/** Permissions do not depend on where, as far as their names go. */
const ANYWHERE: PolicyPlace = {
  account: '123456789012',
  region: 'us-east-1',
  optIn: { key: 'kong:opt-in', value: 'true' },
  inheriting: new Set(),
};

/** What a fault's drivers know, put together with what the fault says of itself. */
export function pageOf(fault: Fault): FaultPage {
  const { name, title, does, fidelity, scopes, params, attributes, irreversible } = fault;
  return {
    name,
    title,
    does,
    fidelity,
    scopes,
    params,
    attributes: attributes.map(attributeOf),
    irreversible: irreversible.map((kind) => ({ kind, loses: LOSS_WORDS[kind], ...permissionsOf(kind) })),
  };
}

function attributeOf(attribute: AttributeKind): FaultAttribute {
  const driver = driverOf(attribute);
  return {
    attribute,
    undo: UNDO_WORDS[attribute],
    ...permissionsOf(attribute),
    calls: [driver.callsFor(1), callsForMany(attribute)],
  };
}

/** A hundred changes that may all share a write, as long as one takes so many. */
function callsForMany(attribute: AttributeKind): number {
  const driver = driverOf(attribute);
  const full = Math.floor(100 / driver.batchSize);
  const rest = 100 % driver.batchSize;
  return full * driver.callsFor(driver.batchSize) + (rest > 0 ? driver.callsFor(rest) : 0);
}

function permissionsOf(kind: AttributeKind | IrreversibleKind): Pick<FaultAttribute, 'reads' | 'writes'> {
  const { reads, writes } = NEEDS[kind];
  const more = writes([], ANYWHERE).flatMap((statement) => statement.Action);
  return {
    reads: [...new Set([...reads, ...more.filter((action) => READS.test(action))])],
    writes: more.filter((action) => !READS.test(action)),
  };
}

/** What is read of just what is changed stands among what changes it. */
const READS = /:(Describe|Get|List)/;
