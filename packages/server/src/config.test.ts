import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ConfigError, flagOf, readConfig, variableOf } from './config-sources.ts';
import { describeConfig, help } from './config-text.ts';
import { isOpen } from './config-access.ts';
import { defaults, metaOf, settingNames } from './config.ts';
import type { Config } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'offhook-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

function file(content: unknown): string {
  files += 1;
  const path = join(folder, `${files}.json`);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}

function config(args: readonly string[], env: Record<string, string> = {}): Config {
  return readConfig(args, env).config;
}

function complaint(args: readonly string[], env: Record<string, string> = {}): string {
  try {
    readConfig(args, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('a setting', () => {
  test('has its default when nobody names it', () => {
    expect(config([])).toEqual(defaults);
    expect(defaults).toMatchObject({ host: 'localhost', port: 8080, open: false, lan: false, iceServers: [] });
  });

  test('comes from a flag, else the environment, else the file', () => {
    const path = file({ port: 1111, logLevel: 'warn', dataDir: 'a' });
    const { config: read, sources } = readConfig(['--config', path, '--port', '3333'], {
      OFFHOOK_PORT: '2222',
      OFFHOOK_DATA_DIR: 'b',
    });
    expect(read).toMatchObject({ port: 3333, dataDir: 'b', logLevel: 'warn' });
    expect(['port', 'dataDir', 'logLevel', 'host'].map((name) => sources.get(name as never))).toEqual([
      '--port',
      'OFFHOOK_DATA_DIR in the environment',
      path,
      'default',
    ]);
  });

  test('is not named by an environment variable that is empty', () => {
    const path = file({ port: 1111 });
    const env = { OFFHOOK_OPEN: '', OFFHOOK_PORT: '', OFFHOOK_WEBHOOK_URL: '', OFFHOOK_TURN_SECRET: '', OFFHOOK_ORIGINS: '' };
    expect(config([], { ...env, OFFHOOK_CONFIG: '' })).toEqual(defaults);
    expect(config(['--config', path], env).port).toBe(1111);
  });

  test('that is a list is separated by commas, or is one in the file', () => {
    const turn = ['stun:a.example', 'turn:b.example?transport=udp'];
    expect(config(['--ice-servers', turn.join(', '), '--turn-secret', 'long enough']).iceServers).toEqual(turn);
    expect(config(['--config', file({ iceServers: turn, turnSecret: 'long enough' })]).iceServers).toEqual(turn);
  });

  test('that is on or off can be said in each way', () => {
    expect(config(['--open']).open).toBe(true);
    expect(config(['--no-open'], { OFFHOOK_OPEN: 'true' }).open).toBe(false);
    expect(config([], { OFFHOOK_OPEN: '1' }).open).toBe(true);
    expect(config(['--config', file({ open: true })]).open).toBe(true);
  });

  test('can be given everywhere the help says, but for the limits', () => {
    const text = help();
    for (const name of settingNames) {
      expect(text.includes(`--${flagOf(name)} `)).toBe(metaOf(name).fileOnly !== true);
      expect(metaOf(name).description).not.toBe('');
      expect(variableOf(name)).toMatch(/^OFFHOOK_[A-Z0-9_]+$/);
    }
    expect(config(['--config', file({ limits: { messageBurst: 7 } })]).limits).toEqual({ ...defaults.limits, messageBurst: 7 });
  });
});

describe('one sentence names what is wrong and where it was said', () => {
  test.each([
    [['--port', '80800'], {}, 'port must be at most 65535, but is "80800" (--port).'],
    [['--port', '-1'], {}, 'port must be a whole number from 0 to 65535, but is "-1" (--port).'],
    [
      [],
      { OFFHOOK_PORT: 'tcp://10.0.0.1:80' },
      'port must be a whole number from 0 to 65535, but is "tcp://10.0.0.1:80" (OFFHOOK_PORT in the environment).',
    ],
    [
      [],
      { OFFHOOK_LOG_LEVEL: 'loud' },
      'logLevel must be info, warn, error or silent, but is "loud" (OFFHOOK_LOG_LEVEL in the environment).',
    ],
    [
      ['--origins', 'https://a.example/path'],
      {},
      'origins must be origins such as https://app.example.com, but is "https://a.example/path" (--origins).',
    ],
    [['--turn-secret', 'short'], {}, 'turnSecret must have at least 8 characters (--turn-secret).'],
    [['--token-secret', 'short'], {}, 'tokenSecret must have at least 32 characters (--token-secret).'],
    [
      ['--token-jwks', 'http://app.example/jwks'],
      {},
      'tokenJwks must be an https: URL, but is "http://app.example/jwks" (--token-jwks).',
    ],
    [['--prot', '1'], {}, 'There is no flag --prot. offhook --help lists all.'],
    [['--limits', '1'], {}, 'There is no flag --limits. offhook --help lists all.'],
    [['--open=perhaps'], {}, '--open takes no value, but has "perhaps".'],
    [['--data-dir'], {}, '--data-dir needs a value.'],
    [['dance'], {}, 'offhook does not know what to do with dance. offhook --help says what it does.'],
  ])('%j %j', (args, env, expected) => {
    expect(complaint(args, env)).toBe(expected);
  });

  test('also of files', () => {
    const broken = file('{');
    expect(complaint(['--config', broken])).toMatch(/^.*1?\d\.json is not JSON: /);
    const list = file([]);
    expect(complaint(['--config', list])).toBe(`${list} must hold one JSON object with settings.`);
    const unknown = file({ prot: 1 });
    expect(complaint(['--config', unknown])).toBe(`${unknown} names a setting that does not exist: prot.`);
    const missing = join(folder, 'missing.json');
    expect(complaint([], { OFFHOOK_CONFIG: missing })).toBe(`${missing} could not be read.`);
    const limits = file({ limits: { messageBurst: 0 } });
    expect(complaint(['--config', limits])).toBe(`limits.messageBurst must be at least 1 (${limits}).`);
  });
});

describe('open mode', () => {
  test.each(['localhost', '127.0.0.1', '127.1.2.3', '::1'])('is on by itself at %s', (host) => {
    expect(config(['--host', host]).host).toBe(host);
  });

  test.each(['0.0.0.0', '::', '192.168.1.5', 'example.com'])('has to be asked for at %s', (host) => {
    expect(complaint(['--host', host])).toMatch(/--token-secret.*--open.*--lan/);
    expect(config(['--host', host, '--open']).host).toBe(host);
  });

  test.each([
    ['--token-secret', 'x'.repeat(32)],
    ['--token-keys', 'key.pem'],
    ['--token-jwks', 'https://app.example/jwks'],
    ['--accounts'],
  ])('is off with %s, which lets people in at any address', (...flags) => {
    for (const host of ['localhost', '0.0.0.0']) expect(isOpen(config(['--host', host, ...flags]))).toBe(false);
    expect(isOpen(config(['--lan', ...flags]))).toBe(false);
    expect(complaint(['--open', ...flags])).toMatch(/leave one of them out/);
  });

  test('comes with --lan, which listens everywhere', () => {
    expect(config(['--lan']).lan).toBe(true);
    expect(complaint(['--lan', '--host', '192.168.1.5'])).toMatch(/leave --host out/);
  });
});

test.each(['origins', 'webhookAllow', 'pushAllow'] as const)('origins are compared as they are sent: %s', (name) => {
  const flag = `--${flagOf(name)}`;
  const said = 'https://Hooks.Example:443, http://10.0.0.1:80,https://hooks.example:8443,http://[::1]:9000';
  const read = ['https://hooks.example', 'http://10.0.0.1', 'https://hooks.example:8443', 'http://[::1]:9000'];
  expect(config([flag, said])[name]).toEqual(read);
  expect(config(['--config', file({ [name]: said.split(/, ?/) })])[name]).toEqual(read);
  for (const more of [
    'https://a.example?b',
    'https://a.example#b',
    'https://anna@a.example',
    'https://a.example\\b',
    'https://a:b',
  ])
    expect(complaint([flag, more])).toContain(`${name} must be origins such as https://`);
});

test('TURN servers need their secret, a webhook needs its own', () => {
  expect(complaint(['--ice-servers', 'turn:t.example'])).toMatch(/turn:t\.example needs turnSecret/);
  expect(complaint(['--webhook-url', 'https://a.example'])).toMatch(/needs webhookSecret/);
});

test('ports of plain RTP are a first and a last one, and not those of the media workers', () => {
  expect(config([]).rtpPorts).toBeUndefined();
  expect(config(['--rtp-ports', '30000-30999']).rtpPorts).toBe('30000-30999');
  for (const wrong of ['30000', '0-10', '5-4', '1-70000', 'a-b', '-'])
    expect(complaint([`--rtp-ports=${wrong}`])).toMatch(/rtpPorts must be ports such as 30000-30999/);
  expect(complaint(['--rtp-ports', '40010-40020'])).toMatch(/Media workers need ports of their own: 40000 to 40063/);
  expect(config(['--rtp-ports', '40010-40020', '--media-workers', '4']).rtpPorts).toBe('40010-40020');
});

test('SIP needs ports of RTP, and by TLS one of its own, with both files or none', () => {
  const rtp = ['--rtp-ports', '30000-30999'];
  expect(config([...rtp, '--sip-port', '5060', '--sip-tls-port', '5061'])).toMatchObject({ sipPort: 5060, sipTlsPort: 5061 });
  expect(config([...rtp, '--sip-tls-port', '5061', '--sip-tls-ca', 'a.pem,b.pem']).sipTlsCa).toEqual(['a.pem', 'b.pem']);
  expect(complaint(['--sip-port', '5060'])).toMatch(/^sipPort needs rtpPorts/);
  expect(complaint(['--sip-tls-port', '5061'])).toMatch(/^sipTlsPort needs rtpPorts/);
  expect(complaint([...rtp, '--sip-port', '5060', '--sip-tls-port', '5060'])).toMatch(/are to be two/);
  expect(complaint([...rtp, '--sip-tls-port', '5061', '--sip-tls-cert', 'a.pem'])).toMatch(/need one another/);
  expect(complaint([...rtp, '--sip-tls-cert', 'a.pem', '--sip-tls-key', 'b.pem'])).toMatch(/needs sipTlsPort/);
});

test('what is printed hides secrets', () => {
  const { config: read, sources } = readConfig(['--turn-secret', 'a very long secret', '--port', '9'], {});
  const text = describeConfig(read, sources);
  expect(text).not.toContain('a very long secret');
  expect(text).toMatch(/turnSecret +\(hidden\) +--turn-secret/);
  expect(text).toMatch(/port +9 +--port/);
  expect(text).toMatch(/webhookSecret +default/);
});

test.each([
  ['https://anna:pass@hooks.example/x?y=1', 'https://(hidden)@hooks.example/x?y=1'],
  ['https://anna@hooks.example', 'https://(hidden)@hooks.example'],
  ['https://anna:p@ss@hooks.example', 'https://(hidden)@hooks.example'],
  ['https://hooks.example/a@b', 'https://hooks.example/a@b'],
])('what is printed of %s hides the user and password', (url, shown) => {
  const { config: read, sources } = readConfig(['--webhook-url', url, '--webhook-secret', 'a very long secret'], {});
  expect(describeConfig(read, sources)).toContain(JSON.stringify(shown));
});

test('what is wrong with a URL is said without its user and password', () => {
  expect(complaint(['--webhook-url', 'ftp://anna:pass@hooks.example'])).toBe(
    'webhookUrl must be an http: or https: URL, but is "ftp://(hidden)@hooks.example" (--webhook-url).',
  );
  expect(complaint(['--webhook-url', 'anna:pass@hooks.example'])).not.toContain('pass');
});

test.each([
  [['--help'], 'help'],
  [['-h'], 'help'],
  [['config', '--help'], 'help'],
  [['--version'], 'version'],
  [['config'], 'config'],
  [['serve'], 'serve'],
  [[], 'serve'],
])('%j means %s', (args, command) => {
  expect(readConfig(args, {}).command).toBe(command);
});
