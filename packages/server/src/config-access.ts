/** Whom settings let in. */
import type { Config } from './config.ts';

/** Whether only this machine can reach the server. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Whether host applications sign people in. */
function takesTokens({ tokenSecret, tokenKeys, tokenJwks }: Config): boolean {
  return tokenSecret !== undefined || tokenKeys.length > 0 || tokenJwks !== undefined;
}

/** Whether people are known by somebody: by their accounts, or by a host application. */
export function knowsPeople(config: Config): boolean {
  return config.accounts || takesTokens(config);
}

/** Whether everybody may take a name: when that was said, or nobody but this machine and its network is let in and no other way is. */
export function isOpen(config: Config): boolean {
  return config.open || (!knowsPeople(config) && (config.lan || isLoopback(config.host)));
}
