import * as z from 'zod';
import { experimentSchema } from './schema.js';

/** The experiment file's JSON Schema, for editors: made from the schema that `kong validate` checks with. */
export function experimentJsonSchema(): object {
  const schema = z.toJSONSchema(experimentSchema, { io: 'input', target: 'draft-7', unrepresentable: 'any' });
  return { ...schema, $id: 'kong/experiment/v1', title: 'kong experiment' };
}
