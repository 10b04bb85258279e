/** An element of a call document. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (XmlElement | string)[];
}

/** The document is not well-formed. The message says what and where. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

const NAME = /[A-Za-z_][A-Za-z0-9_.-]*/y;
const SPACE = /[ \t\r\n]+/y;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const MAX_DEPTH = 16;

/** All text inside an element, its children's included, with the white space at both ends taken off. */
export function textOf(element: XmlElement): string {
  return rawTextOf(element).trim();
}

function rawTextOf(element: XmlElement): string {
  return element.children.map((child) => (typeof child === 'string' ? child : rawTextOf(child))).join('');
}

export function elementsOf(element: XmlElement): readonly XmlElement[] {
  return element.children.filter((child) => typeof child !== 'string');
}

/**
 * Parse a whole XML 1.0 document strictly: one root, everything closed, quoted attributes once each, only the five named and the numeric
 * entities. Document types and processing instructions are refused, as both carriers do not use them.
 *
 * @throws {XmlError} at the first thing that is not well-formed
 */
export function parseXml(source: string): XmlElement {
  return new XmlParser(source).document();
}

class XmlParser {
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source.charCodeAt(0) === 0xfeff ? source.slice(1) : source;
    const forbidden = FORBIDDEN.exec(this.#source);
    if (forbidden) {
      this.#at = forbidden.index;
      this.#fail('forbidden character');
    }
  }

  document(): XmlElement {
    if (/^<\?xml[ \t\r\n]/.test(this.#source)) {
      const end = this.#source.indexOf('?>');
      if (end < 0) this.#fail('XML declaration without end');
      this.#at = end + 2;
    }
    this.#misc();
    if (this.#at >= this.#source.length) this.#fail('document is empty');
    if (this.#source[this.#at] !== '<') this.#fail('text outside the root element');
    const root = this.#element(0);
    this.#misc();
    if (this.#at < this.#source.length) this.#fail('content after the root element');
    return root;
  }

  #fail(what: string): never {
    throw new XmlError(`${what} at character ${this.#at}`);
  }

  #starts(text: string): boolean {
    return this.#source.startsWith(text, this.#at);
  }

  #match(pattern: RegExp): string | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#source);
    if (!found) return null;
    this.#at += found[0].length;
    return found[0];
  }

  #misc(): void {
    for (;;) {
      this.#match(SPACE);
      if (!this.#starts('<!--')) return;
      this.#comment();
    }
  }

  #comment(): void {
    const end = this.#source.indexOf('--', this.#at + 4);
    if (end < 0 || this.#source[end + 2] !== '>') this.#fail('bad comment');
    this.#at = end + 3;
  }

  #element(depth: number): XmlElement {
    if (depth > MAX_DEPTH) this.#fail('nested too deeply');
    this.#at += 1;
    const name = this.#match(NAME) ?? this.#fail('bad element name');
    const attributes = this.#attributes(name);
    if (this.#starts('/>')) {
      this.#at += 2;
      return { name, attributes, children: [] };
    }
    if (!this.#starts('>')) this.#fail(`<${name}> is not closed`);
    this.#at += 1;
    return { name, attributes, children: this.#content(name, depth) };
  }

  #attributes(element: string): Record<string, string> {
    const attributes: Record<string, string> = Object.create(null);
    for (;;) {
      const space = this.#match(SPACE);
      if (this.#starts('/>') || this.#starts('>') || this.#at >= this.#source.length) return attributes;
      if (space === null) this.#fail(`white space missing in <${element}>`);
      const name = this.#match(NAME) ?? this.#fail(`bad attribute in <${element}>`);
      this.#match(SPACE);
      if (!this.#starts('=')) this.#fail(`attribute ${name} without value`);
      this.#at += 1;
      this.#match(SPACE);
      const quote = this.#source[this.#at];
      if (quote !== '"' && quote !== "'") this.#fail(`attribute ${name} is not quoted`);
      const end = this.#source.indexOf(quote, this.#at + 1);
      if (end < 0) this.#fail(`attribute ${name} without end`);
      const raw = this.#source.slice(this.#at + 1, end);
      if (raw.includes('<')) this.#fail(`"<" in attribute ${name}`);
      if (name in attributes) this.#fail(`attribute ${name} twice`);
      attributes[name] = this.#decode(raw);
      this.#at = end + 1;
    }
  }

  #content(name: string, depth: number): (XmlElement | string)[] {
    const children: (XmlElement | string)[] = [];
    for (;;) {
      const next = this.#source.indexOf('<', this.#at);
      if (next < 0) this.#fail(`<${name}> is not closed`);
      const text = this.#source.slice(this.#at, next);
      if (text.includes(']]>')) this.#fail('"]]>" in text');
      if (text.length > 0) children.push(this.#decode(text));
      this.#at = next;
      if (this.#starts('</')) {
        this.#at += 2;
        if (this.#match(NAME) !== name) this.#fail(`<${name}> is closed by another name`);
        this.#match(SPACE);
        if (!this.#starts('>')) this.#fail(`bad end of <${name}>`);
        this.#at += 1;
        return children;
      }
      if (this.#starts('<!--')) this.#comment();
      else if (this.#starts('<![CDATA[')) {
        const end = this.#source.indexOf(']]>', this.#at);
        if (end < 0) this.#fail('CDATA without end');
        children.push(this.#source.slice(this.#at + 9, end));
        this.#at = end + 3;
      } else children.push(this.#element(depth + 1));
    }
  }

  #decode(raw: string): string {
    if (!raw.includes('&')) return raw;
    return raw.replace(/&([^;&\s]*);?/g, (whole, name: string) => {
      if (!whole.endsWith(';')) this.#fail('"&" that begins no entity');
      const named = ENTITIES[name];
      if (named !== undefined) return named;
      const numeric = /^#(?:x([0-9A-Fa-f]{1,6})|([0-9]{1,7}))$/.exec(name);
      const code = numeric ? Number.parseInt(numeric[1] ?? numeric[2] ?? '', numeric[1] === undefined ? 10 : 16) : Number.NaN;
      if (!(code > 0 && code <= 0x10ffff)) this.#fail(`unknown entity &${name};`);
      const character = String.fromCodePoint(code);
      if (FORBIDDEN.test(character)) this.#fail('forbidden character');
      return character;
    });
  }
}
