import type { Milliseconds } from '@offhook/core';
import type { Log, Metrics } from './ports.ts';

/** Upper bounds of the buckets of every histogram, in seconds. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

interface Histogram {
  readonly buckets: number[];
  count: number;
  sum: number;
}

/** Numbers by name, in the text format of Prometheus (version 0.0.4). */
export class Registry implements Metrics {
  readonly #counts = new Map<string, number>();
  readonly #counters = new Map<string, () => number>();
  readonly #histograms = new Map<string, Histogram>();
  readonly #gauges = new Map<string, () => number>();

  count(name: string, by = 1): void {
    const count = this.#counts.get(name) ?? 0;
    if (!this.#counters.has(name)) this.#counters.set(name, () => this.#counts.get(name) ?? 0);
    this.#counts.set(name, count + by);
  }

  observe(name: string, milliseconds: Milliseconds): void {
    let histogram = this.#histograms.get(name);
    if (histogram === undefined) {
      histogram = { buckets: bounds.map(() => 0), count: 0, sum: 0 };
      this.#histograms.set(name, histogram);
    }
    const seconds = milliseconds / 1000;
    histogram.count += 1;
    histogram.sum += seconds;
    const at = bounds.findIndex((bound) => seconds <= bound);
    if (at !== -1) histogram.buckets[at] = (histogram.buckets[at] ?? 0) + 1;
  }

  gauge(name: string, read: () => number): void {
    this.#gauges.set(name, read);
  }

  counter(name: string, read: () => number): void {
    this.#counters.set(name, read);
  }

  toString(): string {
    const lines: string[] = [];
    for (const [name, read] of this.#counters) {
      lines.push(`# TYPE offhook_${name}_total counter`, `offhook_${name}_total ${read()}`);
    }
    for (const [name, read] of this.#gauges) lines.push(`# TYPE offhook_${name} gauge`, `offhook_${name} ${read()}`);
    for (const [name, histogram] of this.#histograms) lines.push(...histogramLines(`offhook_${name}_seconds`, histogram));
    return `${lines.join('\n')}\n`;
  }
}

function histogramLines(name: string, { buckets, count, sum }: Histogram): string[] {
  let below = 0;
  const lines = bounds.map((bound, at) => {
    below += buckets[at] ?? 0;
    return `${name}_bucket{le="${bound}"} ${below}`;
  });
  return [
    `# TYPE ${name} histogram`,
    ...lines,
    `${name}_bucket{le="+Inf"} ${count}`,
    `${name}_sum ${sum}`,
    `${name}_count ${count}`,
  ];
}

/** Counts the transitions of calls, and what went wrong, on their way into the log. */
export function counted(log: Log, metrics: Metrics): Log {
  return {
    info(event, fields) {
      if (event.startsWith('call.')) metrics.count(`calls_${event.slice('call.'.length)}`);
      log.info(event, fields);
    },
    warn(event, fields) {
      metrics.count('warnings');
      log.warn(event, fields);
    },
    error(event, fields) {
      metrics.count('errors');
      log.error(event, fields);
    },
  };
}

/** What the process itself uses. */
export function observeProcess(metrics: Metrics): void {
  metrics.counter('cpu_seconds', () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  metrics.gauge('resident_memory_bytes', () => process.memoryUsage.rss());
  metrics.gauge('heap_used_bytes', () => process.memoryUsage().heapUsed);
  let before = performance.eventLoopUtilization();
  metrics.gauge('event_loop_utilization', () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, before);
    before = now;
    return utilization;
  });
}
