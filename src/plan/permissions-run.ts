import { RUN_TAG } from '../changes/creation-tags.js';
import type { Condition } from './permissions-statements.js';

/** What a run's id looks like, and so what its tag holds. */
const A_RUN = '????????T??????Z-??????';

/** What carries the tags of a run. */
export const OF_A_RUN: Condition = { StringLike: { [`aws:ResourceTag/${RUN_TAG}`]: A_RUN } };

/** What gets the tags of a run, and no others. */
export const FOR_A_RUN: Condition = {
  StringLike: { [`aws:RequestTag/${RUN_TAG}`]: A_RUN },
  'ForAllValues:StringLike': { 'aws:TagKeys': ['Name', 'kong:*'] },
};
