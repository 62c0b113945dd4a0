/** Kamailio, the proxy of many carriers, as the carrier in front: it asks who somebody is, stays in the way of calls, and speaks TLS. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { ownCertificate } from '../../packages/server/src/http/certificate.ts';
import { program } from './programs.ts';

export interface KamailioOptions {
  /** Of UDP and TCP. */
  readonly port: number;
  readonly tlsPort: number;
  /** Where the server is that it stands in front of: what calls through it is led there. */
  readonly server: { readonly port: number; readonly transport: 'udp' | 'tcp' | 'tls' };
  /** Who registers there is asked for it, and who calls by TLS. */
  readonly password: string;
}

const realm = 'carrier.example';

/** REGISTER by digest, calls through it with Record-Route. What stands in the location of somebody is called there, all else at the server. */
function config({ port, tlsPort, server, password }: KamailioOptions, folder: string): string {
  const modules = ['tls', 'tm', 'sl', 'rr', 'pv', 'maxfwd', 'usrloc', 'registrar', 'textops', 'siputils', 'auth', 'xlog'];
  return `#!KAMAILIO
debug=0
log_stderror=yes
children=2
tcp_children=2
enable_tls=yes
listen=udp:127.0.0.1:${port}
listen=tcp:127.0.0.1:${port}
listen=tls:127.0.0.1:${tlsPort}
${modules.map((name) => `loadmodule "${name}.so"`).join('\n')}
modparam("tls", "private_key", "${join(folder, 'key.pem')}")
modparam("tls", "certificate", "${join(folder, 'cert.pem')}")
modparam("tls", "verify_certificate", 0)
modparam("tls", "tls_method", "TLSv1.2+")
modparam("rr", "enable_double_rr", 1)

request_route {
  if (!mf_process_maxfwd_header("10")) {
    sl_send_reply("483", "Too Many Hops");
    exit;
  }
  xlog("L_ALERT", "seen $rm from $proto:$si:$sp\\n");
  if (is_method("CANCEL")) {
    if (t_check_trans()) t_relay();
    exit;
  }
  if (has_totag()) {
    if (loose_route() || (is_method("ACK") && t_check_trans())) t_relay();
    else if (!is_method("ACK")) sl_send_reply("404", "Not Here");
    exit;
  }
  t_check_trans();
  if (is_method("OPTIONS")) {
    sl_send_reply("200", "OK");
    exit;
  }
  if (is_method("REGISTER")) {
    if (!pv_www_authenticate("${realm}", "${password}", "0")) {
      www_challenge("${realm}", "1");
      exit;
    }
    save("location");
    exit;
  }
  if (is_method("INVITE") && $proto == "tls") {
    if (!pv_proxy_authenticate("${realm}", "${password}", "0")) {
      proxy_challenge("${realm}", "1");
      exit;
    }
    consume_credentials();
  }
  record_route();
  if (!lookup("location")) $du = "sip:127.0.0.1:${server.port};transport=${server.transport}";
  t_relay();
}
`;
}

export class Kamailio {
  /** The file with its certificate, which it has signed itself. */
  readonly certificate: string;
  readonly #child: ChildProcess;
  #said = '';

  private constructor(child: ChildProcess, certificate: string) {
    this.#child = child;
    this.certificate = certificate;
    child.stderr?.on('data', (bytes: Buffer) => (this.#said += bytes.toString()));
  }

  /** It answers already. Ends with the test. */
  static async start(options: KamailioOptions): Promise<Kamailio> {
    const folder = mkdtempSync(join(tmpdir(), 'offhook-kamailio-'));
    const { cert, key } = await ownCertificate(undefined, ['127.0.0.1', 'localhost'], new Date());
    writeFileSync(join(folder, 'cert.pem'), cert);
    writeFileSync(join(folder, 'key.pem'), key);
    writeFileSync(join(folder, 'kamailio.cfg'), config(options, folder));
    const args = [
      '-f',
      join(folder, 'kamailio.cfg'),
      '-DD',
      '-E',
      '-Y',
      folder,
      '-P',
      join(folder, 'pid'),
      '-m',
      '32',
      '-M',
      '4',
    ];
    const child = spawn(program('kamailio'), args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const kamailio = new Kamailio(child, join(folder, 'cert.pem'));
    onTestFinished(async () => {
      const gone = once(kamailio.#child, 'exit');
      // It takes its children along.
      if (kamailio.#child.exitCode === null && kamailio.#child.kill('SIGTERM')) await gone;
      rmSync(folder, { recursive: true, force: true });
    });
    return kamailio;
  }

  /** All that it has written so far: each request that it has seen, with where it came from. */
  get said(): string {
    return this.#said;
  }
}
