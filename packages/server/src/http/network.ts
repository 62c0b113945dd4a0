import { networkInterfaces } from 'node:os';

/** Interfaces of containers and virtual machines: nobody else in the network knows their addresses. */
const virtual = /^(docker|br-|veth|virbr|vmnet|vboxnet|utun|zt)/;

/** The IPv4 addresses by which others in the local network reach this machine, the likeliest first. */
export function lanAddresses(): string[] {
  return Object.entries(networkInterfaces())
    .flatMap(([name, addresses = []]) => addresses.map((address) => ({ name, ...address })))
    .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'))
    .sort((a, b) => Number(virtual.test(a.name)) - Number(virtual.test(b.name)))
    .map(({ address }) => address);
}

interface Listening {
  readonly host: string;
  /** At all addresses of the local network. */
  readonly lan: boolean;
}

/** Both addresses of localhost; undefined stands for all there are. */
export function addressesOf({ host, lan }: Listening): (string | undefined)[] {
  if (lan) return [undefined];
  return host === 'localhost' ? ['127.0.0.1', '::1'] : [host];
}

/** Where browsers reach it, the likeliest first. */
export function urlsOf({ host, lan }: Listening, port: number): string[] {
  if (lan) return [...lanAddresses(), 'localhost'].map((address) => `https://${address}:${port}`);
  const isAny = host === '0.0.0.0' || host === '::';
  return [`http://${isAny ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`];
}

/** For a certificate of its own. */
export function ownNames(): string[] {
  return ['localhost', '127.0.0.1', '::1', ...lanAddresses()];
}
