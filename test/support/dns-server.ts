import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import packet, { type Answer, type Question } from 'dns-packet';
import { onTestFinished } from 'vitest';

/** What a name server does about a question: answers it, or sends something else, or nothing. */
export type Reaction =
  | { readonly kind: 'answers'; readonly answers: readonly Answer[] }
  | { readonly kind: 'failure'; readonly code: 'NXDOMAIN' | 'SERVFAIL' | 'REFUSED' }
  | { readonly kind: 'garbage' }
  | { readonly kind: 'silence' };

/** A real name server on this machine, over UDP, until the test has ended. */
export interface DnsServer {
  /** `127.0.0.1:49152` */
  readonly address: string;
  /** What it was asked, in order: `CNAME api.example.com`. */
  readonly asked: readonly string[];
  stop(): void;
}

const CODES = { NXDOMAIN: 3, SERVFAIL: 2, REFUSED: 5 } as const;
const RESPONSE_WITH_RECURSION = packet.RECURSION_DESIRED | packet.RECURSION_AVAILABLE;

/** @param react - may take its time: as a resolver that has to ask somebody else */
export async function openDnsServer(react: (question: Question) => Reaction | Promise<Reaction>): Promise<DnsServer> {
  const asked: string[] = [];
  const socket = createSocket('udp4');
  socket.on('message', (message, from) => {
    const { id, questions = [] } = packet.decode(message);
    const [question] = questions;
    if (!question) return;
    asked.push(`${question.type} ${question.name}`);
    void Promise.resolve(react(question)).then((reaction) => {
      const reply = replyTo(reaction, { id, questions });
      if (reply) socket.send(reply, from.port, from.address, () => undefined);
    });
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  let isOpen = true;
  const stop = (): void => {
    if (isOpen) socket.close();
    isOpen = false;
  };
  onTestFinished(stop);
  return { address: `127.0.0.1:${socket.address().port}`, asked, stop };
}

function replyTo(
  reaction: Reaction,
  { id = 0, questions }: { readonly id: number | undefined; readonly questions: Question[] },
): Buffer | undefined {
  const head = { type: 'response' as const, id, questions };
  switch (reaction.kind) {
    case 'answers':
      return packet.encode({ ...head, flags: RESPONSE_WITH_RECURSION, answers: [...reaction.answers] });
    case 'failure':
      return packet.encode({ ...head, flags: RESPONSE_WITH_RECURSION | CODES[reaction.code] });
    case 'garbage': {
      // the right id, and then nothing that could be read
      const noise = Buffer.alloc(40, 0xff);
      noise.writeUInt16BE(id, 0);
      return noise;
    }
    case 'silence':
      return undefined;
  }
}

/** An answer of one alias, as a CNAME record gives it. */
export function leadsTo(name: string, target: string, ttl = 60): Reaction {
  return { kind: 'answers', answers: [{ type: 'CNAME', name, ttl, data: target }] };
}
