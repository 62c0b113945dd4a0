/** What `@offhook/client` adds to a page, minified and compressed, beside other calling SDKs. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { bundle } from './harness/bundle.ts';
import { printTable, report, round } from './harness/report.ts';

/** KB are 1,000 bytes. */
const budget = 18;

const sdks = {
  offhook: { name: '@offhook/client', code: `export * from '@offhook/client';` },
  peerjs: { name: 'peerjs', code: `export * from 'peerjs'; export { default } from 'peerjs';` },
  jssip: { name: 'jssip', code: `import jssip from 'jssip'; export default jssip;` },
  // Signalling alone, without calls: what one would begin with to build them.
  socketIo: { name: 'socket.io-client (no calls)', code: `export * from 'socket.io-client';` },
};

const rows: (string | number)[][] = [['KB', 'minified', 'gzip', 'brotli']];
const figures: Record<string, number> = {};
for (const [key, { name, code }] of Object.entries(sdks)) {
  const text = Buffer.from(await bundle(code));
  const kilobytes = [text, gzipSync(text, { level: 9 }), brotliCompressSync(text)].map((bytes) => bytes.length / 1000);
  const [, gzip = Number.NaN] = kilobytes;
  rows.push([name, ...kilobytes.map((value) => round(value))]);
  figures[`${key}Gzip`] = gzip;
}
printTable(rows);
report({ bench: 'size', figures, ratio: figures['offhookGzip'] ?? Number.NaN, budget });
