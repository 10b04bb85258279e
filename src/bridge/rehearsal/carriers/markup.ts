import { elementsOf, textOf, type XmlElement } from './xml.ts';

/** What one verb may hold. Everything else makes the document invalid. */
export interface VerbRule {
  readonly attributes?: Readonly<Record<string, (value: string) => boolean>>;
  readonly required?: readonly string[];
  /** Names of elements allowed inside, or `any` for elements that are not looked into (speech markup). */
  readonly children?: readonly string[] | 'any';
  readonly text?: 'none' | 'allowed' | 'required';
}

export type Markup = Readonly<Record<string, VerbRule>>;

/** @returns what is wrong with the document, or null; the first finding, naming the element */
export function checkMarkup(root: XmlElement, markup: Markup): string | null {
  if (root.name !== 'Response') return `root element is <${root.name}>, not <Response>`;
  return checkElement(root, markup);
}

function checkElement(element: XmlElement, markup: Markup): string | null {
  const rule = Object.hasOwn(markup, element.name) ? markup[element.name] : undefined;
  if (!rule) return `unknown verb <${element.name}>`;
  for (const [name, value] of Object.entries(element.attributes)) {
    const isGood = rule.attributes && Object.hasOwn(rule.attributes, name) ? rule.attributes[name] : undefined;
    if (!isGood) return `<${element.name}> has no attribute ${name}`;
    if (!isGood(value)) return `<${element.name}> ${name}="${value.slice(0, 80)}" is not valid`;
  }
  for (const name of rule.required ?? []) {
    if (element.attributes[name] === undefined) return `<${element.name}> needs ${name}`;
  }
  if (rule.children !== 'any') {
    for (const child of elementsOf(element)) {
      if (!rule.children?.includes(child.name)) return `<${child.name}> is not allowed in <${element.name}>`;
      const finding = checkElement(child, markup);
      if (finding !== null) return finding;
    }
  }
  const hasText = element.children.some((child) => typeof child === 'string' && child.trim() !== '');
  if (hasText && (rule.text ?? 'none') === 'none') return `<${element.name}> holds text`;
  if (rule.text === 'required' && textOf(element) === '') return `<${element.name}> is empty`;
  return null;
}

export const anyText = (): boolean => true;
export const nonEmpty = (value: string): boolean => value.trim() !== '';
export const oneOf =
  (...words: readonly string[]) =>
  (value: string): boolean =>
    words.includes(value);
export const bool = oneOf('true', 'false');
export const httpMethod = oneOf('GET', 'POST');
export const whole =
  (least: number, most: number) =>
  (value: string): boolean =>
    /^\d{1,9}$/.test(value) && Number(value) >= least && Number(value) <= most;
export const matches =
  (pattern: RegExp) =>
  (value: string): boolean =>
    pattern.test(value);
export const either =
  (...tests: readonly ((value: string) => boolean)[]) =>
  (value: string): boolean =>
    tests.some((test) => test(value));
