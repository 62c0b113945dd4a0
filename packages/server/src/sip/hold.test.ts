import { expect, it } from 'vitest';
import { isHeldIn } from './hold.ts';
import { sdp } from './phone.fixture.ts';

const withIce = (text: string): string => `${text}a=ice-ufrag:page\r\na=ice-pwd:0123456789012345678901\r\n`;

it.each([
  [true, sdp('sendonly')],
  [true, sdp('inactive')],
  [true, sdp('sendrecv', '0.0.0.0')],
  [true, sdp('sendrecv').replaceAll(/IN IP4 .*$/gm, 'IN IP6 ::')],
  [true, sdp('sendrecv').replaceAll(/IN IP4 .*$/gm, 'IN IP6 0:0:0:0:0:0:0:0')],
  [false, sdp('sendrecv').replaceAll(/IN IP4 .*$/gm, 'IN IP6 2001:db8::1')],
  [false, sdp('sendrecv')],
  [false, sdp('recvonly')],
  [false, sdp('sendonly').replace('m=audio 4000', 'm=audio 0')],
  [false, 'something else'],
  [false, withIce(sdp('sendrecv', '0.0.0.0'))],
  [true, withIce(sdp('sendonly', '0.0.0.0'))],
])('a phone holds the call (%s) by what it describes', (isHeld, text) => {
  expect(isHeldIn(text)).toBe(isHeld);
});
