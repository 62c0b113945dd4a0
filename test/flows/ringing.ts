/** Calls of one page to another, up to the answer or instead of it. */
import assert from 'node:assert/strict';
import type { Flow } from './flow.ts';
import type { Scene, Seat } from './scene.ts';

async function aliceAndBob(scene: Scene): Promise<readonly [Seat, Seat]> {
  const [alice, bob] = [scene.person('Alice'), scene.person('Bob')];
  await scene.signIn(alice, bob);
  return [alice, bob];
}

async function rings(scene: Scene, caller: Seat, callee: Seat): Promise<void> {
  await caller.dial('bob');
  await scene.until(() => caller.call.ringing && callee.states.at(-1) === 'incoming', 'it rings');
  assert.equal(caller.call.state, 'calling');
  await scene.pass(2_000);
}

export const ringing: readonly Flow[] = [
  {
    name: 'answer',
    title: 'A call is answered',
    text: 'Alice calls Bob, Bob answers, they talk, and Alice hangs up. The first who answers is decided by the server alone.',
    async play(scene) {
      const [alice, bob] = await aliceAndBob(scene);
      await rings(scene, alice, bob);
      await bob.answer();
      await scene.all('active', alice, bob);
      assert(alice.receives('audio') && bob.receives('audio'));
      assert(!alice.receives('video') && !bob.receives('video'));
      await scene.part(alice, bob);
      assert.deepEqual([(await alice.last()).role, (await bob.last()).role], ['caller', 'callee']);
    },
  },
  {
    name: 'video',
    title: 'A video call',
    text: 'Alice calls Bob with her camera on, and Bob answers with his.',
    async play(scene) {
      const [alice, bob] = await aliceAndBob(scene);
      await alice.dial('bob', { video: true });
      await scene.until(() => bob.states.at(-1) === 'incoming', 'it rings');
      assert.equal(bob.call.media.video, true);
      await scene.pass(2_000);
      await bob.answer(bob.call, { video: true });
      await scene.all('active', alice, bob);
      await scene.pass(500);
      for (const seat of [alice, bob]) assert(seat.receives('audio') && seat.receives('video') && seat.call.remote.camera);
      await scene.part(bob, alice);
      assert.equal((await bob.last()).media.video, true);
    },
  },
  {
    name: 'reject',
    title: 'A call is declined',
    text: 'Bob declines. It ends for both at once.',
    async play(scene) {
      const [alice, bob] = await aliceAndBob(scene);
      await rings(scene, alice, bob);
      bob.does('declines');
      bob.call.reject();
      await scene.ended('declined', alice, bob);
      assert.equal((await bob.last()).missed, false);
    },
  },
  {
    name: 'cancel',
    title: 'The caller gives up',
    text: 'Alice hangs up while it rings. For Bob it is a missed call.',
    async play(scene) {
      const [alice, bob] = await aliceAndBob(scene);
      await rings(scene, alice, bob);
      alice.does('hangs up');
      alice.call.hangup();
      await scene.ended('cancelled', alice, bob);
      assert.equal((await bob.last()).missed, true);
    },
  },
  {
    name: 'busy',
    title: 'The callee is busy',
    text: 'Bob talks with Carol and takes one call at a time. Alice hears at once that he is busy, and nothing rings.',
    async play(scene) {
      const [alice, bob] = [scene.person('Alice'), scene.person('Bob')];
      const carol = scene.aside('Carol');
      await scene.signIn(alice, bob, carol);
      await scene.wait(bob.phone.changeSettings({ maxCalls: 1 }));
      await scene.talk(carol, bob);
      scene.begin();
      await alice.dial('bob');
      await scene.ended('busy', alice);
      assert.deepEqual(bob.states, ['active']);
      const { cause, missed } = await bob.last();
      assert.deepEqual({ cause, missed }, { cause: 'busy', missed: true });
    },
  },
  {
    name: 'do-not-disturb',
    title: 'The callee does not want to be disturbed',
    text: 'Bob has turned on “do not disturb”. Nothing rings, and he finds a missed call.',
    async play(scene) {
      const [alice, bob] = await aliceAndBob(scene);
      await scene.wait(bob.phone.changeSettings({ doNotDisturb: true }));
      await scene.pass(1_000);
      scene.begin();
      await alice.dial('bob');
      await scene.ended('do_not_disturb', alice);
      assert.deepEqual(bob.states, []);
      const { cause, missed } = await bob.last();
      assert.deepEqual({ cause, missed }, { cause: 'do_not_disturb', missed: true });
    },
  },
  {
    name: 'unreachable',
    title: 'The callee is not there',
    text: 'No device of Bob is there. He finds a missed call when he signs in.',
    async play(scene) {
      const [alice, bob] = [scene.person('Alice'), scene.person('Bob')];
      await scene.signIn(alice);
      await alice.dial('bob');
      await scene.ended('unreachable', alice);
      await scene.signIn(bob);
      assert.deepEqual(bob.states, []);
      const { cause, missed } = await bob.last();
      assert.deepEqual({ cause, missed }, { cause: 'unreachable', missed: true });
    },
  },
  {
    name: 'no-answer',
    title: 'Nobody answers',
    text: 'Bob lets it ring until his time for it is over: 20 seconds, as he has set it. It is a missed call.',
    async play(scene) {
      const [alice, bob] = await aliceAndBob(scene);
      await scene.wait(bob.phone.changeSettings({ ringMs: 20_000 }));
      await scene.pass(1_000);
      scene.begin();
      const before = scene.now;
      await rings(scene, alice, bob);
      await scene.ended('no_answer', alice, bob);
      assert(scene.now - before > 20_000 && scene.now - before < 22_000);
      assert.equal((await bob.last()).missed, true);
    },
  },
  {
    name: 'oneself',
    title: 'Nobody can call themselves',
    text: 'Alice calls her own address, which the server refuses.',
    async play(scene) {
      const alice = scene.person('Alice');
      await scene.signIn(alice);
      await assert.rejects(alice.dial('alice'), { code: 'self_call' });
      await scene.all('ended', alice);
      await scene.pass(500);
      scene.stop();
      assert.equal(alice.call.error?.code, 'self_call');
      const { entries } = await scene.wait(alice.phone.history());
      assert.deepEqual(entries, []);
    },
  },
];
