import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { OffhookApi } from './client.ts';
import { ApiError } from './rest.ts';

/** A server that says this to everything. */
async function saying(status: number, type: string, text: string): Promise<{ api: OffhookApi; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(status, { 'content-type': type }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { api: new OffhookApi({ url: `http://127.0.0.1:${port}`, key: 'ohk_any' }), asked };
}

it.each([
  [502, 'text/html', '<h1>Bad gateway</h1>'],
  [200, 'text/html', '<h1>Sign in to the network</h1>'],
  [503, 'application/json', '{"error":"overloaded"}'],
  [500, 'application/json', 'null'],
])('what a proxy says with %i is an ApiError', async (status, type, text) => {
  const { api } = await saying(status, type, text);
  const error: unknown = await api.getSession('standup').catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  expect(error).toMatchObject({ status, code: 'internal' });
});

it('what the server says keeps its code', async () => {
  const { api } = await saying(404, 'application/json', '{"error":{"code":"session_not_found","message":"x"}}');
  await expect(api.getSession('standup')).rejects.toMatchObject({ status: 404, code: 'session_not_found' });
});

it.each(['.', '..'])('an id that is %s leads nowhere else', async (id) => {
  const { api, asked } = await saying(200, 'application/json', '{}');
  await expect(api.getSession(id)).rejects.toMatchObject({ status: 404, code: 'not_found' });
  await expect(api.removeParticipant('standup', id)).rejects.toMatchObject({ code: 'not_found' });
  await expect(api.setSubscriptions(id, 'p', {})).rejects.toMatchObject({ code: 'not_found' });
  expect(asked).toEqual([]);
});
