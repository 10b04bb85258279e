export const bridgeFlags: readonly string[];
export const bridgeMemory: Readonly<Record<string, string>>;
