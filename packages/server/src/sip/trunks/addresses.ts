/** Network addresses from which calls of a trunk come in. */
import { BlockList, isIP, isIPv6 } from 'node:net';
import { unmapped } from '../../ports/network.ts';

/** More than half of all is no list of the machines of a carrier. */
const shortest = 2;

/** Whether these are addresses and networks such as `192.0.2.0/28` and `2001:db8::/48`. */
export function isNetwork(text: string): boolean {
  const [address = '', bits, more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined || address.includes('%')) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) >= shortest && Number(bits) <= (family === 4 ? 32 : 128))
  );
}

export class Networks {
  readonly #list = new BlockList();

  /** Those for which `isNetwork` holds. */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const [address = '', bits] = network.split('/');
      const family = isIPv6(address) ? 'ipv6' : 'ipv4';
      if (bits === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(bits), family);
    }
  }

  has(address: string): boolean {
    const plain = unmapped(address);
    return this.#list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4');
  }
}
