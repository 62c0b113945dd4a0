import { describe, expect, it } from 'vitest';
import { hashOf, routeOf } from './route.ts';

describe('places as fragments of the address', () => {
  it.each([
    [{ section: 'people' }, '#people'],
    [{ section: 'calls', person: 'anna' }, '#calls/anna'],
    [{ section: 'people', person: 'נועה/?#%' }, `#people/${encodeURIComponent('נועה/?#%')}`],
    [{ section: 'conversations', person: 'in' }, '#conversations/in'],
    [{ section: 'conversations', conversation: 'everyone' }, '#conversations/in/everyone'],
    [{ section: 'settings' }, '#settings'],
    [{ section: 'settings', page: 'accounts' }, '#settings/accounts'],
  ] as const)('%o is %s, both ways', (route, hash) => {
    expect(hashOf(route)).toBe(hash);
    expect(routeOf(hash)).toEqual(route);
  });

  it('takes whatever else for the people', () => {
    expect(routeOf('')).toEqual({ section: 'people' });
    expect(routeOf('#nowhere/anna')).toEqual({ section: 'people', person: 'anna' });
    expect(routeOf('#people/%E0%A4%A')).toEqual({ section: 'people', person: '%E0%A4%A' });
  });
});
