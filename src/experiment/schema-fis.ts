import * as z from 'zod';
import { name } from './schema-values.js';

/** ARN of an IAM role. */
export const roleArn = z
  .string()
  .regex(/^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/, 'is no role | write arn:aws:iam::123456789012:role/fis')
  .meta({ examples: ['arn:aws:iam::123456789012:role/fis'] });

/** What AWS FIS is given, as written. */
export const fisSchema = z
  .strictObject({
    role: roleArn.optional().describe('The IAM role by which AWS FIS acts; default: the one in kong.yaml'),
    stopAlarms: z
      .array(name)
      .max(5, 'has more than 5 alarms, which is all that AWS FIS takes')
      .default([])
      .describe('CloudWatch alarms that make AWS FIS stop by itself: NAME, or an ARN'),
  })
  .transform(({ role, stopAlarms }) => ({ role, stopAlarms }))
  .describe('What AWS Fault Injection Service is given');
