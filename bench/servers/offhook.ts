/**
 * Offhook as `offhook` runs it, with its default limits, on SQLite with `synchronous=FULL`, the outbox on and a log line per
 * transition, written at once as to a standard output that is a file (and goes nowhere). Argument: the data folder, which is removed in the end.
 */
import { openSync, rmSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { defaults } from '../../packages/server/src/config.ts';
import { createLog } from '../../packages/server/src/log.ts';
import { createServer } from '../../packages/server/src/server.ts';
import { serve } from '../harness/service.ts';

const [dataDir = ''] = process.argv.slice(2);
const nowhere = openSync(devNull, 'w');
const log = createLog('info', 'json', { write: (line) => writeSync(nowhere, line) });
// With a URL but no secret events are written to the outbox and stay there: how fast somebody takes them is not measured.
const server = await createServer({ ...defaults, port: 0, dataDir, webhookUrl: 'http://127.0.0.1:9/' }, { log });

serve({ port: () => server.port }, async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
