/** What `@offhook/client` and `call-session` add to a page, minified and compressed, beside other calling SDKs. */
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { bundle } from './harness/bundle.ts';
import { printTable, report, round } from './harness/report.ts';

/** KB are 1,000 bytes. */
const budget = 18;
/** As its README says: with the page, and with all that it loads for the first call. */
const callSessionBudgets = { page: 5, call: 12 };

interface Sdk {
  readonly name: string;
  readonly code: string;
  /** Measured as one script, of this name: part of it is imported when it is needed. */
  readonly script?: string;
  /** What is not loaded with the page. */
  readonly later?: RegExp;
}

const sdks: Readonly<Record<string, Sdk>> = {
  offhook: { name: '@offhook/client', code: `export * from '@offhook/client';` },
  callSession: {
    name: 'call-session',
    code: `export * from 'call-session';`,
    script: 'CallSession',
    later: /surfaces\/all\.ts$/,
  },
  // With what it loads when the first call is made.
  callSessionAll: { name: 'call-session, in a call', code: `export * from 'call-session';`, script: 'CallSession' },
  peerjs: { name: 'peerjs', code: `export * from 'peerjs'; export { default } from 'peerjs';` },
  jssip: { name: 'jssip', code: `import jssip from 'jssip'; export default jssip;` },
  // Signalling alone, without calls: what one would begin with to build them.
  socketIo: { name: 'socket.io-client (no calls)', code: `export * from 'socket.io-client';` },
};

const rows: (string | number)[][] = [['KB', 'minified', 'gzip', 'brotli']];
const figures: Record<string, number> = {};
for (const [key, { name, code, script, later }] of Object.entries(sdks)) {
  const text = Buffer.from(await bundle(code, { script, later }));
  const kilobytes = [text, gzipSync(text, { level: 9 }), brotliCompressSync(text)].map((bytes) => bytes.length / 1000);
  const [, gzip = Number.NaN] = kilobytes;
  rows.push([name, ...kilobytes.map((value) => round(value))]);
  figures[`${key}Gzip`] = gzip;
}
printTable(rows);
const { page, call } = callSessionBudgets;
const also = (figures['callSessionGzip'] ?? Number.NaN) <= page && (figures['callSessionAllGzip'] ?? Number.NaN) <= call;
report({ bench: 'size', figures, ratio: figures['offhookGzip'] ?? Number.NaN, budget, also });
