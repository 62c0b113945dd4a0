import { expect, test } from 'vitest';
import { createLog } from './log.ts';

function lines(level: 'info' | 'warn' | 'error' | 'silent', format: 'json' | 'pretty'): string[] {
  const written: string[] = [];
  const log = createLog(level, format, { write: (text) => written.push(text) });
  log.info('call.ended', { call: 'c1', durationMs: 5, gone: undefined });
  log.warn('webhook', { url: 'https://example.com/hook' });
  log.error('store', { error: 'disk\nfull \u001b[2J \u202e' });
  return written;
}

test('machines read one JSON object a line', () => {
  const entries = lines('info', 'json').map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(entries).toMatchObject([
    { level: 'info', event: 'call.ended', call: 'c1', durationMs: 5 },
    { level: 'warn', event: 'webhook' },
    { level: 'error', event: 'store' },
  ]);
  expect(lines('info', 'json').every((line) => line.indexOf('\n') === line.length - 1)).toBe(true);
});

test('people read columns, and no value can break out of its own', () => {
  const [ended, , store] = lines('info', 'pretty');
  expect(ended).toMatch(/^\d\d:\d\d:\d\d {2}call\.ended {2}call=c1 {2}durationMs=5\n$/);
  expect(store).toMatch(/ERROR {2}store {2}error="disk\\nfull \\u001b\[2J \\u\{202e\}"\n$/);
});

test.each([
  ['warn', 2],
  ['error', 1],
  ['silent', 0],
] as const)('at level %s, %i of these lines are written', (level, count) => {
  expect(lines(level, 'json')).toHaveLength(count);
});
