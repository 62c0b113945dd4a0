/** What SIP costs: reading an INVITE, beside JsSIP, SIP.js and `sip` from npm; and calls a second by SIPp, beside Kamailio. */
import { printMachine, report } from './harness/report.ts';
import { measureCalls } from './sip/calls.ts';
import { measureParsing } from './sip/parse.ts';

/** Microseconds. */
const parseMost = 6;
const callsLeast = 1_000;
/** From INVITE to 200, in milliseconds. */
const p99Most = 20;

printMachine();
const { offhook, checked, sip, jssip, sipjs } = await measureParsing();
const { stack, announced, through, kamailio, bytes } = await measureCalls();
const most = Math.min(announced.most, through.most);
const p99 = Math.max(announced.p99, through.p99);
report({
  bench: 'sip',
  figures: {
    'parse µs': offhook,
    'checked µs': checked,
    'sip µs': sip,
    'jssip µs': jssip,
    'sipjs µs': sipjs,
    'stack calls per second': stack.most,
    'stack cpu µs': stack.cpu,
    'announcement calls per second': announced.most,
    'announcement p99 ms': announced.p99,
    'announcement cpu µs': announced.cpu,
    'announcement bytes': bytes.announced,
    'trunk calls per second': through.most,
    'trunk p99 ms': through.p99,
    'trunk cpu µs': through.cpu,
    'trunk bytes': bytes.through,
    ...(kamailio && {
      'kamailio calls per second': kamailio.most,
      'kamailio cpu µs': kamailio.cpu,
      'trunk cpu × kamailio': through.cpu / kamailio.cpu,
    }),
  },
  ratio: Math.max(offhook / parseMost, callsLeast / most, p99 / p99Most),
  budget: 1,
});
