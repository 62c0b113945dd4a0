/** Pages that are SIP phones, made with JsSIP and with SIP.js. They take every call at once, and send a tone. */
import JsSIP from 'jssip';
import { Inviter, Registerer, RegistererState, SessionState, UserAgent } from 'sip.js';
import type { Session } from 'sip.js';
import { toneAt, tone } from './tones.ts';

export interface SipLogin {
  /** Of the WebSocket. */
  readonly url: string;
  readonly host: string;
  readonly login: string;
  readonly password: string;
  /** What it sends, in Hz. */
  readonly hertz: number;
}

export interface SipPage {
  /** Resolves once it is registered. */
  register(login: SipLogin): Promise<void>;
  call(user: string): void;
  /** Waits until a tone stands out in what arrives. */
  untilTone(hertz: number): Promise<void>;
  untilEnded(): Promise<void>;
  hangUp(): void;
  hold(): void;
}

/** What both libraries say of a call. */
class Talk {
  readonly #connection = Promise.withResolvers<RTCPeerConnection>();
  readonly #end = Promise.withResolvers<void>();

  connected(connection: RTCPeerConnection): void {
    this.#connection.resolve(connection);
  }
  ended(): void {
    this.#end.resolve();
  }
  async untilTone(hertz: number): Promise<void> {
    const connection = await this.#connection.promise;
    const stream = new MediaStream(connection.getReceivers().flatMap(({ track }) => (track.kind === 'audio' ? track : [])));
    // Chromium (156) decodes only what is played.
    const played = new Audio();
    played.srcObject = stream;
    await played.play();
    await toneAt(stream, hertz);
  }
  untilEnded(): Promise<void> {
    return this.#end.promise;
  }
}

function jssip(): SipPage {
  let talk = new Talk();
  let agent: JsSIP.UA;
  let session: ReturnType<JsSIP.UA['call']> | undefined;
  let hertz = 0;
  let host = '';
  return {
    async register(login) {
      ({ hertz, host } = login);
      const socket = new JsSIP.WebSocketInterface(login.url);
      agent = new JsSIP.UA({
        sockets: [socket],
        uri: `sip:${login.login}@${host}`,
        password: login.password,
        register_expires: 120,
      });
      agent.on('newRTCSession', ({ session: one, originator }: { session: typeof session & object; originator: string }) => {
        session = one;
        talk = new Talk();
        const begun = talk;
        one.on('ended', () => begun.ended());
        one.on('failed', () => begun.ended());
        one.on('confirmed', () => begun.connected(one.connection));
        if (originator === 'remote') one.answer({ mediaStream: tone(hertz) });
      });
      const registered = new Promise<void>((resolve, reject) => {
        agent.on('registered', () => resolve());
        agent.on('registrationFailed', ({ cause }) => reject(new Error(String(cause))));
      });
      agent.start();
      await registered;
    },
    call: (user) => void agent.call(`sip:${user}@${host}`, { mediaStream: tone(hertz) }),
    untilTone: (of) => talk.untilTone(of),
    untilEnded: () => talk.untilEnded(),
    hangUp: () => session?.terminate(),
    hold: () => void session?.hold(),
  };
}

function sipjs(): SipPage {
  let talk = new Talk();
  let agent: UserAgent;
  let session: Session | undefined;
  let host = '';
  const follow = (one: Session): void => {
    session = one;
    talk = new Talk();
    const begun = talk;
    one.stateChange.addListener((state) => {
      const handler = one.sessionDescriptionHandler as { peerConnection?: RTCPeerConnection } | undefined;
      if (state === SessionState.Established && handler?.peerConnection) begun.connected(handler.peerConnection);
      if (state === SessionState.Terminated) begun.ended();
    });
  };
  return {
    async register({ url, host: at, login, password, hertz }) {
      host = at;
      agent = new UserAgent({
        uri: UserAgent.makeURI(`sip:${login}@${host}`)!,
        transportOptions: { server: url },
        authorizationUsername: login,
        authorizationPassword: password,
        logBuiltinEnabled: false,
        sessionDescriptionHandlerFactoryOptions: { iceGatheringTimeout: 1_000 },
        delegate: {
          onInvite: (invitation) => {
            follow(invitation);
            void invitation.accept();
          },
        },
      });
      // The tone in the place of the microphone.
      navigator.mediaDevices.getUserMedia = () => Promise.resolve(tone(hertz));
      await agent.start();
      const registerer = new Registerer(agent);
      const registered = new Promise<void>((resolve) =>
        registerer.stateChange.addListener((state) => state === RegistererState.Registered && resolve()),
      );
      await registerer.register();
      await registered;
    },
    call(user) {
      const inviter = new Inviter(agent, UserAgent.makeURI(`sip:${user}@${host}`)!);
      follow(inviter);
      void inviter.invite();
    },
    untilTone: (of) => talk.untilTone(of),
    untilEnded: () => talk.untilEnded(),
    hangUp: () => void session?.bye(),
    hold: () => undefined,
  };
}

declare global {
  var sipPages: { readonly jssip: SipPage; readonly sipjs: SipPage };
}
globalThis.sipPages = { jssip: jssip(), sipjs: sipjs() };
