/** What a browser and a telephone offer: as they wrote it, but for sections of many like lines, of which some are left out. */

export const chromiumOffer: string = lines(`v=0
o=- 4380167040462945135 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=extmap-allow-mixed
a=msid-semantic: WMS
m=audio 55765 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 192.0.2.2
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:3623872288 1 udp 2122194687 192.0.2.2 55765 typ host generation 0 network-id 1
a=ice-ufrag:C8zV
a=ice-pwd:CfBNp6NJaybKDYELhNZbFkfA
a=ice-options:trickle
a=fingerprint:sha-256 1C:1B:FB:79:03:21:0D:72:AF:B9:E7:02:65:43:11:6F:2B:D8:4E:C1:94:BD:7C:35:2D:30:D3:CF:DE:CC:40:A1
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendonly
a=msid:- 96d73c0d-438d-4b8b-9454-c7ed54b4fc33
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:13 CN/8000
a=rtpmap:110 telephone-event/48000
a=rtpmap:126 telephone-event/8000
a=ssrc:4258281943 cname:KJSAH++S2JuckzUa
a=ssrc:4258281943 msid:- 96d73c0d-438d-4b8b-9454-c7ed54b4fc33
m=video 59537 UDP/TLS/RTP/SAVPF 96 97 102 103
c=IN IP4 192.0.2.2
a=rtcp:9 IN IP4 0.0.0.0
a=candidate:3623872288 1 udp 2122194687 192.0.2.2 59537 typ host generation 0 network-id 1
a=ice-ufrag:C8zV
a=ice-pwd:CfBNp6NJaybKDYELhNZbFkfA
a=ice-options:trickle
a=fingerprint:sha-256 1C:1B:FB:79:03:21:0D:72:AF:B9:E7:02:65:43:11:6F:2B:D8:4E:C1:94:BD:7C:35:2D:30:D3:CF:DE:CC:40:A1
a=setup:actpass
a=mid:1
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:13 urn:3gpp:video-orientation
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=extmap:10 urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id
a=extmap:11 urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id
a=sendonly
a=msid:- b783b120-bc73-4cf7-b5c1-5aa60db21380
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 transport-cc
a=rtcp-fb:96 ccm fir
a=rtcp-fb:96 nack
a=rtcp-fb:96 nack pli
a=rtpmap:97 rtx/90000
a=fmtp:97 apt=96
a=rtpmap:102 H264/90000
a=rtcp-fb:102 goog-remb
a=rtcp-fb:102 transport-cc
a=rtcp-fb:102 ccm fir
a=rtcp-fb:102 nack
a=rtcp-fb:102 nack pli
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
a=rid:l send
a=rid:m send
a=rid:h send
a=simulcast:send l;m;h
`);

export const phoneOffer: string = lines(`v=0
o=alice 2890844526 2890844526 IN IP4 198.51.100.1
s=-
c=IN IP4 198.51.100.1
b=AS:80
t=0 0
m=audio 49170 RTP/AVP 0 8 9 101
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
`);

function lines(text: string): string {
  return text.replaceAll('\n', '\r\n');
}
