/** The SIP stack on real sockets of loopback, UDP and TCP: what a server does around it, and not more. */
import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import type { Socket as Datagrams } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Dialog, dialogKey, Forks, Repetition, responseTo, StreamFramer, TransactionLayer } from '@offhook/sip';
import type { Output, Remote, Request, Response, TransactionId } from '@offhook/sip';

export const random = (): string => randomBytes(12).toString('hex');

const sdp = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 40000 RTP/AVP 8', ''].join(
  '\r\n',
);

/** A 2xx of ours that waits for its ACK. */
interface Answered {
  readonly transaction: TransactionId;
  readonly ok: Response;
  readonly repetition: Repetition;
}

/** Answers calls at once, and makes some. */
export class SipEndpoint {
  readonly layer = new TransactionLayer({ random });
  /** Where it is reached: each has a port of its own, as it comes. */
  readonly ports: { readonly udp: number; readonly tcp: number };
  /** What has happened to its calls, counted. */
  readonly counts: Record<'answered' | 'acknowledged' | 'ended' | 'repeated' | 'failed' | 'called', number> = {
    answered: 0,
    acknowledged: 0,
    ended: 0,
    repeated: 0,
    failed: 0,
    called: 0,
  };
  /** Takes what is no call. */
  onRequest: ((request: Request, from: Remote) => Response) | undefined;
  /** Of datagrams that leave, how many are lost, from 0 to 1. */
  loss = 0;
  readonly #udp: Datagrams;
  readonly #tcp: Server;
  readonly #connections = new Map<string, Socket>();
  readonly #dialogs = new Map<string, Dialog>();
  readonly #waiting = new Map<string, Answered>();
  readonly #calls = new Map<
    TransactionId,
    { readonly invite: Request; readonly forks: Forks; readonly to: Remote; readonly acks: Map<string, Output> }
  >();
  #timer: NodeJS.Timeout | undefined;

  private constructor(udp: Datagrams, tcp: Server) {
    this.#udp = udp;
    this.#tcp = tcp;
    this.ports = { udp: udp.address().port, tcp: (tcp.address() as AddressInfo).port };
    udp.on('message', (bytes, { address, port }) =>
      this.take(this.layer.receive(bytes.toString('latin1'), { transport: 'udp', address, port }, now())),
    );
    tcp.on('connection', (socket) => this.#serve(socket));
  }

  static async open(): Promise<SipEndpoint> {
    const udp = createSocket('udp4');
    await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve));
    const tcp = createServer();
    await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
    return new SipEndpoint(udp, tcp);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#udp.close();
    this.#tcp.close();
    for (const socket of this.#connections.values()) socket.destroy();
  }

  /** Calls, and hangs up once it is answered. */
  call(invite: Request, to: Remote): void {
    this.counts.called++;
    invite.withBody('application/sdp', sdp);
    const { transaction, outputs } = this.layer.request(invite, to, { host: '127.0.0.1', port: this.ports.udp }, now());
    this.#calls.set(transaction, { invite, forks: new Forks(invite), to, acks: new Map() });
    this.take(outputs);
  }

