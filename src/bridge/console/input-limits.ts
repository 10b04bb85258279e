/** Enough for every operation that does not bring a file along. */
export const smallInputMaxBytes = 1024 * 1024;
/** A lead list of 100 MiB, with the JSON around it. */
export const largeInputMaxBytes = 110 * 1024 * 1024;

/** Operations that take a whole file. */
export const largeOperations = ['leads.import', 'suppressions.import'] as const;

export function isLarge(operation: string): boolean {
  return largeOperations.some((name) => name === operation);
}
