import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs of the machine that tests drive. The key is also what OFFHOOK_SKIP calls it. */
export const programs = {
  browser: {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    override: 'OFFHOOK_CHROMIUM',
    packages: ['chromium', 'fonts-dejavu-core', 'fonts-noto-color-emoji'],
  },
  /** Chromium without windows: pages, calls and media are the same, for less than half of the work. */
  shell: {
    names: ['chromium-headless-shell'],
    override: 'OFFHOOK_CHROMIUM_SHELL',
    packages: ['chromium-headless-shell'],
  },
  firefox: { names: ['firefox-esr', 'firefox'], override: 'OFFHOOK_FIREFOX', packages: ['firefox-esr'] },
  desktop: {
    names: ['dbus-daemon'],
    override: 'OFFHOOK_DBUS_DAEMON',
    packages: ['dbus', 'libglib2.0-bin', 'libnotify4', 'openssl', 'python3-dbus', 'python3-gi'],
    files: [
      '/usr/bin/gdbus',
      '/usr/bin/openssl',
      // The library itself is in a folder of the machine's kind.
      '/usr/share/doc/libnotify4/copyright',
      '/usr/lib/python3/dist-packages/dbus/__init__.py',
      '/usr/lib/python3/dist-packages/gi/__init__.py',
    ],
  },
  firewall: { names: ['nft'], override: 'OFFHOOK_NFT', packages: ['nftables'] },
  ffmpeg: { names: ['ffmpeg'], override: 'OFFHOOK_FFMPEG', packages: ['ffmpeg'] },
  baresip: { names: ['baresip'], override: 'OFFHOOK_BARESIP', packages: ['baresip-core'] },
  linphone: { names: ['linphonec'], override: 'OFFHOOK_LINPHONE', packages: ['linphone-cli'] },
  sipp: { names: ['sipp'], override: 'OFFHOOK_SIPP', packages: ['sip-tester'] },
  kamailio: {
    names: ['kamailio'],
    override: 'OFFHOOK_KAMAILIO',
    packages: ['kamailio', 'kamailio-tls-modules'],
    files: ['/usr/share/doc/kamailio-tls-modules/copyright'],
  },
  turn: { names: ['turnserver'], override: 'OFFHOOK_TURNSERVER', packages: ['coturn'] },
} as const satisfies Record<string, Wanted>;

interface Wanted {
  /** What it is called, on one machine or another. */
  readonly names: readonly string[];
  /** The environment variable that says where it is. */
  readonly override: string;
  /** Of Debian. */
  readonly packages: readonly string[];
  /** What has to be there, besides. */
  readonly files?: readonly string[];
}

export type Program = keyof typeof programs;

/** What OFFHOOK_SKIP leaves out: names of layers and of programs. */
export const skipped: ReadonlySet<string> = new Set(
  (process.env['OFFHOOK_SKIP'] ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter(Boolean),
);

/** The full path of a program, or undefined where the machine has none. */
export function findProgram(program: Program): string | undefined {
  const { names, override, files = [] }: Wanted = programs[program];
  if (!files.every((file) => existsSync(file))) return undefined;
  const given = process.env[override];
  if (given !== undefined) return given;
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
}

/** The full path of a Chromium; `whole`: with windows, prompts, notifications and screens to share. */
export function chromiumPath(whole: boolean): string {
  return (whole ? undefined : findShell()) ?? program('browser');
}

/** The full path of the Chromium without windows, or undefined where the whole one takes its place. */
function findShell(): string | undefined {
  return skipped.has('shell') ? undefined : findProgram('shell');
}

/** The full path of a program that the test cannot do without. */
export function program(name: Program): string {
  const path = findProgram(name);
  if (path === undefined) throw new Error(`${name}: none of ${programs[name].names.join(', ')} is installed`);
  return path;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