  take(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.type === 'send') this.#send(output);
      else if (output.type === 'request') this.#serveRequest(output.transaction, output.request, output.from);
      else if (output.type === 'ack') this.#acknowledged(output.request);
      else if (output.type === 'response') this.#heard(output.transaction, output.response);
      else if (output.type === 'timeout' || output.type === 'unreachable') this.counts.failed++;
      else if (output.type === 'cancel')
        this.take(this.layer.respond(output.transaction, responseTo(output.request, 487), now()));
    }
    this.#schedule();
  }

  #serveRequest(transaction: TransactionId, request: Request, from: Remote): void {
    const answer = (response: Response): void => this.take(this.layer.respond(transaction, response, now()));
    if (request.method === 'INVITE') {
      const toTag = random();
      const fields = {
        Contact: `<sip:127.0.0.1:${from.transport === 'tcp' ? this.ports.tcp : this.ports.udp};transport=${from.transport}>`,
      };
      answer(responseTo(request, 180, { toTag, fields }));
      const ok = responseTo(request, 200, { toTag, fields }).withBody('application/sdp', sdp);
      const dialog = Dialog.ofServer(request, ok);
      this.#dialogs.set(dialog.key, dialog);
      this.#waiting.set(dialog.key, { transaction, ok, repetition: Repetition.ofAnswer(now()) });
      this.counts.answered++;
      answer(ok);
    } else if (request.method === 'BYE') {
      const dialog = this.#dialogs.get(dialogKey(request));
      const status = dialog === undefined ? 481 : (dialog.receive(request) ?? 200);
      const response = responseTo(request, status);
      dialog?.answered(request, response);
      if (status === 200) this.counts.ended++;
      answer(response);
    } else answer(this.onRequest?.(request, from) ?? responseTo(request, 405, { toTag: random() }));
  }

  #acknowledged(ack: Request): void {
    if (this.#waiting.delete(dialogKey(ack))) this.counts.acknowledged++;
  }

  #heard(transaction: TransactionId, response: Response): void {
    const call = this.#calls.get(transaction);
    if (call === undefined) {
      if (response.cseq.method === 'BYE' && response.status === 200) this.counts.ended++;
      return;
    }
    const { invite, forks, to, acks } = call;
    const heard = forks.heard(response);
    if (heard.type === 'repeated') {
      this.counts.repeated++;
      const ack = acks.get(heard.dialog.key);
      if (ack !== undefined) this.take([ack]);
    } else if (heard.type === 'answered') {
      this.counts.answered++;
      const sentBy = { host: '127.0.0.1', port: this.ports.udp };
      const ack = this.layer.acknowledge(heard.dialog.ack(invite.cseq.number), to, sentBy);
      acks.set(heard.dialog.key, ack);
      this.take([ack]);
      this.take(this.layer.request(heard.dialog.request('BYE'), to, sentBy, now()).outputs);
    }
  }

  #serve(socket: Socket): void {
    const { remoteAddress: address = '', remotePort: port = 0 } = socket;
    const connection = `${address} ${port}`;
    const source: Remote = { transport: 'tcp', address, port, connection };
    this.#connections.set(connection, socket);
    const framer = new StreamFramer();
    socket.on('close', () => this.#connections.delete(connection));
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      for (const frame of framer.push(bytes.toString('latin1'))) {
        if (frame.type === 'message') this.take(this.layer.receive(frame.text, source, now()));
        else if (frame.type === 'ping') socket.write('\r\n');
        else if (frame.type === 'lost') {
          this.take(this.layer.lose(frame, source));
          socket.end();
        }
      }
    });
  }

  #send({ to, text, transaction }: Extract<Output, { type: 'send' }>): void {
    const bytes = Buffer.from(text, 'latin1');
    if (to.transport === 'udp') {
      if (Math.random() >= this.loss) this.#udp.send(bytes, to.port, to.address);
      return;
    }
    const socket = this.#connections.get(to.connection ?? '');
    if (socket?.writable === true) socket.write(bytes);
    else if (transaction !== undefined) this.take(this.layer.failed(transaction));
  }

  #schedule(): void {
    const deadlines = [this.layer.deadline, ...[...this.#waiting.values()].map(({ repetition }) => repetition.deadline)];
    const next = Math.min(...deadlines.filter((at) => at !== undefined));
    clearTimeout(this.#timer);
    if (next !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#tick(), Math.max(0, next - now()));
  }

  #tick(): void {
    for (const [key, { transaction, ok, repetition }] of this.#waiting) {
      const due = repetition.tick(now());
      if (due === 'repeat') {
        this.counts.repeated++;
        this.take(this.layer.respond(transaction, ok, now()));
      } else if (due === 'end') {
        this.counts.failed++;
        this.#waiting.delete(key);
      }
    }
    this.take(this.layer.tick(now()));
  }
}

function now(): number {
  return performance.now();
}
