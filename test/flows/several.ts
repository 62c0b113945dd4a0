/** Several calls of one person, several devices and tabs, and two people who call each other at once. */
import assert from 'node:assert/strict';
import type { Flow } from './flow.ts';

export const several: readonly Flow[] = [
  {
    name: 'call-waiting',
    title: 'A second call waits',
    text: 'Bob talks with Alice when Carol calls. He holds Alice and answers Carol, goes back to Alice and holds Carol, and both calls end.',
    async play(scene) {
      const [alice, bob, carol] = [scene.person('Alice'), scene.person('Bob'), scene.person('Carol')];
      await scene.signIn(alice, bob, carol);
      await scene.talk(alice, bob);
      const first = bob.call;
      scene.begin();
      await carol.dial('bob');
      await scene.until(() => carol.call.ringing && bob.states.at(-1) === 'incoming', 'it rings');
      const second = bob.call;
      assert(second.waiting && carol.call.waiting);
      await scene.pass(1_000);
      bob.does('holds alice');
      first.hold();
      await bob.answer(second);
      await scene.all('active', bob, carol);
      await scene.pass(500);
      assert(alice.call.remote.held && !alice.receives('audio') && !bob.receives('audio', first));
      assert(carol.receives('audio') && bob.receives('audio', second));
      bob.does('goes back to alice');
      second.hold();
      first.resume();
      await scene.pass(1_000);
      assert(alice.receives('audio') && bob.receives('audio', first));
      assert(carol.call.remote.held && !carol.receives('audio') && !bob.receives('audio', second));
      assert.deepEqual([bob.states, alice.call.state, carol.call.state], [['active', 'active'], 'active', 'active']);
      carol.does('hangs up');
      carol.call.hangup();
      await scene.until(() => second.state === 'ended', 'the second call ends');
      await scene.pass(1_000);
      alice.does('hangs up');
      alice.call.hangup();
      await scene.until(() => first.state === 'ended', 'the first call ends');
      await scene.pass(500);
      scene.stop();
      assert.deepEqual([first.cause, second.cause], ['hangup', 'hangup']);
      const { entries } = await scene.wait(bob.phone.history());
      assert.deepEqual(
        entries.map(({ peer, cause }) => [peer.address, cause]),
        [
          ['carol', 'hangup'],
          ['alice', 'hangup'],
        ],
      );
    },
  },
  {
    name: 'swap',
    title: 'Two calls by turns',
    text: 'Bob talks with Alice, calls Carol as well, and goes to and fro between the two: each hears him only when it is their turn.',
    async play(scene) {
      const [alice, bob, carol] = [scene.person('Alice'), scene.person('Bob'), scene.person('Carol')];
      await scene.signIn(alice, bob, carol);
      await scene.talk(alice, bob);
      const first = bob.call;
      scene.begin();
      bob.does('holds alice');
      first.hold();
      const second = await bob.dial('carol');
      await scene.until(() => carol.states.at(-1) === 'incoming', 'it rings');
      await carol.answer();
      await scene.all('active', bob, carol);
      const turns = [
        { talks: first, waits: second, heard: alice, silent: carol },
        { talks: second, waits: first, heard: carol, silent: alice },
      ];
      for (const { talks, waits, heard, silent } of turns) {
        bob.does(`goes to ${heard.page.user}`);
        waits.hold();
        talks.resume();
        await scene.pass(1_000);
        assert(heard.receives('audio') && bob.receives('audio', talks) && !heard.call.remote.held);
        assert(!silent.receives('audio') && !bob.receives('audio', waits) && silent.call.remote.held);
      }
      bob.does('hangs up both');
      first.hangup();
      second.hangup();
      await scene.all('ended', alice, carol);
      scene.stop();
      assert.deepEqual([alice.call.cause, carol.call.cause], ['hangup', 'hangup']);
    },
  },
  {
    name: 'consult-transfer',
    title: 'A call is transferred after a word',
    text: 'Bob talks with Alice, puts her on hold and asks Carol, who takes the call over: Alice and Carol talk, and Bob is free.',
    async play(scene) {
      const [alice, bob, carol] = [scene.person('Alice'), scene.person('Bob'), scene.person('Carol')];
      await scene.signIn(alice, bob, carol);
      await scene.talk(alice, bob);
      const [first, hers] = [bob.call, alice.call];
      scene.begin();
      const consultation = await bob.consult('carol', first);
      await scene.until(() => carol.states.at(-1) === 'incoming', 'it rings');
      await carol.answer();
      await scene.all('active', bob, carol);
      await scene.pass(500);
      assert(alice.call.remote.held && !alice.receives('audio'));
      assert(carol.receives('audio') && bob.receives('audio', consultation.call));
      bob.does('completes');
      await scene.wait(consultation.complete());
      await scene.until(() => hers.peer.address === 'carol' && hers.state === 'active', 'alice talks with carol');
      await scene.until(() => carol.call.state === 'active', 'carol talks with alice');
      await scene.pass(1_000);
      assert.deepEqual([first.cause, consultation.call.cause], ['transferred', 'transferred']);
      assert.deepEqual([hers.id, hers.transferredBy?.address], [carol.call.id, 'bob']);
      assert.deepEqual([carol.call.peer.address, carol.call.transferredBy?.address], ['alice', 'bob']);
      assert(alice.receives('audio') && carol.receives('audio') && !bob.receives('audio', first));
      assert.equal(bob.phone.calls.length, 0);
      await scene.part(alice, carol);
      const entries = await Promise.all([alice, bob, carol].map((seat) => scene.wait(seat.phone.history())));
      assert.deepEqual(
        entries.map((page) => page.entries.map(({ peer, cause }) => `${peer.address} ${cause}`)),
        [
          ['carol hangup', 'bob transferred'],
          ['carol transferred', 'alice transferred'],
          ['alice hangup', 'bob transferred'],
        ],
      );
    },
  },
  {
    name: 'two-devices',
    title: 'It rings on two devices',
    text: 'It rings on Bob’s laptop and phone. He answers on the phone, and the laptop stops.',
    async play(scene) {
      const alice = scene.person('Alice');
      const user = scene.user('Bob');
      const [laptop, phone] = [scene.page(user, 'laptop'), scene.page(user, 'phone')];
      await scene.signIn(alice, laptop, phone);
      await alice.dial('bob');
      await scene.until(() => [laptop, phone].every(({ states }) => states.at(-1) === 'incoming'), 'it rings on both');
      await scene.pass(2_000);
      await phone.answer();
      await scene.all('active', alice, phone);
      await scene.until(() => laptop.call.state === 'ended', 'the laptop stops');
      assert.deepEqual([laptop.call.cause, laptop.call.answeredOn], ['answered_elsewhere', 'phone']);
      assert(alice.receives('audio') && phone.receives('audio'));
      await scene.part(phone, alice);
      assert.equal((await laptop.last()).cause, 'hangup');
    },
  },
  {
    name: 'two-tabs',
    title: 'It rings in two tabs',
    text: 'Both tabs of Bob’s browser ring, and both are answered within 10 ms. The server takes the first, and the other tab stops.',
    async play(scene) {
      const alice = scene.person('Alice');
      const user = scene.user('Bob');
      const [first, second] = [scene.page(user, 'laptop'), scene.page(user, 'laptop')];
      await scene.signIn(alice, first, second);
      await alice.dial('bob');
      await scene.until(() => [first, second].every(({ states }) => states.at(-1) === 'incoming'), 'it rings in both');
      await scene.pass(2_000);
      const answers = [second.answer()];
      await scene.pass(10);
      answers.push(first.answer());
      await scene.wait(Promise.all(answers));
      await scene.all('active', alice, second);
      assert.deepEqual([first.call.state, first.call.cause], ['ended', 'answered_elsewhere']);
      assert(alice.receives('audio') && second.receives('audio'));
      await scene.part(alice, second);
    },
  },
  {
    name: 'crossing',
    title: 'Two call each other',
    text: 'Alice and Bob call each other at the same moment. The server makes one call of the two, which neither has to answer.',
    async play(scene) {
      const [alice, bob] = [scene.person('Alice'), scene.person('Bob')];
      await scene.signIn(alice, bob);
      const placed = [alice.dial('bob')];
      await scene.pass(10);
      placed.push(bob.dial('alice'));
      await scene.wait(Promise.all(placed));
      await scene.all('active', alice, bob);
      assert.deepEqual([alice.page.calls.length, bob.page.calls.length], [1, 1]);
      assert.equal(alice.page.calls[0]?.id, bob.page.calls[0]?.id);
      assert(alice.receives('audio') && bob.receives('audio'));
      await scene.part(alice, bob);
      const { entries } = await scene.wait(bob.phone.history());
      assert.deepEqual(entries.length, 1);
    },
  },
];
