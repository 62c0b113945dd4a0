/** Settings that are right one by one, and wrong together. */
import { isOpen, knowsPeople } from './config-access.ts';
import { mediaWorkersMost, portsOf } from './config.ts';
import type { Config } from './config.ts';

/** What is wrong with settings that are right one by one; undefined when nothing is. */
export function contradiction(config: Config): string | undefined {
  if (config.open && knowsPeople(config))
    return 'With --open anybody could take the name of somebody who has an account or a token; leave one of them out.';
  if (!isOpen(config) && !knowsPeople(config)) {
    return (
      `Nobody could sign in at ${config.host}. Say how: with accounts (--accounts), with tokens of your application (--token-secret, --token-keys or ` +
      '--token-jwks), by just taking a name (--open), or that and over HTTPS for your local network (--lan).'
    );
  }
  if (config.oidcIssuer !== undefined && (!config.accounts || config.oidcClientId === undefined))
    return 'oidcIssuer needs oidcClientId (--oidc-client-id), and --accounts for the people who sign in there.';
  if (config.lan && config.host !== 'localhost') return '--lan listens on all addresses; leave --host out.';
  const bucket = [config.s3Endpoint, config.s3Bucket, config.s3AccessKeyId, config.s3SecretAccessKey];
  if (bucket.includes(undefined) && bucket.some((setting) => setting !== undefined))
    return 'Files in a bucket need all of s3Endpoint, s3Bucket, s3AccessKeyId and s3SecretAccessKey.';
  const ports = portsOf(config.rtpPorts);
  const lastMediaPort = config.mediaPort + (config.mediaWorkers ?? mediaWorkersMost) - 1;
  if (ports !== undefined && lastMediaPort >= ports.first && config.mediaPort <= ports.last)
    return `Media workers need ports of their own: ${config.mediaPort} to ${lastMediaPort} are not to be among rtpPorts.`;
  if ((config.sipPort ?? config.sipTlsPort) !== undefined && ports === undefined)
    return `${config.sipPort === undefined ? 'sipTlsPort' : 'sipPort'} needs rtpPorts (--rtp-ports), by which the sound of telephones comes and goes.`;
  if (config.sipTlsPort !== undefined && config.sipTlsPort === config.sipPort)
    return 'sipPort and sipTlsPort are to be two; phones expect 5060 and 5061.';
  if ((config.sipTlsCert === undefined) !== (config.sipTlsKey === undefined))
    return 'sipTlsCert (--sip-tls-cert) and sipTlsKey (--sip-tls-key) need one another.';
  if (config.sipTlsCert !== undefined && config.sipTlsPort === undefined)
    return 'sipTlsCert needs sipTlsPort (--sip-tls-port), where it is shown.';
  const turn = config.iceServers.find((server) => /^turns?:/.test(server));
  if (turn !== undefined && config.turnSecret === undefined)
    return `${turn} needs turnSecret (--turn-secret or OFFHOOK_TURN_SECRET), from which credentials that expire are made.`;
  if (config.webhookUrl !== undefined && config.webhookSecret === undefined)
    return 'webhookUrl needs webhookSecret (--webhook-secret or OFFHOOK_WEBHOOK_SECRET), so that receivers can tell who posts.';
  if (config.smtpUrl !== undefined && config.smtpFrom === undefined)
    return 'smtpUrl needs smtpFrom (--smtp-from), the address that invitations come from.';
  if (config.pushWebhookUrl !== undefined && config.pushWebhookSecret === undefined)
    return 'pushWebhookUrl needs pushWebhookSecret (--push-webhook-secret or OFFHOOK_PUSH_WEBHOOK_SECRET), so that the receiver can tell who posts.';
  return undefined;
}
