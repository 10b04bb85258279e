import type { Params } from '../exchange.ts';
import { checkMarkup } from '../markup.ts';
import { parseAddress } from '../urls.ts';
import { elementsOf, parseXml, type XmlElement, XmlError } from '../xml.ts';
import type { Endpoint } from './create-request.ts';
import type { PlivoCall } from './plivo-call.ts';
import { checkPlivoVerb, PLIVO_XML } from './plivo-xml.ts';
import type { PlivoWorld } from './world.ts';

/** What asked for a document; decides the hangup cause when there is none. */
export type Purpose = 'answer' | 'action' | 'transfer' | 'redirect';

const CAUSE_UNIT: Readonly<Record<Purpose, number>> = { answer: 1, action: 2, transfer: 3, redirect: 4 };
/** Plivo takes no larger documents. */
const MAX_DOCUMENT_BYTES = 100 * 1024;
const XML_TYPE = /^(text|application)\/xml\s*(;|$)/i;

/** The document, or the hangup code of a call that cannot have it. */
export type Loaded = { readonly root: XmlElement } | { readonly code: number };

/**
 * Fetch what a call runs next. Only an answer address has a fallback, which is asked when the first cannot be reached or does not answer
 * with success; a document that is not valid ends the call at once.
 */
export async function loadDocument(
  world: PlivoWorld,
  call: PlivoCall,
  purpose: Purpose,
  name: string,
  endpoint: Endpoint,
  params: Params,
): Promise<Loaded> {
  const unit = CAUSE_UNIT[purpose];
  const address = parseAddress(endpoint.url);
  if (address?.scheme !== 'http' && address?.scheme !== 'https') {
    world.exchange.violate(call, 'xml.invalid-url', `${name}: ${endpoint.url}`);
    return { code: 7020 + unit };
  }
  const first = await ask(world, call, unit, name, endpoint, params);
  const fallback = call.settings?.fallback ?? null;
  if ('root' in first || purpose !== 'answer' || first.code !== 7011 || fallback === null || call.isOver) return first;
  return ask(world, call, unit, 'fallback', fallback, params);
}

async function ask(world: PlivoWorld, call: PlivoCall, unit: number, name: string, endpoint: Endpoint, params: Params): Promise<Loaded> {
  const answer = await world.ask(call, { name, ...endpoint, params });
  if (answer.kind === 'failed' || answer.status < 200 || answer.status >= 300) return { code: 7010 + unit };
  const invalid = (detail: string): Loaded => {
    world.exchange.violate(call, 'xml.invalid', `${name}: ${detail}`);
    return { code: 8010 + unit };
  };
  if (!XML_TYPE.test(answer.contentType)) world.exchange.violate(call, 'xml.content-type', `${name}: ${answer.contentType}`);
  if (answer.body.length > MAX_DOCUMENT_BYTES) return invalid(`${answer.body.length} bytes`);
  try {
    const root = parseXml(answer.body.toString('utf8'));
    const finding = checkMarkup(root, PLIVO_XML) ?? checkVerbs(root);
    return finding === null ? { root } : invalid(finding);
  } catch (error) {
    if (error instanceof XmlError) return invalid(error.message);
    throw error;
  }
}

function checkVerbs(element: XmlElement): string | null {
  const finding = checkPlivoVerb(element.name, element.attributes);
  if (finding !== null || element.name === 'Speak') return finding;
  for (const child of elementsOf(element)) {
    const inner = checkVerbs(child);
    if (inner !== null) return inner;
  }
  return null;
}
