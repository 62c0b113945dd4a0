import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { SystemHash } from '../system/hash.ts';
import { iceServers } from './servers.ts';

const world = { clock: { now: () => 1_800_000_000_500, schedule: () => () => undefined }, hash: new SystemHash('key') };

test('TURN servers get credentials for this user that expire, STUN servers need none', () => {
  const urls = ['stun:s.example', 'turn:t.example?transport=udp', 'turns:t.example'];
  const ice = iceServers({ urls, turnSecret: 'shared', turnTtlMs: 3_600_000 }, world, 'alice');
  const username = '1800003600:alice';
  expect(ice).toEqual({
    ttlMs: 3_600_000,
    iceServers: [
      { urls: ['stun:s.example'] },
      { urls: urls.slice(1), username, credential: createHmac('sha1', 'shared').update(username).digest('base64') },
    ],
  });
});

test('without servers there are none', () => {
  expect(iceServers({ urls: [], turnSecret: undefined, turnTtlMs: 1 }, world, 'alice').iceServers).toEqual([]);
});
