import { EventName, EventPattern } from '@offhook/core/protocol';
import { describe, expect, it } from 'vitest';
import { signedHeaders, signingKey } from '../../server/src/ports/signature.ts';
import { verifyWebhook } from './webhook.ts';
import type { WebhookEvent, WebhookOptions } from './webhook.ts';

// The example of the reference libraries of Standard Webhooks.
const example: WebhookOptions = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  headers: {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  },
  body: '{"test": 2432232314}',
  now: 1_614_265_330_000,
};
const headers = example.headers as Record<string, string>;

const event = { type: 'call.ended', timestamp: '2026-11-20T10:00:00.000Z', data: { call: 'c', cause: 'hangup' } };

/** As the server signs it. */
function signed(body: string, secret = 'a webhook secret'): WebhookOptions {
  const message = { id: 'msg_1', timestamp: 1_614_265_330, body };
  return { secret, headers: signedHeaders([signingKey(secret)], message), body, now: 1_614_265_330_000 };
}

describe('verifyWebhook', () => {
  it('takes what the server signs, however headers and body come', async () => {
    const ours = signed(JSON.stringify(event));
    expect(await verifyWebhook(ours)).toEqual({ id: 'msg_1', ...event });
    const fetched = new Headers(ours.headers as Record<string, string>);
    expect(await verifyWebhook({ ...ours, headers: fetched, body: Buffer.from(String(ours.body)) })).toMatchObject(event);
  });

  it.each(['{"test": 2432232314}', 'null', '', '[]', '{"type":7,"timestamp":"x","data":{}}'])(
    'refuses %j, signed as it is',
    async (body) => {
      await expect(verifyWebhook(signed(body))).rejects.toMatchObject({ code: 'body_malformed' });
    },
  );

  it('takes the signature of the example of the specification', async () => {
    await expect(verifyWebhook(example)).rejects.toMatchObject({ code: 'body_malformed' });
  });

  it('takes one of several signatures, and one of several secrets', async () => {
    const ours = signed(JSON.stringify(event));
    const { 'webhook-signature': signature, ...others } = ours.headers as Record<string, string>;
    const several = { ...others, 'webhook-signature': `v1,AAAA v1a,xx ${signature}` };
    expect(await verifyWebhook({ ...ours, headers: several, secret: ['the new one', 'a webhook secret'] })).toMatchObject(
      event,
    );
  });

  it.each([
    ['another body', { body: '{"test": 2432232315}' }, 'signature_wrong'],
    ['another secret', { secret: 'whsec_AAAA' }, 'signature_wrong'],
    ['no secret', { secret: [] }, 'signature_wrong'],
    ['another id', { headers: { ...headers, 'webhook-id': 'x' } }, 'signature_wrong'],
    ['another time', { headers: { ...headers, 'webhook-timestamp': '1614265331' } }, 'signature_wrong'],
    ['a signature of another version', { headers: { ...headers, 'webhook-signature': 'v2,g0hM9SsE' } }, 'signature_wrong'],
    ['a signature that is none', { headers: { ...headers, 'webhook-signature': 'v1,***' } }, 'signature_wrong'],
    ['no signature', { headers: { ...headers, 'webhook-signature': undefined } }, 'headers_missing'],
    ['no headers', { headers: new Headers() }, 'headers_missing'],
    ['an old one', { now: 1_614_265_330_000 + 301_000 }, 'too_old'],
    ['one of the future', { now: 1_614_265_330_000 - 301_000 }, 'too_old'],
  ] as const)('refuses %s', async (_, wrong, code) => {
    await expect(verifyWebhook({ ...example, ...wrong })).rejects.toMatchObject({ name: 'WebhookError', code });
  });
});

it('has a type for every event there is', () => {
  const typed: Record<WebhookEvent['type'], true> = {
    'call.placed': true,
    'call.ringing': true,
    'call.accepted': true,
    'call.connected': true,
    'call.digit': true,
    'call.ended': true,
    'session.started': true,
    'session.ended': true,
    'session.recording': true,
    'recording.paused': true,
    'recording.resumed': true,
    'recording.ended': true,
    'recording.completed': true,
    'participant.joined': true,
    'participant.left': true,
    'participant.digit': true,
    'stream.published': true,
    'stream.unpublished': true,
    'stream.dropped': true,
    'meeting.created': true,
    'meeting.changed': true,
    'meeting.cancelled': true,
    'meeting.reminder': true,
    'meeting.started': true,
    'meeting.knocked': true,
    'meeting.joined': true,
    'meeting.left': true,
    'meeting.ended': true,
    'trunk.registered': true,
    'trunk.failed': true,
    'trunk.up': true,
    'trunk.down': true,
    'trunk.cap_reached': true,
    'number.unreachable': true,
    'voicemail.created': true,
  };
  expect(Object.keys(typed).toSorted()).toEqual(EventName.options.toSorted());
});

it('all about each thing of which events tell is named by one pattern, and there are no others', () => {
  const things = new Set(EventName.options.map((name) => `${name.split('.')[0] ?? ''}.*`));
  expect(EventPattern.options.toSorted()).toEqual([...EventName.options, ...things].toSorted());
});
