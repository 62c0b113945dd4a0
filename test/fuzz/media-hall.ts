/** The router alone: one who publishes, and three who receive it. */
import { readPublishOffer } from '../../packages/media/src/negotiation/publish.ts';
import { Consumer } from '../../packages/media/src/router/consumer.ts';
import { Publisher } from '../../packages/media/src/router/publisher.ts';
import { Subscriber } from '../../packages/media/src/router/subscriber.ts';
import type { TransportParameters } from '../../packages/media/src/transport/webrtc.ts';
import { publishing, video } from '../support/media-descriptions.ts';

export const start = 1_795_000_000_000;

export const local: TransportParameters = {
  ice: { ufrag: 'abcd', pwd: 'abcdefghijklmnopqrstuvwx' },
  fingerprint: { algorithm: 'sha-256', value: Array.from({ length: 32 }, () => 'AA').join(':') },
  setup: 'actpass',
  candidates: ['1 1 UDP 2114977791 127.0.0.1 5000 typ host'],
};

interface RouterHall {
  readonly publisher: Publisher;
  readonly subscribers: readonly Subscriber[];
  /** Sources of everybody. */
  readonly ssrcs: readonly number[];
  readonly sent: { packets: number };
}

export function hall(): RouterHall {
  const sent = { packets: 0 };
  const count = (): boolean => ++sent.packets > 0;
  const publisher = new Publisher(count, { onDropped: () => {} });
  publisher.publish(readPublishOffer(publishing(1_000, local), ['video']).published);
  const [producer] = publisher.producers.values();
  const subscribers = [2_000, 3_000, 4_000].map((ssrc) => {
    const subscriber = new Subscriber(count, 'fuzz');
    subscriber.open(true, start);
    const retransmission = { ssrc: ssrc + 1, payloadType: 97, sequence: 0 };
    const options = { ssrc, payloadType: 96, clockRate: video.clockRate, sequence: 65_000, timestamp: 0, retransmission };
    subscriber.add(new Consumer(producer!, options, subscriber, () => {}), start);
    return subscriber;
  });
  return { publisher, subscribers, ssrcs: [1_000, 2_000, 2_001, 3_000, 4_000], sent };
}
