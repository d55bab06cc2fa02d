import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketPlace, stateText } from '../../src/model/state-place.js';

describe('the place of a state', () => {
  it.each([
    'https://example.com/state',
    'gs://bucket/prefix',
    'S3://bucket/prefix',
    's3://',
    's3:///prefix',
    's3://Upper/prefix',
    's3://under_score',
    's3://ab',
    's3://192.168.0.1/prefix',
    's3://a..b/prefix',
    's3://-dash/prefix',
    's3://access-point-s3alias/prefix',
    's3://express--use1-az4--x-s3/prefix',
    's3://bucket/../other',
    's3://bucket/./here',
    's3://bucket//twice',
    's3://bucket/a b',
    's3://bucket/a\nb',
    's3://bucket/é',
    's3://bucket/prefix?region=',
    's3://bucket/prefix?region=us-east-1?region=us-east-1',
    's3://bucket/prefix?endpoint=http://evil',
    `s3://bucket/${'x'.repeat(513)}`,
  ])('is refused where it is %j', (state) => {
    expect(() => bucketPlace(state)).toThrow(expect.objectContaining({ code: 'BAD_ARGUMENT', exitCode: 2 }));
  });

  it.each(['.kong', '/var/lib/kong', 'C:\\kong', 's3/bucket', './s3:/x'])('is a folder where it is %j', (state) => {
    expect(bucketPlace(state)).toBeUndefined();
  });

  it.each([
    ['s3://game-days', { bucket: 'game-days', prefix: '', region: undefined }],
    ['s3://game-days/', { bucket: 'game-days', prefix: '', region: undefined }],
    ['s3://game-days/team/kong/', { bucket: 'game-days', prefix: 'team/kong', region: undefined }],
    ['s3://game.days/a?region=us-gov-east-1', { bucket: 'game.days', prefix: 'a', region: 'us-gov-east-1' }],
  ])('is in the bucket where it is %j', (state, place) => {
    expect(bucketPlace(state)).toEqual(place);
  });

  it('has one spelling, which means the same', () => {
    const segment = fc.stringMatching(/^[a-z0-9-]{1,8}$/);
    const place = fc.record({
      bucket: fc.stringMatching(/^[a-z0-9]{3,20}$/),
      prefix: fc.array(segment, { maxLength: 3 }).map((parts) => parts.join('/')),
      region: fc.constantFrom(undefined, 'eu-west-1', 'ap-southeast-2'),
    });
    fc.assert(
      fc.property(place, (one) => {
        expect(bucketPlace(stateText(one))).toEqual(one);
      }),
    );
  });
});
