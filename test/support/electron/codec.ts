/** What crosses between main and page travels as JSON; bytes and dates are wrapped, functions are refused as Electron refuses them. */
export function pack(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key: string, jsoned: unknown) {
    const original = this[key];
    if (original instanceof ArrayBuffer) return { $bytes: Buffer.from(original).toString('base64') };
    if (ArrayBuffer.isView(original)) {
      return { $bytes: Buffer.from(original.buffer, original.byteOffset, original.byteLength).toString('base64') };
    }
    if (original instanceof Date) return { $date: original.getTime() };
    if (typeof original === 'function') throw new Error('An object could not be cloned.');
    return jsoned;
  });
}

export function unpack(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$bytes' in value) return new Uint8Array(Buffer.from(String(value.$bytes), 'base64'));
  if ('$date' in value) return new Date(Number(value.$date));
  if (Array.isArray(value)) return value.map(unpack);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unpack(item)]));
}

/** A module of Electron of which only some members exist here: the others throw with their name instead of being undefined. */
export function strict<Members extends object>(name: string, members: Members): Members {
  return new Proxy(members, {
    get: (target, key) => {
      if (key in target || typeof key === 'symbol' || key === 'then' || key === 'toJSON') return Reflect.get(target, key);
      return () => {
        throw new Error(`The stand-in has no ${name}.${key}.`);
      };
    },
  });
}
