/** What a desktop offers browsers over D-Bus: notifications with buttons, and the media player whose keys they take. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '../../../scripts/run.ts';
import { program } from '../../support/programs.ts';
import { Child } from './child.ts';

const run = promisify(execFile);

export interface Shown {
  readonly shown: number;
  readonly title: string;
  readonly body: string;
  /** What they are called, by what pressing them says. */
  readonly actions: Readonly<Record<string, string>>;
  readonly silent: boolean;
  /** Until somebody closes it. */
  readonly stays: boolean;
  readonly picture: boolean;
}

/** What the media player of the operating system says of what is played. */
export interface Playing {
  readonly title: string | undefined;
  readonly artist: string | undefined;
  readonly album: string | undefined;
  readonly artUrl: string | undefined;
  readonly status: string | undefined;
}

const player = { path: '/org/mpris/MediaPlayer2', name: 'org.mpris.MediaPlayer2.Player' };

export class Desktop {
  readonly #bus: Child;
  readonly #daemon: Child;
  readonly #address: string;

  private constructor(bus: Child, daemon: Child, address: string) {
    this.#bus = bus;
    this.#daemon = daemon;
    this.#address = address;
  }

  static async start(): Promise<Desktop> {
    const bus = new Child(program('desktop'), ['--session', '--nofork', '--print-address=1']);
    const [, address = ''] = await bus.printed(/^(\S+)\n/);
    // Debian's, which has the modules; not whichever comes first in the PATH.
    const script = join(root, 'test/browser/harness/notification-daemon.py');
    const daemon = new Child('/usr/bin/python3', [script], { DBUS_SESSION_BUS_ADDRESS: address });
    await daemon.printed(/ready/);
    return new Desktop(bus, daemon, address);
  }

  /** For programs that are to be on this desktop. */
  get env(): Readonly<Record<string, string>> {
    return { DBUS_SESSION_BUS_ADDRESS: this.#address };
  }

  /** The notifications that are seen now, each as it was shown last. */
  get notifications(): Shown[] {
    const seen = new Map<number, Shown>();
    for (const said of this.#said) {
      if ('closed' in said) seen.delete(said.closed);
      else seen.set(said.shown, said);
    }
    return [...seen.values()];
  }

  /** Everything that was ever shown, changes included. */
  get history(): Shown[] {
    return this.#said.filter((said) => 'shown' in said);
  }

  /** Presses a button of a notification, by the text on it; without one, the notification itself. */
  async press(notification: Shown, title?: string): Promise<void> {
    const [action = 'default'] = Object.entries(notification.actions).find(([, text]) => text === title) ?? [];
    if (title !== undefined && action === 'default') throw new Error(`no ${title} in ${JSON.stringify(notification.actions)}`);
    const to = ['--dest', 'org.freedesktop.Notifications', '--object-path', '/org/freedesktop/Notifications'];
    await this.#gdbus(...to, '--method', 'test.Person.Press', String(notification.shown), action);
  }

  /** What is played, if anything is. */
  async playing(): Promise<Playing | undefined> {
    const name = await this.#player();
    if (name === undefined) return undefined;
    const all = await this.#gdbus(...this.#to(name), '--method', 'org.freedesktop.DBus.Properties.GetAll', player.name);
    const text = (key: string): string | undefined => new RegExp(`'${key}': <\\[?["'](.*?)["']\\]?>`).exec(all)?.[1];
    return {
      title: text('xesam:title'),
      artist: text('xesam:artist'),
      album: text('xesam:album'),
      artUrl: text('mpris:artUrl'),
      status: text('PlaybackStatus'),
    };
  }

  /** A media key. */
  async key(key: 'Play' | 'Pause' | 'PlayPause' | 'Stop' | 'Next' | 'Previous'): Promise<void> {
    const name = await this.#player();
    if (name === undefined) throw new Error('nothing is played');
    await this.#gdbus(...this.#to(name), '--method', `${player.name}.${key}`);
  }

  async close(): Promise<void> {
    await this.#daemon.end('SIGKILL');
    await this.#bus.end('SIGKILL');
  }

  get #said(): (Shown | { readonly closed: number })[] {
    const lines = this.#daemon.output.split('\n').slice(1, -1);
    return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Shown | { closed: number });
  }

  async #player(): Promise<string | undefined> {
    const bus = ['--dest', 'org.freedesktop.DBus', '--object-path', '/org/freedesktop/DBus'];
    const names = await this.#gdbus(...bus, '--method', 'org.freedesktop.DBus.ListNames');
    return /org\.mpris\.MediaPlayer2\.chrom[\w.]+/.exec(names)?.[0];
  }

  #to(name: string): string[] {
    return ['--dest', name, '--object-path', player.path];
  }

  async #gdbus(...args: string[]): Promise<string> {
    const { stdout } = await run('gdbus', ['call', '--session', ...args], { env: { ...process.env, ...this.env } });
    return stdout;
  }
}
