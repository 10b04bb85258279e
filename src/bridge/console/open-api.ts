import { z } from 'zod';
import { type ErrorCode, errorBody, fieldProblem, statusOf } from '#bridge/contract/errors.ts';
import { type OperationName, operations } from '#bridge/contract/operations.ts';

type Json = Readonly<Record<string, unknown>>;

/** What each status means to who gets it; every status of the error table has one. */
const meanings: Readonly<Record<number, string>> = {
  400: 'Bad input, or too large; `details` lists each offending field.',
  401: 'The token is missing or wrong.',
  403: 'The request comes from another place than the console.',
  404: 'There is no such thing.',
  409: 'Not in a state that allows it.',
  422: 'Refused by a named guard.',
  500: 'Something went wrong inside the bridge.',
  503: 'Something that the bridge needs is not to be had at the moment.',
};

/** Describe the console's HTTP side, from the very schemas that check it. @see https://spec.openapis.org/oas/v3.1.0 */
export function openApi(version: string, url: string): Json {
  const paths: Record<string, Json> = {};
  for (const name of Object.keys(operations) as OperationName[]) paths[`/api/${name}`] = { post: operation(name) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Ringside console',
      version,
      description:
        'Everything that can be asked of the bridge. The same operations are reachable over the live socket at /live (`{type:"invoke", id, operation, input}`), which also sends the feed and audio.',
    },
    servers: [{ url }],
    security: [{ token: [] }],
    paths: { ...paths, '/api': { get: description() }, '/recordings/{callId}.wav': recording(), '/live': { get: live() } },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: schemaOf(z.object({ error: errorBody }), 'output'), FieldProblem: schemaOf(fieldProblem, 'output') },
    },
  };
}

function operation(name: OperationName): Json {
  const { input, output } = operations[name];
  const [family = ''] = name.split('.');
  return {
    operationId: name,
    tags: [family],
    requestBody: { required: true, content: { 'application/json': { schema: schemaOf(input, 'input') } } },
    responses: {
      200: {
        description: 'Done.',
        content: {
          'application/json': { schema: { type: 'object', properties: { result: schemaOf(output, 'output') }, required: ['result'] } },
        },
      },
      ...errors([400, 401, 403, 404, 409, 422, 500, 503]),
    },
  };
}

function description(): Json {
  return {
    operationId: 'describe',
    tags: ['console'],
    responses: {
      200: { description: 'This document.', content: { 'application/json': { schema: { type: 'object' } } } },
      ...errors([401, 403]),
    },
  };
}

function recording(): Json {
  const parameters = [
    { name: 'callId', in: 'path', required: true, schema: { type: 'string' } },
    {
      name: 'ticket',
      in: 'query',
      required: false,
      description: 'In place of the token; see recordings.ticket.',
      schema: { type: 'string' },
    },
    { name: 'Range', in: 'header', required: false, schema: { type: 'string', examples: ['bytes=0-65535'] } },
  ];
  const content = { 'audio/wav': { schema: { type: 'string', format: 'binary' } } };
  const responses = {
    200: { description: 'The whole recording: 8 kHz, stereo, callee left, our side right.', content },
    206: { description: 'The part that was asked for.', content },
    416: { description: 'The recording has no such part.' },
    ...errors([401, 403, 404]),
  };
  return {
    get: { operationId: 'recording', tags: ['calls'], parameters, responses },
    head: {
      operationId: 'recordingHead',
      tags: ['calls'],
      parameters,
      responses: { 200: { description: 'Its length.' }, ...errors([401, 403, 404]) },
    },
  };
}

function live(): Json {
  return {
    operationId: 'live',
    tags: ['console'],
    description:
      'WebSocket. The token goes into the Authorization header, or into the subprotocol `ringside.{token}`; never into the address.',
    responses: { 101: { description: 'The live feed, operations and audio.' }, ...errors([401, 403]) },
  };
}

function errors(statuses: readonly number[]): Json {
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } };
  return Object.fromEntries(
    statuses.map((status) => {
      const codes = (Object.keys(statusOf) as ErrorCode[]).filter((code) => statusOf[code] === status);
      return [status, { description: `${meanings[status]}${codes.length > 0 ? ` Codes: ${codes.join(', ')}.` : ''}`, content }];
    }),
  );
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // Fields may be added in later versions: whoever reads an answer must not insist.
      if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
      // Moments are the only values that are changed on their way in, and come out in the one form that we write.
      if (io === 'output' && zodSchema._zod.def.type === 'transform') Object.assign(jsonSchema, instantSchema);
      // The format says it; the pattern of a calendar is a page long.
      if (jsonSchema.format === 'date-time' || jsonSchema.format === 'date') delete jsonSchema.pattern;
    },
  });
  return json;
}

const instantSchema = { type: 'string', format: 'date-time', description: 'UTC with milliseconds' };
