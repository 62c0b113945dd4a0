/** Calls that are led on to ring at somebody else: by a transfer without a word, or because their callee forwards them. */
import assert from 'node:assert/strict';
import type { Forwards } from '@offhook/core';
import type { Flow } from './flow.ts';
import type { Scene, Seat } from './scene.ts';

export const led: readonly Flow[] = [
  {
    name: 'blind-transfer',
    title: 'A call is transferred without a word',
    text: 'Bob talks with Alice and sends her on to Carol: it rings at Carol as soon as Alice has an offer for her, and Bob is free.',
    async play(scene) {
      const [alice, bob, carol] = [scene.person('Alice'), scene.person('Bob'), scene.person('Carol')];
      await scene.signIn(alice, bob, carol);
      await scene.talk(alice, bob);
      const [first, hers] = [bob.call, alice.call];
      scene.begin();
      bob.does('transfers alice to carol');
      await scene.wait(first.transfer('carol'));
      assert.deepEqual([first.state, first.cause], ['ended', 'transferred']);
      await scene.until(() => hers.ringing && carol.states.at(-1) === 'incoming', 'it rings');
      assert(!alice.receives('audio') && !bob.receives('audio', first));
      assert.deepEqual([hers.peer.address, hers.transferredBy?.address], ['carol', 'bob']);
      assert.deepEqual([carol.call.peer.address, carol.call.transferredBy?.address], ['alice', 'bob']);
      await scene.pass(2_000);
      await carol.answer();
      await scene.all('active', alice, carol);
      await scene.pass(1_000);
      assert(alice.receives('audio') && carol.receives('audio'));
      assert.deepEqual([hers.id, bob.phone.calls.length], [carol.call.id, 0]);
      await scene.part(alice, carol);
      await recalls(
        scene,
        [alice, ['carol hangup', 'bob transferred']],
        [bob, ['alice transferred']],
        [carol, ['alice hangup']],
      );
    },
  },
  {
    name: 'forward-always',
    title: 'Calls are always forwarded',
    text: 'Bob has his calls forwarded to Carol. Alice calls him, and it rings at Carol with the offer that Alice has made.',
    async play(scene) {
      const [alice, bob, carol] = await forwarding(scene, { always: 'carol' });
      await alice.dial('bob');
      await ringsAt(scene, alice, carol);
      assert.deepEqual(bob.calls, []);
      await answered(scene, alice, carol);
      await recalls(scene, [alice, ['carol hangup', 'bob forwarded']], [bob, ['alice forwarded']], [carol, ['alice hangup']]);
    },
  },
  {
    name: 'forward-busy',
    title: 'Calls are forwarded on busy',
    text: 'Bob is not to be disturbed, and has calls forwarded to Carol meanwhile. Alice calls him, and it rings at Carol.',
    async play(scene) {
      const [alice, bob, carol] = await forwarding(scene, { busy: 'carol' });
      await scene.wait(bob.phone.changeSettings({ doNotDisturb: true }));
      scene.begin();
      await alice.dial('bob');
      await ringsAt(scene, alice, carol);
      assert.deepEqual(bob.calls, []);
      await answered(scene, alice, carol);
      await recalls(scene, [alice, ['carol hangup', 'bob forwarded']], [bob, ['alice forwarded']], [carol, ['alice hangup']]);
    },
  },
  {
    name: 'forward-no-answer',
    title: 'Calls are forwarded when nobody answers',
    text: 'Bob has calls forwarded to Carol that he has not answered within 5 s. Alice calls him, it rings at Bob, and after that at Carol.',
    async play(scene) {
      const [alice, bob, carol] = await forwarding(scene, { noAnswer: 'carol' });
      await scene.wait(bob.phone.changeSettings({ ringMs: 5_000 }));
      scene.begin();
      const call = await alice.dial('bob');
      const { id } = call;
      await scene.until(() => call.ringing && bob.states.at(-1) === 'incoming', 'it rings');
      await ringsAt(scene, alice, carol);
      assert.deepEqual([bob.call.state, bob.call.cause], ['ended', 'forwarded']);
      assert.notEqual(call.id, id);
      await answered(scene, alice, carol);
      await recalls(scene, [alice, ['carol hangup', 'bob forwarded']], [bob, ['alice forwarded']], [carol, ['alice hangup']]);
    },
  },
];

/** Alice, Bob, who forwards, and Carol. */
async function forwarding(scene: Scene, forward: Forwards): Promise<readonly [Seat, Seat, Seat]> {
  const [alice, bob, carol] = [scene.person('Alice'), scene.person('Bob'), scene.person('Carol')];
  await scene.signIn(alice, bob, carol);
  await scene.wait(bob.phone.changeSettings({ forward }));
  await scene.pass(500);
  scene.begin();
  return [alice, bob, carol];
}

/** Whom Alice has called forwards it to Carol. */
async function ringsAt(scene: Scene, alice: Seat, carol: Seat): Promise<void> {
  await scene.until(() => alice.call.peer.address === 'carol' && alice.call.ringing, 'it rings at carol');
  assert.equal(alice.call.forwardedFrom?.address, 'bob');
  assert.deepEqual([carol.call.state, carol.call.peer.address], ['incoming', 'alice']);
  assert.equal(carol.call.forwardedFrom?.address, 'bob');
}

async function answered(scene: Scene, alice: Seat, carol: Seat): Promise<void> {
  await scene.pass(2_000);
  await carol.answer();
  await scene.all('active', alice, carol);
  assert.equal(scene.epoch(alice.call), 1);
  await scene.pass(500);
  assert(alice.receives('audio') && carol.receives('audio'));
  await scene.part(alice, carol);
}

/** What each of them finds among the calls of the past. */
async function recalls(scene: Scene, ...all: readonly (readonly [Seat, readonly string[]])[]): Promise<void> {
  for (const [seat, expected] of all) {
    const { entries } = await scene.wait(seat.phone.history());
    assert.deepEqual(
      entries.map(({ peer, cause }) => `${peer.address} ${cause}`),
      expected,
    );
  }
}
