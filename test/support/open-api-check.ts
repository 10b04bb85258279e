import { z } from 'zod';

type Json = Readonly<Record<string, unknown>>;
type Response = { readonly content?: Readonly<Record<string, { readonly schema: Json }>> };

/** As much of the console's own description as the check reads. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, { readonly post?: { readonly responses: Readonly<Record<string, Response>> } }>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/**
 * Checks answers against the document that the console itself serves. It is stricter than a client would be: a field of which the document
 * does not tell counts as wrong, and so does a status that it does not name.
 *
 * @returns what is wrong with an answer, one line each
 */
export function openApiCheck({ paths, components }: OpenApiDocument): (operation: string, status: number, body: unknown) => string[] {
  const known = new Map<string, z.ZodType>();
  return (operation, status, body) => {
    const what = `${operation} ${status}`;
    const described = paths[`/api/${operation}`]?.post?.responses[status]?.content?.['application/json']?.schema;
    if (!described) return [`${what}: the document does not name it`];
    const schema = known.get(what) ?? z.fromJSONSchema(closed(resolved(described, components.schemas)) as z.core.JSONSchema.JSONSchema);
    known.set(what, schema);
    const { error } = schema.safeParse(body);
    return (error?.issues ?? []).map(({ path, message }) => `${what}: ${path.join('.')} ${message}`);
  };
}

function resolved(schema: Json, schemas: Readonly<Record<string, Json>>): Json {
  if (typeof schema.$ref !== 'string') return schema;
  const found = schemas[schema.$ref.replace('#/components/schemas/', '')];
  if (!found) throw new Error(`${schema.$ref} leads nowhere`);
  return found;
}

/** The same schema, in which no object may have a field that is not described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts: Record<string, unknown> = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  return parts.type === 'object' && parts.properties !== undefined ? { additionalProperties: false, ...parts } : parts;
}
