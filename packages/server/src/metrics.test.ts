import { expect, test } from 'vitest';
import { counted, observeProcess, Registry } from './metrics.ts';

test('counters, gauges and histograms are written as Prometheus reads them', () => {
  const metrics = new Registry();
  metrics.count('webhooks');
  metrics.count('webhooks', 2);
  metrics.gauge('calls', () => 7);
  metrics.counter('messages', () => 41);
  for (const ms of [0.4, 3, 3, 40, 60_000]) metrics.observe('commit', ms);
  const text = metrics.toString();
  for (const line of [
    '# TYPE offhook_webhooks_total counter',
    'offhook_webhooks_total 3',
    'offhook_messages_total 41',
    '# TYPE offhook_calls gauge',
    'offhook_calls 7',
    '# TYPE offhook_commit_seconds histogram',
    'offhook_commit_seconds_bucket{le="0.0005"} 1',
    'offhook_commit_seconds_bucket{le="0.005"} 3',
    'offhook_commit_seconds_bucket{le="0.05"} 4',
    'offhook_commit_seconds_bucket{le="10"} 4',
    'offhook_commit_seconds_bucket{le="+Inf"} 5',
    'offhook_commit_seconds_count 5',
  ]) {
    expect(text.split('\n')).toContain(line);
  }
  expect(Number(/seconds_sum (.*)/.exec(text)?.[1])).toBeCloseTo(60.0464);
});

test('the process tells what it uses', () => {
  const metrics = new Registry();
  observeProcess(metrics);
  const value = (name: string): number => Number(new RegExp(`^offhook_${name} (.*)$`, 'm').exec(metrics.toString())?.[1]);
  expect(value('cpu_seconds_total')).toBeGreaterThan(0);
  expect(value('resident_memory_bytes')).toBeGreaterThan(1e6);
});

test('what is logged about calls is counted, too', () => {
  const metrics = new Registry();
  const logged: string[] = [];
  const add = (event: string): number => logged.push(event);
  const log = counted({ info: add, warn: add, error: add }, metrics);
  log.info('call.ringing');
  log.info('call.ringing');
  log.info('listening');
  log.error('store');
  expect(logged).toEqual(['call.ringing', 'call.ringing', 'listening', 'store']);
  const counts = metrics
    .toString()
    .split('\n')
    .filter((line) => !line.startsWith('#') && line !== '');
  expect(counts).toEqual(['offhook_calls_ringing_total 2', 'offhook_errors_total 1']);
});
