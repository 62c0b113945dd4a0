import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signedHeaders, signingKey } from './signature.ts';

describe('signature', () => {
  it('is the one of the example in the reference libraries of Standard Webhooks', () => {
    const headers = signedHeaders([signingKey('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')], {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('takes secrets that are plain text', () => {
    const { 'webhook-signature': signature } = signedHeaders([signingKey('secret')], { id: 'a', timestamp: 1, body: 'é' });
    expect(signature).toBe(`v1,${createHmac('sha256', 'secret').update('a.1.é').digest('base64')}`);
  });
});
