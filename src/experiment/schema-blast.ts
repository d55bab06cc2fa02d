import * as z from 'zod';
import { name, oneOrMore, region, share } from './schema-values.js';
import { IRREVERSIBLE_KINDS } from '../model/change.js';

const count = z.number().int('has to be a whole number').min(0, 'can\'t be negative');

const per = z.enum(['all', 'group']).default('all')
  .describe('all: of all candidates together; group: of each Auto Scaling group for itself');

const pick = z.union([
  z.strictObject({
    count: count.min(1, 'has to be at least 1').describe('So many instances, drawn from the seed'),
    per,
  }),
  z.strictObject({
    percent: z.number().gt(0, 'has to be above 0').max(100, 'can\'t be above 100')
      .describe('This share of the candidates; rounds down, but never to none'),
    per,
  }),
  z.strictObject({ ids: z.array(z.string().regex(/^i-[0-9a-f]+$/, 'is no instance id | write i-0123456789abcdef0')).min(1, 'needs at least one id | write [i-0123456789abcdef0]').describe('These instances') }),
]);

const select = z.strictObject({
  tags: z.record(z.string(), oneOrMore).default({})
    .describe('Tags that a target carries: all keys, any of a key\'s values'),
  tagsOn: z.enum(['any', 'target', 'group']).default('any').describe('What has to carry them. target: each instance '
    + 'and subnet itself; group: the Auto Scaling group of an instance; any: either, or what a subnet holds'),
  groups: z.array(name).default([]).describe('Auto Scaling groups by name; one that is not there is an error'),
  domains: z.array(name).default([])
    .describe('DNS names that a shift may move; default: all that answer for the region'),
}).default({ tags: {}, tagsOn: 'any', groups: [], domains: [] }).describe('Narrows the targets');

const limits = z.strictObject({
  instances: count.optional().describe('The most instances that may be hit'),
  groups: count.optional().describe('The most Auto Scaling groups that may be hit'),
  share: share.optional().describe('The most of all instances of the experiment\'s regions that may be hit: 50%'),
  minHealthy: count.optional().describe('Instances that each group has to keep'),
}).default({}).describe('More than this: refused, nothing changed');

/** How much may break, as written. */
export const blastRadiusSchema = z.strictObject({
  scope: z.enum(['instance', 'az', 'region', 'link'])
    .describe('What breaks: instances, a zone, a region, or the link between two regions'),
  region: region.optional().describe('The region that breaks, or that the instances are in'),
  az: z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d+[a-z]$/, 'is no zone | write us-east-1a').optional().describe('The zone that breaks'),
  link: z.tuple([region, region], 'link needs two regions | write [us-east-1, us-west-2]').optional()
    .describe('The two regions whose link is cut'),
  instance: pick.optional().describe('Which instances'),
  survivors: z.array(region).default([]).describe('The regions that should go on serving'),
  select,
  limits,
  allowIrreversible: z.array(z.enum([...IRREVERSIBLE_KINDS, 'fis.action'])).default([])
    .describe('What may be done although it can\'t be undone'),
  allowEmpty: z.boolean().default(false).describe('Go on where a fault hits nothing'),
}).describe('How much may break');

/** The blast radius as written, once its parts are checked. */
export type BlastFile = z.infer<typeof blastRadiusSchema>;
