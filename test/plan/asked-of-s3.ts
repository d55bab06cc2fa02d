import type { Asked } from './iam.js';

type Input = Readonly<Record<string, unknown>>;

/** Actions that are not called what their operations are. */
export const S3_NAMES: Readonly<Record<string, string>> = {
  's3:GetBucketReplication': 's3:GetReplicationConfiguration',
  's3:PutBucketReplication': 's3:PutReplicationConfiguration',
  's3:ListObjectVersions': 's3:ListBucketVersions',
  's3:ListObjectsV2': 's3:ListBucket',
  's3:DeleteObjects': 's3:DeleteObjectVersion',
};

/** What IAM is asked about the calls of S3 that are about one bucket or its objects. */
export const S3_ASKED: Readonly<Record<string, (input: Input, place: unknown, action: string) => readonly Asked[]>> = {
  PutBucketReplication: (input, _place, action) => [
    { action, resource: bucketArn(input), context: {} },
    {
      action: 'iam:PassRole',
      resource: text(Object(input.ReplicationConfiguration) as Input, 'Role'),
      context: { 'iam:PassedToService': 's3.amazonaws.com' },
    },
  ],
  ListObjectVersions: listed,
  ListObjectsV2: listed,
  PutObject: (input, _place, action) => [
    { action, resource: `${bucketArn(input)}/${text(input, 'Key')}`, context: {} },
  ],
  DeleteObjects: (input, _place, action) => {
    const { Objects = [] } = Object(input.Delete) as { readonly Objects?: readonly Input[] };
    return Objects.flatMap((one) => {
      const resource = `${bucketArn(input)}/${text(one, 'Key')}`;
      // a version that is named needs the one, in a bucket without versions the other
      return [action, 's3:DeleteObject'].map((asked) => ({ action: asked, resource, context: {} }));
    });
  },
};

function listed(input: Input, _place: unknown, action: string): readonly Asked[] {
  return [{ action, resource: bucketArn(input), context: { 's3:prefix': text(input, 'Prefix') } }];
}

function bucketArn(input: Input): string {
  return `arn:aws:s3:::${text(input, 'Bucket')}`;
}

function text(input: Input, key: string): string {
  const value = input[key];
  return typeof value === 'string' ? value : '';
}
