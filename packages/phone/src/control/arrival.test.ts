import { describe, expect, it } from 'vitest';
import { arrivalOf, settledAddress } from './arrival.ts';

describe('how somebody comes', () => {
  it.each([
    ['', '', { kind: 'usual' }],
    ['', '#people/anna', { kind: 'usual' }],
    ['?new', '', { kind: 'new' }],
    ['?join=123', '#people', { kind: 'join', code: '123' }],
    ['', '#invite=a_b-c', { kind: 'invitation', code: 'a_b-c' }],
    ['?new', '#session=xyz', { kind: 'session', code: 'xyz' }],
    ['', '#problem=sign_in_lost', { kind: 'problem', code: 'sign_in_lost' }],
    ['?as=anna', '#people', { kind: 'called', user: 'anna' }],
    ['?as=anna&answer=call-1', '', { kind: 'called', user: 'anna', answer: 'call-1' }],
    ['?call=web%2Boffhook%3Abo%3Fvideo', '', { kind: 'link', text: 'web+offhook:bo?video' }],
    ['?call=', '#people', { kind: 'link', text: '' }],
    ['?as=anna&call=bo', '', { kind: 'called', user: 'anna' }],
    ['', '#invite=<b>', { kind: 'usual' }],
    ['', '#invite=', { kind: 'usual' }],
  ])('at %s%s', (search, hash, arrival) => {
    expect(arrivalOf({ search, hash })).toEqual(arrival);
  });

  it('is no longer in the address once it is used up', () => {
    expect(settledAddress({ pathname: '/p/', search: '?new', hash: '#invite=abc' })).toBe('/p/');
    expect(settledAddress({ pathname: '/p/', search: '?join=1', hash: '#people/anna' })).toBe('/p/#people/anna');
  });
});
