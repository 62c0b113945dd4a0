/** The same call with the SDK. */
import { connect, type Call, type Phone } from '@offhook/client';
import { camera, present, show } from './phone.ts';

let phone: Phone;
let call: Call | undefined;
let rang = Promise.withResolvers<void>();
let ended = Promise.withResolvers<void>();

function begin(begun: Call): void {
  call = begun;
  ended = Promise.withResolvers();
  begun.on('ended', () => {
    call = undefined;
    rang = Promise.withResolvers();
    ended.resolve();
  });
  show(begun.remoteStream);
}

present({
  async signIn({ port, token }) {
    phone = await connect({ url: `http://localhost:${port}`, token, video: camera });
    phone.on('incoming', (incoming) => {
      begin(incoming);
      rang.resolve();
    });
  },
  async call(to) {
    begin(await phone.call(to, { video: true }));
  },
  rings: () => rang.promise,
  async accept() {
    await call?.answer({ video: true });
  },
  hangUp() {
    call?.hangup();
    return ended.promise;
  },
});
