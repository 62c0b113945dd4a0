/** A SIP server that says that it is there (OPTIONS, RFC 3261 §11), and to everything else that it cannot. */
import { createSocket } from 'node:dgram';
import { randomBytes } from 'node:crypto';
import { responseTo, TransactionLayer } from '@offhook/sip';

const random = () => randomBytes(12).toString('hex');
const layer = new TransactionLayer({ random });
const socket = createSocket('udp4');
let timer;

function take(outputs) {
  for (const output of outputs) {
    if (output.type === 'send') {
      socket.send(Buffer.from(output.text, 'latin1'), output.to.port, output.to.address);
    } else if (output.type === 'request') {
      const status = output.request.method === 'OPTIONS' ? 200 : 405;
      const response = responseTo(output.request, status, { toTag: random(), fields: { Allow: 'OPTIONS' } });
      take(layer.respond(output.transaction, response, performance.now()));
    }
  }
  clearTimeout(timer);
  const { deadline } = layer;
  if (deadline !== undefined)
    timer = setTimeout(() => take(layer.tick(performance.now())), Math.max(0, deadline - performance.now()));
}

socket.on('message', (bytes, { address, port }) =>
  take(layer.receive(bytes.toString('latin1'), { transport: 'udp', address, port }, performance.now())),
);
socket.bind(Number(process.env.PORT ?? 5060), '127.0.0.1');
