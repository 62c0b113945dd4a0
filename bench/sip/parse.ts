/** Reading an INVITE with Via, From, To, CSeq, Contact and Route as data: Offhook, JsSIP, SIP.js, `sip` from npm, turn about. */
import { createRequire } from 'node:module';
import { checkRequest, isRequest, parseMessage } from '@offhook/sip';
import { printTable, round } from '../harness/report.ts';
import { median, quantile } from '../harness/statistics.ts';
import { turnAbout } from '../harness/turns.ts';

const rounds = 9;
/** How long each party measures in a round. */
const milliseconds = 150;

const body = [
  'v=0',
  'o=- 1719824812 1719824812 IN IP4 192.0.2.10',
  's=-',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 41000 RTP/AVP 9 8 0 101',
  'a=rtpmap:9 G722/8000',
  'a=rtpmap:8 PCMA/8000',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-16',
  'a=ptime:20',
  'a=sendrecv',
  '',
].join('\r\n');

/** As it comes from a carrier through one proxy. Each one is another text, so that nothing is found in a cache of the engine. */
const invite = (n: number): string =>
  [
    `INVITE sip:+49301234${n}@198.51.100.20:5060;transport=udp SIP/2.0`,
    `Via: SIP/2.0/UDP 203.0.113.5:5060;branch=z9hG4bK${n}a7c.1;rport`,
    `Via: SIP/2.0/UDP 192.0.2.10:5060;received=192.0.2.10;branch=z9hG4bK${n}x;rport=5060`,
    'Route: <sip:198.51.100.20;lr>',
    'Record-Route: <sip:203.0.113.5;lr;did=d1a.77>',
    'Max-Forwards: 69',
    `From: "Anna Example" <sip:+49309876${n}@carrier.example;user=phone>;tag=as${n}f`,
    `To: <sip:+49301234${n}@198.51.100.20;user=phone>`,
    `Contact: <sip:+49309876${n}@192.0.2.10:5060;transport=udp>`,
    `Call-ID: ${n}4b1d7c0a5e@192.0.2.10`,
    'CSeq: 102 INVITE',
    'User-Agent: Carrier SBC 7.2',
    'Allow: INVITE, ACK, CANCEL, OPTIONS, BYE, REFER, NOTIFY, INFO, UPDATE, PRACK',
    'Supported: 100rel, timer, replaces',
    'Session-Expires: 1800;refresher=uac',
    'P-Asserted-Identity: "Anna Example" <sip:+49309876@carrier.example>',
    'Content-Type: application/sdp',
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
const invites = Array.from({ length: 500 }, (_, n) => Buffer.from(invite(1000 + n)));

type Reader = (bytes: Buffer) => unknown;

const require = createRequire(import.meta.url);
const { parse: parseSip } = require('sip') as { parse: (text: string) => { headers: Record<string, unknown> } };
/** What both have in common: a header as data, and as text. */
interface Parsed {
  parseHeader(name: string): unknown;
  getHeader(name: string): string | undefined;
}
type Parse = (text: string, context: unknown) => Parsed;
const jssip = (module: string): unknown => require(`jssip/lib/${module}`);
const { parseMessage: parseJsSip } = jssip('Parser') as { parseMessage: Parse };
const { parse: jssipAddress } = jssip('NameAddrHeader') as { parse: (text: string) => unknown };
const sipjs = async (module: string): Promise<unknown> =>
  import(new URL(`../../node_modules/sip.js/lib/${module}`, import.meta.url).href);
const { Parser } = (await sipjs('core/messages/parser.js')) as { Parser: { parseMessage: Parse } };
const { Grammar } = (await sipjs('grammar/grammar.js')) as { Grammar: { nameAddrHeaderParse: (text: string) => unknown } };
const parsedByThem = ['via', 'from', 'to', 'cseq', 'contact'];
const silent = { debug() {}, warn() {}, error() {}, log() {} };

/** Each ends with the six headers as data, and fails if one is missing. */
const readers: Readonly<Record<'offhook' | 'checked' | 'sip' | 'jssip' | 'sipjs', Reader>> = {
  offhook: (bytes) => {
    const message = parseMessage(bytes.toString('latin1'));
    return [message.via, message.from, message.to, message.cseq, message.contacts[0], message.routes[0]];
  },
  checked: (bytes) => {
    const message = parseMessage(bytes.toString('latin1'));
    if (isRequest(message)) checkRequest(message);
    return [message];
  },
  sip: (bytes) => {
    const { headers } = parseSip(bytes.toString('latin1'));
    return [headers['via'], headers['from'], headers['to'], headers['cseq'], headers['contact'], headers['route']];
  },
  // Neither reads Route by itself.
  jssip: (bytes) => {
    const message = parseJsSip(bytes.toString(), {});
    return [...parsedByThem.map((name) => message.parseHeader(name)), jssipAddress(message.getHeader('route') ?? '')];
  },
  sipjs: (bytes) => {
    const message = Parser.parseMessage(bytes.toString(), silent);
    return [
      ...parsedByThem.map((name) => message.parseHeader(name)),
      Grammar.nameAddrHeaderParse(message.getHeader('route') ?? ''),
    ];
  },
};
const titles = {
  offhook: 'Offhook',
  checked: 'Offhook, with all checks of a server',
  sip: 'sip (npm)',
  jssip: 'JsSIP',
  sipjs: 'SIP.js',
};
const names = ['offhook', 'checked', 'sip', 'jssip', 'sipjs'] as const;

/** Microseconds of CPU per message. */
function measure(read: Reader): number {
  const until = performance.now() + milliseconds;
  const before = process.cpuUsage();
  let count = 0;
  while (performance.now() < until) {
    for (const bytes of invites.slice(0, 50)) {
      if ((read(bytes) as unknown[]).includes(undefined)) throw new Error('a header was not read');
    }
    invites.push(...invites.splice(0, 50));
    count += 50;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

/** Microseconds of CPU per INVITE, of each party. */
export async function measureParsing(): Promise<Readonly<Record<(typeof names)[number], number>>> {
  const costs = await turnAbout(names, { rounds, warmUp: 2 }, (name) => Promise.resolve(measure(readers[name])));
  const medians = names.map((name) => [name, median(costs[name])] as const);
  printTable([
    ['µs per INVITE', 'median', 'lowest', 'highest'],
    ...medians.map(([name, value]) => [
      titles[name],
      ...[value, quantile(costs[name], 0), quantile(costs[name], 1)].map(round),
    ]),
  ]);
  console.log(`${invites[0]?.length} bytes with 17 headers and a body of ${body.length}, ${rounds} rounds turn about.`);
  return Object.fromEntries(medians) as Record<(typeof names)[number], number>;
}
