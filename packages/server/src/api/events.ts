/** What happens, for programs that listen. */
import { EventQuery } from '@offhook/core/protocol';
import type { EventFeed } from './feed.ts';
import { check } from './routes.ts';
import type { ApiRoute } from './routes.ts';

export interface EventRoutesDeps {
  readonly feed: EventFeed;
}

export function eventRoutes({ feed }: EventRoutesDeps): ApiRoute[] {
  return [
    {
      scope: 'events',
      method: 'GET',
      path: '/events',
      summary: 'What happens, as server-sent events. `Last-Event-ID` goes on behind an event.',
      query: EventQuery,
      streams: ({ key, query, lastEventId }, to) => {
        const { types = '', after: asked } = check(EventQuery, query, 'query');
        // Whoever comes back asks for the same page, and says by the header how far they are.
        const after = check(EventQuery.shape.after, lastEventId, 'Last-Event-ID') ?? asked;
        const wanted = { after: after === undefined ? undefined : Number(after), types: types.split(',').filter(Boolean) };
        return feed.listen({ key: key.name, ...wanted }, to);
      },
    },
  ];
}
