/** Ways that become narrow: what a port of this machine sends beyond so many bytes per second is dropped, by nftables. */
import { execFileSync } from 'node:child_process';
import { program } from '../../support/programs.ts';

export interface Narrow {
  /** As wide as before. */
  widen(): void;
}

/** Only UDP that leaves from this port. Needs root. */
export function narrow(port: number, bytesPerSecond: number): Narrow {
  const table = `inet offhook_narrow_${port}`;
  nft(`table ${table} {
    chain out {
      type filter hook output priority 0;
      udp sport ${port} limit rate over ${bytesPerSecond} bytes/second burst ${Math.round(bytesPerSecond / 10)} bytes drop
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
