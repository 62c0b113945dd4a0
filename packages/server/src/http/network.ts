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
