/**
 * The little XML that phone companies need. Built by code and escaped in one place: Plivo's own builder emits a `"` inside an attribute
 * unescaped and refuses attributes that Plivo knows, and one builder for both carriers is less to trust than two.
 */
export interface XmlElement {
  readonly name: string;
  /** Attributes in order; those that are null are left out. */
  readonly attributes: Readonly<Record<string, string | number | boolean | null>>;
  readonly children: readonly (XmlElement | string)[];
}

export function element(
  name: string,
  attributes: XmlElement['attributes'] = {},
  ...children: readonly (XmlElement | string)[]
): XmlElement {
  return { name, attributes, children };
}

/** The whole document with its declaration. Names are our own constants; texts and attribute values may hold anything. */
export function xmlDocument(root: XmlElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(root)}`;
}

function render(node: XmlElement | string): string {
  if (typeof node === 'string') return escapeXml(node);
  let attributes = '';
  for (const [name, value] of Object.entries(node.attributes)) {
    if (value !== null) attributes += ` ${name}="${escapeXml(String(value))}"`;
  }
  if (node.children.length === 0) return `<${node.name}${attributes}/>`;
  return `<${node.name}${attributes}>${node.children.map(render).join('')}</${node.name}>`;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/**
 * Escape for text and attribute values alike. What XML 1.0 cannot hold at all (other control characters, half surrogate pairs, U+FFFE and
 * U+FFFF) is dropped: a document with one of them would be refused as a whole.
 *
 * @see https://www.w3.org/TR/xml/#charsets
 */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
    .replace(/[&<>"'\t\n\r]/g, (char) => escapes[char] ?? '');
}

/** Whether anything but white space is left of a text in a document. */
export function hasText(text: string): boolean {
  return escapeXml(text.replace(/\s/g, '')) !== '';
}
