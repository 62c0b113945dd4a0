/** What comes in: from the network, and what is sent to ourselves, which goes by none. */
import type { ByteString, Remote } from '@offhook/sip';
import type { Log } from '../ports.ts';
import type { SipAgentDeps } from './agent.ts';

/** Ourselves: what is sent there comes in again. No socket has this connection. */
export const inside: Remote = { transport: 'tcp', address: '127.0.0.1', port: 0, connection: 'inside' };

export function isInside({ connection }: Remote): boolean {
  return connection === inside.connection;
}

/** Does what has come in: whatever that is, nobody else's calls end by it. */
export type Guard = (from: Remote, receive: () => void) => void;

export function guardOf(log: Log): Guard {
  return (from, receive) => {
    try {
      receive();
    } catch (error) {
      log.error('sip', { from: from.address, error: String(error) });
    }
  };
}

/** Sends to others by `send`; what goes to ourselves is received. */
export function looping(
  send: SipAgentDeps['send'],
  receive: (text: ByteString, from: Remote) => void,
  guard: Guard,
): SipAgentDeps['send'] {
  return (to, text, failed) => {
    if (isInside(to)) queueMicrotask(() => guard(to, () => receive(text, to)));
    else send(to, text, failed);
  };
}
