/**
 * Offhook as `offhook` runs it, with its default limits, on SQLite with `synchronous=FULL`, the outbox on and a log line per
 * transition (to nowhere). Argument: the data folder, which is removed in the end.
 */
import { createWriteStream, rmSync } from 'node:fs';
import { devNull } from 'node:os';
import { defaults } from '../../packages/server/src/config.ts';
import { createLog } from '../../packages/server/src/log.ts';
import { createServer } from '../../packages/server/src/server.ts';
import { serve } from '../harness/service.ts';

const [dataDir = ''] = process.argv.slice(2);
const log = createLog('info', 'json', createWriteStream(devNull));
// With a URL but no secret events are written to the outbox and stay there: how fast somebody takes them is not measured.
const server = await createServer({ ...defaults, port: 0, dataDir, webhookUrl: 'http://127.0.0.1:9/' }, { log });

serve({ port: () => server.port }, async () => {
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
