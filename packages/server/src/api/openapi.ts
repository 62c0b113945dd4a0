/** The description of the REST API (OpenAPI 3.1.1), made of its routes and their schemas. */
import { errors } from '@offhook/core';
import type { ErrorCode } from '@offhook/core';
import {
  ApiCall,
  ApiUser,
  ConversationView,
  Delivery,
  Entry,
  EventBody,
  Meeting,
  MeetingAttendee,
  Participant,
  Recording,
  Session,
  Subscriptions,
} from '@offhook/core/protocol';
import { z } from 'zod';
import { examples } from './examples.ts';
import type { ApiRoute } from './routes.ts';

/** Any JSON. */
type Json = Readonly<Record<string, unknown>>;

export interface OpenApi {
  readonly openapi: '3.1.1';
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: Json;
}

export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly 'x-scope': string;
  readonly parameters: readonly Json[];
  readonly requestBody?: Json;
  readonly responses: Readonly<Record<string, Json>>;
}

const Failure = z
  .object({
    error: z.object({
      code: z.enum(Object.keys(errors) as [ErrorCode, ...ErrorCode[]]),
      message: z.string().describe('For people.'),
      detail: z.string().optional().describe('For developers, e.g. which field was wrong.'),
    }),
  })
  .describe('Why a request was refused.');

/** Schemas that have a name of their own. */
const named = {
  Session,
  Participant,
  Subscriptions,
  Recording,
  Meeting,
  MeetingAttendee,
  Delivery,
  Event: EventBody,
  User: ApiUser,
  Call: ApiCall,
  Entry,
  Conversation: ConversationView,
  Error: Failure,
} as const;

/** What a schema means is kept in the registry of all. */
function explain({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodTypes; jsonSchema: { description?: string } }): void {
  const { description } = z.globalRegistry.get(zodSchema) ?? {};
  if (description !== undefined) jsonSchema.description = description;
}

export function openApi(routes: readonly ApiRoute[], version: string): OpenApi {
  const registry = z.registry<{ id?: string }>();
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id });
  const schemas = new Map<string, unknown>();
  const describe = (schema: z.ZodType, io: 'input' | 'output'): unknown => {
    const {
      $schema: _version,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, { metadata: registry, io, override: explain }) as Json & { $defs?: Json };
    for (const [name, one] of Object.entries($defs)) schemas.set(name, moved(one));
    return moved(own);
  };
  for (const [id, schema] of Object.entries(named)) {
    const { id: _id, ...own } = describe(schema, 'output') as Json;
    schemas.set(id, own);
  }
  const paths: Record<string, Record<string, Operation>> = {};
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, describe) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Offhook',
      version,
      description:
        'The REST API for programs. Every request shows a key that `offhook api-key` has made; what it may do are its scopes. ' +
        'Times are milliseconds since the Unix epoch.',
    },
    servers: [{ url: '/v1' }],
    paths,
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer' } },
      schemas: Object.fromEntries(schemas),
    },
  };
}

function operation(route: ApiRoute, describe: (schema: z.ZodType, io: 'input' | 'output') => unknown): Operation {
  const { path, method, scope, summary, query, body } = route;
  const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
  const inQuery = Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: false,
    schema: describe(schema as z.ZodType, 'input'),
  }));
  const makes = 'makes' in route && route.makes;
  const inHeader =
    'isIdempotent' in route
      ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } }]
      : [];
  const listens =
    'streams' in route ? [{ name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' } }] : [];
  const reads = 'sends' in route ? [{ name: 'Range', in: 'header', required: false, schema: { type: 'string' } }] : [];
  return {
    operationId: nameOf(method, path),
    tags: [path.split('/')[1] ?? ''],
    summary,
    'x-scope': scope,
    parameters: [...inPath, ...inQuery, ...inHeader, ...listens, ...reads],
    ...(body !== undefined && {
      requestBody: {
        required: route.isBodyOptional !== true,
        content: { 'application/json': content(body, describe(body, 'input')) },
      },
    }),
    ...('takes' in route && {
      requestBody: { required: true, content: Object.fromEntries(route.takes.types.map((type) => [type, {}])) },
    }),
    responses: {
      [makes ? '201' : '200']: answered(route, describe),
      ...('sends' in route && { 206: { ...file, description: 'The bytes that `Range` asks for.' } }),
      default: failure,
    },
  };
}

const failure = {
  description: 'It was refused; `error.code` says why.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
};

const file = { description: 'All of it.', content: { 'application/octet-stream': {} } };

function answered(route: ApiRoute, describe: (schema: z.ZodType, io: 'input' | 'output') => unknown): Json {
  if ('streams' in route)
    return {
      description: 'Events, as long as both sides want.',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    };
  if ('sends' in route) return file;
  const { answers } = route;
  const json =
    answers === undefined ? { schema: { type: 'object' }, example: {} } : content(answers, describe(answers, 'output'));
  return { description: 'Done.', content: { 'application/json': json } };
}

function content(schema: z.ZodType, described: unknown): Json {
  const example = examples.get(schema);
  return { schema: described, ...(example !== undefined && { example }) };
}

/** `GET /sessions/:session/participants`: `getSessionParticipants`. */
function nameOf(method: string, path: string): string {
  const words = path
    .split('/')
    .flatMap((part) => part.replace(/^:.*/, '').split(/\W/))
    .filter(Boolean);
  const by = path.split('/').at(-1)?.startsWith(':') === true ? 'One' : '';
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') + by;
}

/** Where definitions are found in an OpenAPI document. */
function moved(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as unknown;
}
