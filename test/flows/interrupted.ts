/** Pages, sockets, servers and media paths that are lost and come back. */
import assert from 'node:assert/strict';
import type { Flow } from './flow.ts';
import { talking } from './scene.ts';

export const interrupted: readonly Flow[] = [
  {
    name: 'caller-reload',
    title: 'The caller’s page is loaded again while it rings',
    text: 'Alice reloads her page while Bob’s rings. The new page takes the connection over and replaces the offer by one of the next epoch; it rings on.',
    async play(scene) {
      const [alice, bob] = [scene.person('Alice'), scene.person('Bob')];
      await scene.signIn(alice, bob);
      await alice.dial('bob');
      await scene.until(() => bob.states.at(-1) === 'incoming', 'it rings');
      await scene.pass(1_000);
      await alice.reload();
      await scene.until(() => alice.states.at(-1) === 'calling', 'Alice calls again');
      assert.deepEqual(bob.states, ['incoming']);
      await scene.pass(2_000);
      await bob.answer();
      await scene.all('active', alice, bob);
      assert.equal(alice.call.id, bob.call.id);
      assert(alice.receives('audio') && bob.receives('audio'));
      assert.equal(scene.epoch(alice.call), 2);
      await scene.part(alice, bob);
    },
  },
  {
    name: 'callee-reload',
    title: 'The callee’s page is loaded again while it rings',
    text: 'Bob reloads his page while it rings. The new page rings for the same call and answers it.',
    async play(scene) {
      const [alice, bob] = [scene.person('Alice'), scene.person('Bob')];
      await scene.signIn(alice, bob);
      await alice.dial('bob');
      await scene.until(() => bob.states.at(-1) === 'incoming', 'it rings');
      await scene.pass(1_000);
      await bob.reload();
      await scene.until(() => bob.states.at(-1) === 'incoming', 'it rings again');
      assert.equal(alice.call.state, 'calling');
      await scene.pass(2_000);
      await bob.answer();
      await scene.all('active', alice, bob);
      assert(alice.receives('audio') && bob.receives('audio'));
      assert.equal(scene.epoch(alice.call), 1);
      await scene.part(alice, bob);
    },
  },
  {
    name: 'reload',
    title: 'A page is loaded again in a call',
    text: 'Bob reloads his page in a call. The new page takes the connection over and opens the next epoch of media; the duration goes on.',
    async play(scene) {
      const [alice, bob] = await talking(scene);
      const { id } = bob.call;
      await bob.reload();
      await scene.until(() => bob.states.at(-1) === 'active' && bob.receives('audio'), 'Bob talks again');
      await scene.until(() => alice.call.state === 'active' && alice.receives('audio'), 'Alice hears Bob again');
      assert.equal(bob.call.id, id);
      assert((bob.call.duration ?? 0) > 1_500, 'the duration began anew');
      assert.equal(scene.epoch(alice.call), 2);
      await scene.part(alice, bob);
    },
  },
  {
    name: 'dropped-socket',
    title: 'A socket is lost in a call',
    text: 'Bob’s socket is lost. The media goes on; meanwhile Alice holds the call, and the connection that is resumed tells Bob what he has missed.',
    async play(scene) {
      const [alice, bob] = await talking(scene);
      bob.does('loses the socket');
      scene.world.wires.of(bob.page)?.cut(['page', 'server']);
      alice.does('holds');
      alice.call.hold();
      await scene.until(() => bob.phone.state !== 'online', 'Bob notices');
      assert.equal(bob.call.state, 'active');
      await scene.until(() => bob.phone.state === 'online', 'Bob is back');
      await scene.until(() => bob.call.remote.held && !alice.call.peerAway, 'both know everything');
      assert.deepEqual([alice.call.state, bob.call.state], ['active', 'active']);
      await scene.pass(1_000);
      alice.does('resumes');
      alice.call.resume();
      await scene.until(() => !bob.call.remote.held, 'Bob knows');
      assert(alice.receives('audio') && bob.receives('audio'));
      assert.equal(scene.epoch(alice.call), 1);
      await scene.part(bob, alice);
    },
  },
  {
    name: 'server-killed',
    title: 'The server is killed in a call',
    text: 'The server is killed and started again a second later. The media never stops, both connections get the full state, and the call goes on.',
    async play(scene) {
      const { server } = scene.world;
      const [alice, bob] = await talking(scene);
      server.kill(0, true);
      await scene.pass(1_000);
      for (const seat of [alice, bob]) assert(seat.call.state === 'active' && seat.receives('audio'));
      assert(server.engine === undefined);
      void server.start();
      await scene.until(() => [alice, bob].every(({ phone }) => phone.state === 'online'), 'both are back');
      await scene.pass(1_000);
      for (const seat of [alice, bob]) assert(seat.call.state === 'active' && !seat.call.peerAway && seat.receives('audio'));
      assert.equal(scene.epoch(alice.call), 1);
      await scene.part(alice, bob);
    },
  },
  {
    name: 'ice-restart',
    title: 'The media path is lost',
    text: 'Bob’s network gives him another address, so that nothing of what he gathered leads to him any more. ICE is restarted within the same epoch; both sides offer at once, and the callee gives way.',
    async play(scene) {
      const [alice, bob] = await talking(scene);
      bob.does('gets another address');
      bob.page.address += 1;
      scene.world.ether.changed();
      await scene.all('reconnecting', alice, bob);
      await scene.all('active', alice, bob);
      assert(alice.receives('audio') && bob.receives('audio'));
      assert.equal(scene.epoch(alice.call), 1);
      await scene.part(alice, bob);
    },
  },
];
