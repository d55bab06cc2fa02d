import { Readable } from 'node:stream';
import type { GetObjectCommandOutput } from '@aws-sdk/client-s3';

type Body = NonNullable<GetObjectCommandOutput['Body']>;

/** The bytes of an object as the SDK hands them out: a stream that can be taken as a whole, in one of three ways. */
export function bodyOf(bytes: Buffer): Body {
  const stream = new Readable({
    read() {
      this.push(bytes);
      this.push(null);
    },
  });
  return Object.assign(stream, {
    transformToByteArray: () => Promise.resolve(new Uint8Array(bytes)),
    transformToString: (encoding?: string) => Promise.resolve(textOf(bytes, encoding)),
    transformToWebStream: () => Readable.toWeb(stream),
  });
}

function textOf(bytes: Buffer, encoding = 'utf8'): string {
  return Buffer.isEncoding(encoding) ? bytes.toString(encoding) : new TextDecoder(encoding).decode(bytes);
}
