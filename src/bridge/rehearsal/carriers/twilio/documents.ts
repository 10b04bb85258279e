import type { Params } from '../exchange.ts';
import { checkMarkup } from '../markup.ts';
import { resolveAddress } from '../urls.ts';
import { parseXml, type XmlElement, XmlError } from '../xml.ts';
import type { TwilioCall } from './twilio-call.ts';
import { TWIML } from './twiml.ts';
import type { TwilioWorld } from './world.ts';

/** A document that a call runs. */
export interface TwimlDocument {
  readonly root: XmlElement;
  /** Where it came from; null for a document given along with a request. */
  readonly address: string | null;
}

type Fetched = { readonly document: TwimlDocument } | { readonly code: number; readonly detail: string };

/** Twilio takes no larger documents. */
const MAX_DOCUMENT_BYTES = 64 * 1024;
const XML_TYPE = /^(text\/xml|application\/xml|text\/html)\s*(;|$)/i;

/** Read a document that came inside a request. @returns null when Twilio cannot run it (error 12100 or 12200) */
export function inlineDocument(world: TwilioWorld, call: TwilioCall, twiml: string): TwimlDocument | null {
  const read = readDocument(twiml, null);
  if ('document' in read) return read.document;
  world.exchange.violate(call, 'twiml.invalid', `${read.code}: ${read.detail}`);
  return null;
}

/**
 * Fetch what a call runs next. When the address fails, the call's fallback address is asked once, and told why.
 * @param reference address as the request or the document has it
 * @param base address of the document that holds it
 * @returns null when there is nothing to run
 */
export async function loadDocument(
  world: TwilioWorld,
  call: TwilioCall,
  name: string,
  reference: string,
  base: string | null,
  method: 'GET' | 'POST',
  params: Params,
): Promise<TwimlDocument | null> {
  const { exchange } = world;
  const first = await fetchDocument(world, call, name, reference, base, method, params);
  if ('document' in first) return first.document;
  exchange.note(call, { kind: 'note', what: `error ${first.code} at ${name}: ${first.detail}` });
  const fallback = call.settings?.fallbackUrl ?? null;
  if (fallback === null || call.isOver) return null;
  const second = await fetchDocument(world, call, 'fallback', fallback, null, call.settings?.fallbackMethod ?? 'POST', {
    ...params,
    ErrorCode: String(first.code),
    ErrorUrl: resolveAddress(reference, base)?.text ?? reference,
  });
  if ('document' in second) return second.document;
  exchange.note(call, { kind: 'note', what: `error ${second.code} at fallback: ${second.detail}` });
  return null;
}

async function fetchDocument(
  world: TwilioWorld,
  call: TwilioCall,
  name: string,
  reference: string,
  base: string | null,
  method: 'GET' | 'POST',
  params: Params,
): Promise<Fetched> {
  const address = resolveAddress(reference, base);
  if (!address || (address.scheme !== 'http' && address.scheme !== 'https')) {
    world.exchange.violate(call, 'twiml.invalid-url', `${name}: ${reference}`);
    return { code: 11100, detail: `invalid URL ${reference}` };
  }
  const url = address.fragment === '' ? address.text : `${address.text}#${address.fragment}`;
  const answer = await world.ask(call, { name, method, url, params });
  if (answer.kind === 'failed') return { code: answer.why === 'read' ? 11205 : 11200, detail: answer.why };
  if (answer.status < 200 || answer.status >= 300) return { code: 11200, detail: `HTTP ${answer.status}` };
  if (answer.body.length > MAX_DOCUMENT_BYTES) return { code: 11750, detail: `${answer.body.length} bytes` };
  if (!XML_TYPE.test(answer.contentType)) {
    world.exchange.violate(call, 'twiml.content-type', `${name}: ${answer.contentType}`);
    return { code: 12300, detail: `content type ${answer.contentType}` };
  }
  const read = readDocument(answer.body.toString('utf8'), address.text);
  if ('code' in read) world.exchange.violate(call, 'twiml.invalid', `${name}: ${read.code}: ${read.detail}`);
  return read;
}

function readDocument(text: string, address: string | null): Fetched {
  try {
    const root = parseXml(text);
    const finding = checkMarkup(root, TWIML);
    return finding === null ? { document: { root, address } } : { code: 12200, detail: finding };
  } catch (error) {
    if (error instanceof XmlError) return { code: 12100, detail: error.message };
    throw error;
  }
}
