/** Pseudo-random numbers from a seed (mulberry32): the same seed gives the same world. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** @returns 0 inclusive to 1 exclusive */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** @returns a whole number from 0 to `below` - 1 */
  int(below: number): number {
    return Math.floor(this.next() * below);
  }

  /** `length` characters of lower-case hexadecimal. */
  hex(length: number): string {
    let text = '';
    while (text.length < length) text += this.int(16).toString(16);
    return text;
  }

  /** `length` decimal digits, as Plivo's nonces are. */
  digits(length: number): string {
    let text = '';
    while (text.length < length) text += this.int(10).toString(10);
    return text;
  }

  uuid(): string {
    const hex = this.hex(30);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
  }
}
