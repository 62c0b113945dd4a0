/** The SIP side of the server alone, from its sockets to calls of phones that dial in: what they are to hear is answered at once, without media. */
import { SipLine } from '../../packages/server/src/sip/line.ts';
import { SystemClock } from '../../packages/server/src/system/clock.ts';
import { SystemRandom } from '../../packages/server/src/system/random.ts';
import { serve } from '../harness/service.ts';

const [port = ''] = process.argv.slice(2);
const lines = ['v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', 'm=audio 40000 RTP/AVP 0', ''];
const answer = lines.join('\r\n');
const silent = (): void => undefined;
let participants = 0;

const line = await SipLine.open(
  {
    log: { info: silent, warn: silent, error: console.error },
    clock: new SystemClock(),
    random: new SystemRandom(),
    phones: {
      dialled: () => Promise.resolve({ session: 'standup', participant: `p-${(participants += 1)}` }),
      comeIn: () => Promise.resolve(answer),
      offer: () => Promise.resolve(''),
      answered: () => Promise.resolve(),
      leave: silent,
      onLeft: silent,
    },
  },
  { hosts: ['127.0.0.1'], port: Number(port), tls: undefined, web: undefined, announced: [] },
);

serve({ calls: () => line.calls }, () => line.close());
