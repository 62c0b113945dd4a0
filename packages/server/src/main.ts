#!/usr/bin/env node
/** The program: reads what it is told, starts the server, and stops it in order. */
import { hash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { banner } from './banner.ts';
import { ConfigError, readConfig } from './config-sources.ts';
import type { Given } from './config-sources.ts';
import { isLoopback } from './config-access.ts';
import { describeConfig, help } from './config-text.ts';
import { createLog } from './log.ts';
import { newApiKey } from './ports/api-keys.ts';
import { createServer, StartError } from './server.ts';
import { version } from './version.ts';

/** The longest a stop may take; whoever waits for it (systemd, Kubernetes, Docker) has less patience than that. */
const stopMs = 10_000;

const insecure =
  'Browsers let pages use a microphone only over HTTPS or at localhost: use --lan, or put a proxy in front that speaks HTTPS and say so with --trust-proxy 1.';

try {
  const given = readConfig(process.argv.slice(2), process.env);
  switch (given.command) {
    case 'help':
      process.stdout.write(help());
      break;
    case 'version':
      process.stdout.write(`${version()}\n`);
      break;
    case 'config':
      process.stdout.write(describeConfig(given.config, given.sources));
      break;
    case 'api-key':
      process.stdout.write(showApiKey());
      break;
    case 'serve':
      await serve(given);
  }
} catch (error) {
  if (!(error instanceof ConfigError || error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function serve({ config }: Given): Promise<void> {
  const isTerminal = process.stdout.isTTY;
  const log = createLog(config.logLevel, isTerminal ? 'pretty' : 'json', process.stdout);
  const server = await createServer(
    // Published, the web phone lies beside this file.
    { ...config, phoneDir: config.phoneDir ?? join(import.meta.dirname, 'phone') },
    { log, phoneBuilding: process.env['OFFHOOK_PHONE_BUILDING'] },
  );
  const [url, ...others] = server.urls;
  if (isTerminal) process.stdout.write(await banner(server));
  else log.info('listening', { url, others: others.join(' ') || undefined, fingerprint: server.fingerprint });
  if (server.firstInvite !== undefined && !isTerminal) log.info('first_administrator', { url: server.firstInvite });
  if (!isLoopback(config.host) && !config.lan && config.trustProxy === 0) log.warn('insecure', { hint: insecure });

  const stop = (signal: NodeJS.Signals): void => {
    // Asked twice, at once.
    for (const other of ['SIGTERM', 'SIGINT'] as const) process.removeAllListeners(other);
    log.info('stopping', { signal });
    setTimeout(() => process.exit(1), stopMs).unref();
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error('stop', { error: String(error) });
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

function showApiKey(): string {
  const { key, setting } = newApiKey(randomBytes(32).toString('base64url'), (value) => hash('sha256', value, 'base64url'));
  return `${key}

This key is shown only now. Start the server with  --api-keys ${setting}
Instead of \`app\` it may have another name, and fewer scopes; \`sessions.read\` and its like only look.
`;
}
