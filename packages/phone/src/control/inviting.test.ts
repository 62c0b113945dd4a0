import { OffhookError } from '@offhook/client';
import type { Phone } from '@offhook/client';
import { inviteToMeeting, mayInviteByEmail } from '@offhook/client/meetings';
import type { MeetingInfo } from '@offhook/client/meetings';
import { meetingLimits } from '@offhook/core';
import { beforeEach, expect, it, vi } from 'vitest';
import { Inviting } from './inviting.ts';

vi.mock('@offhook/client/meetings', () => ({
  inviteToMeeting: vi.fn<typeof inviteToMeeting>(),
  mayInviteByEmail: vi.fn<typeof mayInviteByEmail>(),
}));

const info = (more: Partial<MeetingInfo> = {}): MeetingInfo =>
  ({ meeting: 'm', isHost: true, emails: ['bo@example.com'], ...more }) as MeetingInfo;
let inviting: Inviting;
let said: string[];

beforeEach(() => {
  vi.mocked(inviteToMeeting).mockReset();
  vi.mocked(mayInviteByEmail).mockReset().mockResolvedValue(true);
  said = [];
  inviting = new Inviting({} as Phone, 'm', { changed: () => undefined, say: ({ text }) => said.push(text) });
});

/** What is seen of it once the server has answered whether it sends e-mail. */
async function looked(meeting: MeetingInfo | undefined): Promise<unknown> {
  inviting.look();
  await vi.waitFor(() => expect(mayInviteByEmail).toHaveBeenCalled());
  await new Promise((resolve) => setImmediate(resolve));
  return inviting.state(meeting).invites;
}

it('offers e-mail to hosts alone', async () => {
  expect(await looked(info())).toEqual({ busy: false });
  expect(await looked(info({ isHost: false }))).toBeUndefined();
  expect(await looked(undefined)).toBeUndefined();
  expect(mayInviteByEmail).toHaveBeenCalledTimes(1);
});

it('offers none where the server sends none, and asks again where it did not answer', async () => {
  vi.mocked(mayInviteByEmail).mockRejectedValueOnce(new OffhookError('unreachable')).mockResolvedValue(false);
  expect(await looked(info())).toBeUndefined();
  expect(await looked(info())).toBeUndefined();
  expect(mayInviteByEmail).toHaveBeenCalledTimes(2);
});

it('says to whom it has written, and who was invited before', async () => {
  const emails = ['bo@example.com', 'cem@example.com'];
  vi.mocked(inviteToMeeting).mockResolvedValue({ meeting: info({ emails }), rung: [] });
  await inviting.write(['Bo@example.com', 'cem@example.com'], info());
  expect(inviting.state(info()).invites).toEqual({
    busy: false,
    done: 'The invitation is on its way to cem@example.com',
  });
  // The page hears of them by the answer alone.
  await inviting.write(['CEM@example.com'], info());
  expect(inviting.state(info()).invites).toEqual({ busy: false, done: 'They were invited before.' });
  const many = Array.from({ length: 4 }, (_, n) => `n${n}@example.com`);
  await inviting.write(many, info());
  expect(inviting.state(info()).invites).toMatchObject({ done: 'The invitation is on its way to 4 addresses' });
});

it('says of nobody that they are invited whom another host has invited meanwhile', async () => {
  vi.mocked(inviteToMeeting).mockResolvedValue({ meeting: info(), rung: [] });
  await inviting.write(['bo@example.com'], info());
  await inviting.write(['cem@example.com'], info({ emails: ['bo@example.com', 'cem@example.com'] }));
  expect(inviting.state(info()).invites).toEqual({ busy: false, done: 'They were invited before.' });
});

it.each([
  ['bad_message', 'That is not an e-mail address. Check what you have typed.'],
  ['too_many_invited', 'So many cannot be invited to one meeting.'],
  ['mail_unavailable', 'This server sends no e-mail.'],
  ['forbidden', 'Only hosts can invite by e-mail.'],
  ['rate_limited', 'Too many invitations at once. Try again later.'],
  ['unreachable', 'The server does not answer. Check your connection and try again.'],
  ['internal', 'That did not work. Please try again.'],
] as const)('says in words that it was refused with %s', async (code, problem) => {
  vi.mocked(inviteToMeeting).mockRejectedValue(new OffhookError(code));
  await inviting.write(['cem@example.com'], info());
  expect(inviting.state(info()).invites).toEqual({ busy: false, problem });
  expect(said).toEqual([]);
});

it('does not ask the server for more than can be invited', async () => {
  const many = Array.from({ length: meetingLimits.invitedMost + 1 }, (_, n) => `n${n}@example.com`);
  await inviting.write(many, info());
  expect(inviting.state(info()).invites).toMatchObject({ problem: 'So many cannot be invited to one meeting.' });
  expect(inviteToMeeting).not.toHaveBeenCalled();
});
