import { fieldsOf, Request, sipUri } from '@offhook/sip';
import { expect, it } from 'vitest';
import { ManualClock, quiet, settled } from '../engine/engine.fixture.ts';
import { SipAgent } from './agent.ts';
import { guardOf, inside, looping } from './inside.ts';

it('what is said to ourselves comes in as from the network, and where it fails we go on', async () => {
  const errors: unknown[] = [];
  const guard = guardOf({ ...quiet, error: (...said) => void errors.push(said) });
  const sent: string[] = [];
  const served: string[] = [];
  let count = 0;
  const agent: SipAgent = new SipAgent({
    clock: new ManualClock(),
    random: () => `r${++count}`,
    sentBy: () => ({ host: '192.0.2.9', port: 5060 }),
    send: looping(
      ({ address }) => void sent.push(address),
      (text, from) => agent.receive(text, from),
      guard,
    ),
    serve: (_transaction, { method }) => {
      served.push(method);
      if (method === 'MESSAGE') throw new Error('the disk is full');
    },
  });
  const nobody = { response: () => undefined, failed: () => undefined };
  const say = (method: string, to = inside): void => {
    const uri = sipUri('inside.invalid');
    const fields = { From: '<sip:a@h>;tag=1', To: '<sip:b@h>', 'Call-ID': method, CSeq: `1 ${method}` };
    agent.ask(new Request(method, uri, fieldsOf(fields)), to, nobody);
  };
  say('MESSAGE');
  expect(served).toEqual([]);
  await settled();
  say('OPTIONS');
  say('INFO', { transport: 'udp', address: '192.0.2.1', port: 5060 });
  await settled();
  expect([served, sent]).toEqual([['MESSAGE', 'OPTIONS'], ['192.0.2.1']]);
  expect(errors).toEqual([['sip', { from: '127.0.0.1', error: 'Error: the disk is full' }]]);
});
