import { serverLimits } from '@offhook/core';
import { describe, expect, test } from 'vitest';
import { settled } from '../engine/engine.fixture.ts';
import { StoreError } from '../ports.ts';
import { Answers } from './answers.ts';
import { Site } from './signaling.fixture.ts';

const offer = { type: 'offer', sdp: 'v=0' };
const media = { audio: true, video: false };
const call = 'call-0123456789abcdef';

describe('answers', () => {
  test('tell when nothing is being carried out any more', async () => {
    const answers = new Answers();
    await answers.idle();
    for (const id of ['1', '2']) answers.begin(id);
    let isIdle = false;
    const idle = answers.idle().then(() => {
      isIdle = true;
    });
    answers.end('1', 'done');
    answers.begin('1');
    await settled();
    expect(isIdle).toBe(false);
    answers.forget('2');
    await idle;
  });

  test('of the last requests are kept, the oldest make room', () => {
    const answers = new Answers();
    for (let n = 0; n <= serverLimits.repeatedAnswers; n += 1) {
      expect(answers.begin(String(n))).toEqual({ state: 'new' });
      answers.end(String(n), `answer ${n}`);
    }
    expect(answers.begin(String(serverLimits.repeatedAnswers))).toEqual({
      state: 'answered',
      text: `answer ${serverLimits.repeatedAnswers}`,
    });
    expect(answers.begin('0')).toEqual({ state: 'new' });
  });

  test('that are long make room sooner', () => {
    const answers = new Answers();
    const long = 'x'.repeat(serverLimits.answerBytes / 4);
    for (let n = 0; n < 6; n += 1) {
      answers.begin(String(n));
      answers.end(String(n), long);
    }
    expect(answers.begin('1')).toEqual({ state: 'new' });
    for (const n of [2, 3, 4, 5]) expect(answers.begin(String(n))).toEqual({ state: 'answered', text: long });
  });

  test('that are still awaited make no room', () => {
    const answers = new Answers();
    for (let n = 0; n < serverLimits.repeatedAnswers; n += 1) answers.begin(String(n));
    expect(answers.begin('one more')).toEqual({ state: 'full' });
    expect(answers.begin('7')).toEqual({ state: 'waiting' });
  });
});

describe('a repeated request', () => {
  test('gets the answer it had and is not carried out again', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const bob = await site.signIn('bob-1');
    const first = await alice.ask({ id: 'x', type: 'invite', call, to: 'bob', media, offer });
    const second = await alice.ask({ id: 'x', type: 'invite', call: 'another-call-id-00', to: 'bob', media, offer });
    expect(second).toEqual(first);
    expect(bob.types()).toEqual(['incoming']);
  });

  test('waits for the one answer while it is carried out', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const invite = { id: 'x', type: 'invite', call, to: 'bob', media, offer };
    alice.say(invite);
    alice.say(invite);
    await settled();
    expect(alice.received.filter(({ re }) => re === 'x')).toHaveLength(1);
  });

  test('is answered on the socket that took the connection over', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    const invite = { id: 'x', type: 'invite', call, to: 'bob', media, offer };
    alice.say(invite);
    alice.lose();
    const back = site.open();
    await back.hello('alice-1', { resume: alice.welcome.resume, seq: 0 });
    back.say(invite);
    await settled();
    const answers = back.received.filter(({ re }) => re === 'x');
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([JSON.stringify({ re: 'x', ok: { call } })]),
    );
  });

  test('of a page that was loaded anew is a new one', async () => {
    const site = new Site();
    const alice = await site.signIn('alice-1');
    await alice.ask({ id: '1', type: 'rename', name: 'Alicia' });
    alice.lose();
    const reloaded = await site.signIn('alice-1', { resume: alice.welcome.resume });
    expect(await reloaded.ask({ id: '1', type: 'rename', name: 'Alice' })).toMatchObject({ ok: { user: { name: 'Alice' } } });
  });

  test('that failed for the moment is tried again', async () => {
    let failing = false;
    const site = new Site();
    const commit = site.store.commit.bind(site.store);
    site.store.commit = (writes) => (failing ? Promise.reject(new StoreError('store_failed', 'disk')) : commit(writes));
    const alice = await site.signIn('alice-1');
    failing = true;
    expect(await alice.ask({ id: 'x', type: 'rename', name: 'Alicia' })).toMatchObject({ error: { code: 'store_failed' } });
    failing = false;
    expect(await alice.ask({ id: 'x', type: 'rename', name: 'Alicia' })).toMatchObject({ ok: { user: { name: 'Alicia' } } });
  });
});
