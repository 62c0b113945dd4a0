/** A real SMTP server that keeps the letters it is given, as a mail program reads them. */
import type { AddressInfo } from 'node:net';
import PostalMime from 'postal-mime';
import type { Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { vi } from 'vitest';

/** What the envelope says (RFC 5321 §2.3.1), and the letter. */
export interface Received {
  readonly from: string;
  readonly to: readonly string[];
  readonly raw: string;
  readonly mail: Email;
}

export class MailServer {
  readonly received: Received[] = [];
  /** With which it answers at the moment, instead of taking letters. */
  refusing: number | undefined;
  /** What it lets senders in by, and how many it has not let in. */
  password = 'secret';
  refusedPasswords = 0;
  /** Letters that it was offered, taken or not. */
  offered = 0;
  readonly #server: SMTPServer;

  private constructor() {
    this.#server = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      onAuth: ({ username, password }, _session, done) => {
        if (username === 'offhook' && password === this.password) return done(null, { user: username });
        this.refusedPasswords += 1;
        done(new Error('wrong'));
      },
      onRcptTo: ({ address }, _session, done) =>
        address.startsWith('nobody@') ? done(Object.assign(new Error('nobody'), { responseCode: 550 })) : done(),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          this.offered += 1;
          if (this.refusing !== undefined) return done(Object.assign(new Error('not now'), { responseCode: this.refusing }));
          const raw = Buffer.concat(chunks).toString();
          const { mailFrom, rcptTo } = session.envelope;
          const from = mailFrom === false ? '' : mailFrom.address;
          void this.#take({ from, to: rcptTo.map(({ address }) => address), raw });
          done();
        });
      },
    });
  }

  static async start(): Promise<MailServer> {
    const mail = new MailServer();
    await new Promise<void>((resolve) => mail.#server.listen(0, '127.0.0.1', () => resolve()));
    return mail;
  }

  get url(): string {
    return `smtp://offhook:secret@127.0.0.1:${(this.#server.server.address() as AddressInfo).port}`;
  }

  /** The letter to this address with this subject, once it is there. */
  async letter(to: string, subject: string): Promise<Received> {
    return vi.waitFor(
      () => {
        const found = this.received.find((one) => one.to.includes(to) && one.mail.subject === subject);
        if (found === undefined) throw new Error(`there is ${JSON.stringify(this.received.map(({ mail }) => mail.subject))}`);
        return found;
      },
      { timeout: 10_000 },
    );
  }

  async #take(letter: Omit<Received, 'mail'>): Promise<void> {
    this.received.push({ ...letter, mail: await PostalMime.parse(letter.raw) });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
    });
  }
}
