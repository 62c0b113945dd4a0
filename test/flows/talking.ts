/** What people do in a call. */
import assert from 'node:assert/strict';
import type { Flow } from './flow.ts';
import { talking as begin } from './scene.ts';

export const talking: readonly Flow[] = [
  {
    name: 'hold',
    title: 'Hold and resume',
    text: 'Bob holds the call: neither hears the other, and nothing is negotiated. Then he takes it up again.',
    async play(scene) {
      const [alice, bob] = await begin(scene);
      bob.does('holds');
      bob.call.hold();
      await scene.until(() => alice.call.remote.held, 'Alice knows');
      assert(bob.call.held && !alice.receives('audio') && !bob.receives('audio'));
      assert.deepEqual([alice.call.state, bob.call.state], ['active', 'active']);
      await scene.pass(3_000);
      bob.does('resumes');
      bob.call.resume();
      await scene.until(() => !alice.call.remote.held, 'Alice knows');
      await scene.pass(500);
      assert(alice.receives('audio') && bob.receives('audio'));
      await scene.part(alice, bob);
    },
  },
  {
    name: 'camera',
    title: 'A camera is turned on',
    text: 'In a call with sound only, Alice turns her camera on. The call is negotiated once more, and Bob sees her.',
    async play(scene) {
      const [alice, bob] = await begin(scene);
      assert(!bob.receives('video'));
      alice.does('turns the camera on');
      await scene.wait(alice.call.setCamera(true));
      await scene.until(() => bob.receives('video'), 'Bob sees Alice');
      await scene.pass(500);
      assert(bob.call.remote.camera && !alice.call.remote.camera && !alice.receives('video'));
      assert(alice.receives('audio') && bob.receives('audio'));
      await scene.part(alice, bob);
    },
  },
];
