import { expect, it } from 'vitest';
import { complaintOf } from './complaints.ts';

it.each([
  ['rtc::impl::IceTransport::LogCallback@391: juice: STUN message reading failed', ['stun', 1]],
  ['rtc::impl::IceTransport::LogCallback@391: juice: STUN message verification failed', ['stun', 1]],
  ['rtc::impl::DtlsTransport::doRecv@1012: DTLS handshake failed', ['dtls', 1]],
  [
    'rtc::impl::LogCounter::operator++@41: Number of SRTP packets received that failed authentication checks: 12 (over 1 seconds)',
    ['srtp', 12],
  ],
  // Why it could not be read, which is said besides.
  ['rtc::impl::IceTransport::LogCallback@388: juice: STUN fingerprint check failed, expected=9F, actual=EFF', undefined],
  ['rtc::PeerConnection::setLocalDescription@133: Unexpected local description', undefined],
])('of "%s" counts %j', (line, complaint) => {
  expect(complaintOf(line)).toEqual(complaint);
});
