import { limits } from '@offhook/core';
import { expect, onTestFinished, test } from 'vitest';
import { claim, startServer, Wire } from '../support/wire.ts';

const overhead = 200;
const lengths = [0, 1, 30, 60, 61, 62, 63, 64, 65, 100, 125, 126, 127, 1_000, 16_384, 65_000].map((length) =>
  Math.max(0, length),
);

test.each([
  ['ASCII', 'a', 1],
  ['Latin letters', 'é', 2],
  ['other letters', '李', 3],
  ['characters beyond 16 bits', '👩', 4],
])('messages of every length arrive as they are, in %s', async (_, character, bytes) => {
  const server = await startServer();
  onTestFinished(() => server.stop());
  const [anna, bo] = await Promise.all([claim(server.port, 'Anna'), claim(server.port, 'Bo')]);
  const [from, to] = [await Wire.signIn(server.port, anna), await Wire.signIn(server.port, bo)];
  for (const length of lengths) {
    const data = character.repeat(Math.min(length, limits.messageBytes - overhead) / bytes);
    for (const value of [data, `${data}x`, { text: data }]) {
      from.send({ type: 'acme.text', to: { user: 'bo' }, data: value });
      expect((await to.take('acme.text'))['data']).toEqual(value);
    }
  }
});
