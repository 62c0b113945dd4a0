/** Kamailio of Debian's package `kamailio`, as a proxy that stays in the way of calls and remembers their transactions. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../../test/support/programs.ts';
import { canPin } from '../harness/child.ts';
import { cpuOf } from '../harness/processes.ts';

export interface Proxy {
  /** CPU of all its processes so far, in microseconds. */
  cpu(): number;
  stop(): Promise<void>;
}

/** Undefined where it is not installed. On the core of servers, once it answers. */
export async function startKamailio(port: number, to: number): Promise<Proxy | undefined> {
  const kamailio = findProgram('kamailio');
  if (kamailio === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'offhook-bench-kamailio-'));
  const config = join(folder, 'kamailio.cfg');
  writeFileSync(config, configOf(port, to));
  const args = ['-f', config, '-DD', '-E', '-Y', folder, '-P', join(folder, 'pid'), '-m', '256', '-M', '16'];
  const [first = '', ...rest] = [...(canPin() ? ['taskset', '-c', '0'] : []), kamailio, ...args];
  const child = spawn(first, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  while (!said.includes('ready')) {
    if (child.exitCode !== null) throw new Error(`kamailio has ended: ${said.slice(-2_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    cpu: () => [child.pid ?? 0, ...childrenOf(child.pid ?? 0)].reduce((sum, pid) => sum + cpuOf(pid), 0),
    async stop() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configOf(port: number, to: number): string {
  const modules = ['tm', 'sl', 'rr', 'pv', 'maxfwd', 'textops', 'siputils', 'xlog'];
  return `#!KAMAILIO
debug=0
log_stderror=yes
children=1
disable_tcp=yes
listen=udp:127.0.0.1:${port}
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}

request_route {
  if (!mf_process_maxfwd_header("10")) {
    sl_send_reply("483", "Too Many Hops");
    exit;
  }
  if (has_totag()) {
    if (loose_route() || (is_method("ACK") && t_check_trans())) t_relay();
    exit;
  }
  t_check_trans();
  record_route();
  $du = "sip:127.0.0.1:${to}";
  t_relay();
}

event_route[core:worker-one-init] {
  xlog("L_ALERT", "ready\\n");
}
`;
}

function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((one) => one > 0 && parentOf(one) === pid);
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)$/mu.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1]);
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}
