/** Marks what cannot happen: a value whose type the compiler has narrowed to nothing. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
