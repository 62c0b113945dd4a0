/** Pages that are SIP phones, made with JsSIP and with SIP.js. They take every call at once, and send a tone. */
import JsSIP from 'jssip';
import { Inviter, Registerer, RegistererState, SessionState, UserAgent, Web } from 'sip.js';
import type { Notification, Session, URI } from 'sip.js';
import { loudest, toneAt, tone } from './tones.ts';
import { until } from './until.ts';

export interface SipLogin {
  /** Of the WebSocket. */
  readonly url: string;
  readonly host: string;
  readonly login: string;
  readonly password: string;
  /** What it sends, in Hz. */
  readonly hertz: number;
}

/** What is said of a call is said of the one that has begun last. */
export interface SipPage {
  /** Resolves once it is registered. */
  register(login: SipLogin): Promise<void>;
  /** A call that goes on already is to be held before. */
  call(user: string): void;
  /** Waits until a tone stands out in what arrives. */
  untilTone(hertz: number): Promise<void>;
  /** Waits until nothing is heard. */
  untilSilent(): Promise<void>;
  untilEnded(): Promise<void>;
  hangUp(): void;
  /** Resolves once the other side has agreed to it. */
  hold(on: boolean): Promise<void>;
  /** Leads the other side on to somebody, without a word (RFC 5589 §6). The status that is told of what has become of it. */
  transfer(user: string): Promise<number>;
  /** Leads whom it has called first on to whom it has called last (RFC 5589 §7). The same. */
  join(): Promise<number>;
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
    await toneAt(await this.#played(), hertz);
  }
  async untilSilent(): Promise<void> {
    const stream = await this.#played();
    let heard = 0;
    await until(
      'silence',
      async () => (heard = await loudest(stream)) < 0.001,
      () => heard,
    );
  }
  async #played(): Promise<MediaStream> {
    const connection = await this.#connection.promise;
    const stream = new MediaStream(connection.getReceivers().flatMap(({ track }) => (track.kind === 'audio' ? track : [])));
    // Chromium (156) decodes only what is played.
    const played = new Audio();
    played.srcObject = stream;
    await played.play();
    return stream;
  }
  untilEnded(): Promise<void> {
    return this.#end.promise;
  }
}

function jssip(): SipPage {
  type One = ReturnType<JsSIP.UA['call']>;
  let talk = new Talk();
  let agent: JsSIP.UA;
  let session: One | undefined;
  let before: One | undefined;
  let hertz = 0;
  let host = '';
  const refer = (one: One | undefined, target: string, replaces?: One): Promise<number> =>
    new Promise((resolve, reject) => {
      const told = ({ status_line }: { status_line: { status_code: number } }): void => resolve(status_line.status_code);
      const requestFailed = ({ cause }: { cause: string }): void => reject(new Error(cause));
      one?.refer(target, { eventHandlers: { accepted: told, failed: told, requestFailed }, ...(replaces && { replaces }) });
    });
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
      agent.on('newRTCSession', ({ session: one, originator }: { session: One; originator: string }) => {
        [before, session] = [session, one];
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
    untilSilent: () => talk.untilSilent(),
    untilEnded: () => talk.untilEnded(),
    hangUp: () => session?.terminate(),
    hold: (on) =>
      new Promise((resolve, reject) => {
        const isDone = on ? session?.hold({}, resolve) : session?.unhold({}, resolve);
        if (isDone !== true) reject(new Error('it is not the time for it'));
      }),
    transfer: (user) => refer(session, `sip:${user}@${host}`),
    join: () => refer(before, String(session?.remote_identity.uri), session),
  };
}

/** Leads whom this session is with on; the status that is told of what has become of it. */
function referred(one: Session | undefined, to: URI | Session | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    if (to === undefined) return reject(new Error('there is nobody'));
    const onNotify = (notice: Notification): void => {
      void notice.accept();
      const status = Number(/^SIP\/2\.0 (\d+)/.exec(notice.request.body)?.[1]);
      if (status >= 200) resolve(status);
    };
    const onReject = ({ message }: { message: { statusCode?: number | undefined } }): void =>
      reject(new Error(`refused: ${message.statusCode}`));
    one?.refer(to, { onNotify, requestDelegate: { onReject } }).catch(reject);
  });
}

function sipjs(): SipPage {
  let talk = new Talk();
  let agent: UserAgent;
  let session: Session | undefined;
  let before: Session | undefined;
  let host = '';
  const follow = (one: Session): void => {
    [before, session] = [session, one];
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
    untilSilent: () => talk.untilSilent(),
    untilEnded: () => talk.untilEnded(),
    hangUp: () => void session?.bye(),
    // As its own SessionManager does it.
    hold: (on) =>
      new Promise((resolve, reject) => {
        const handler = session?.sessionDescriptionHandler;
        const onAccept = (): void => {
          if (handler instanceof Web.SessionDescriptionHandler) handler.enableSenderTracks(!on);
          resolve();
        };
        const onReject = (): void => reject(new Error('refused'));
        const sessionDescriptionHandlerOptions = { hold: on } as object;
        session?.invite({ sessionDescriptionHandlerOptions, requestDelegate: { onAccept, onReject } }).catch(reject);
      }),
    transfer: (user) => referred(session, UserAgent.makeURI(`sip:${user}@${host}`)),
    join: () => referred(before, session),
  };
}

declare global {
  var sipPages: { readonly jssip: SipPage; readonly sipjs: SipPage };
}
globalThis.sipPages = { jssip: jssip(), sipjs: sipjs() };
