/** Ways that become narrow: what a port of this machine sends beyond so many bytes per second is dropped, by nftables. */
import { execFileSync } from 'node:child_process';
import { program } from '../../support/programs.ts';

export interface Narrow {
  /** As wide as before. */
  widen(): void;
}

/** Only UDP that leaves from this port, and only what goes to that one where one is given. Needs root. */
export function narrow(port: number, bytesPerSecond: number, to?: number): Narrow {
  const table = `inet offhook_narrow_${port}`;
  const way = to === undefined ? `udp sport ${port}` : `udp sport ${port} udp dport ${to}`;
  nft(`table ${table} {
    chain out {
      type filter hook output priority 0;
      ${way} limit rate over ${bytesPerSecond} bytes/second burst ${Math.round(bytesPerSecond / 10)} bytes drop
    }
  }`);
  let isNarrow = true;
  return {
    widen() {
      if (isNarrow) nft(`delete table ${table}`);
      isNarrow = false;
    },
  };
}

function nft(rules: string): void {
  execFileSync(program('firewall'), ['-f', '-'], { input: rules, stdio: ['pipe', 'ignore', 'pipe'] });
}
