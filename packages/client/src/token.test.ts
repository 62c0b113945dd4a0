import { describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import type { Phone } from './phone.ts';
import { settle, World } from './world.fixture.ts';

async function open(world: World, token: string | (() => string | Promise<string>)): Promise<Phone> {
  const opening = connect({ token }, world.platform);
  await world.welcome();
  return opening;
}

describe('with a token', () => {
  it('a browser keeps the id that it gives itself', async () => {
    const world = new World();
    const platform = { ...world.platform, browser: world.tab };
    for (let n = 0; n < 2; n += 1) {
      const opening = connect({ token: 'secret', session: false }, platform);
      await world.welcome();
      await opening;
    }
    const [first, second] = world.sockets.map((socket) => socket.last('hello')['device']);
    expect(first).toEqual({ id: expect.stringMatching(/^.{16,64}$/) as string, name: 'Test on Node' });
    expect(second).toEqual(first);
  });

  it('from a function, a phone asks for another one before it expires', async () => {
    const world = new World();
    let count = 0;
    const phone = await open(world, () => Promise.resolve(`token ${(count += 1)}`));
    const told: number[] = [];
    phone.on('tokenWillExpire', (inMs) => told.push(inMs));
    world.socket.give({ type: 'token_expiring', inMs: 60_000 });
    await settle();
    expect(told).toEqual([60_000]);
    expect(world.socket.last('refresh')['token']).toBe('token 2');
    world.socket.answer('refresh', { expiresInMs: 600_000 });
    await settle();
    expect([phone.state, world.reported]).toEqual(['online', []]);
  });

  it('that is text, it tells the page and leaves the rest to it', async () => {
    const world = new World();
    const phone = await open(world, 'secret');
    const told: number[] = [];
    phone.on('tokenWillExpire', (inMs) => told.push(inMs));
    world.socket.give({ type: 'token_expiring', inMs: 5 });
    await settle();
    expect([told, world.socket.sent.map(({ type }) => type)]).toEqual([[5], ['hello']]);
    const refreshed = phone.refresh('newer');
    await settle();
    world.socket.refuse('refresh', 'forbidden');
    await expect(refreshed).rejects.toMatchObject({ code: 'forbidden' });
  });

  it('a page is told when whoever makes tokens has none', async () => {
    const world = new World();
    let isDown = false;
    const phone = await open(world, () => (isDown ? Promise.reject(new Error('down')) : 'secret'));
    isDown = true;
    world.socket.give({ type: 'token_expiring', inMs: 5 });
    await settle();
    expect([phone.state, world.reported]).toEqual(['online', [new Error('down')]]);
  });
});
