/** A text with a lead's values in the place of its `{{variables}}`. */
export function filled(
  text: string,
  values: Readonly<Record<string, string>>,
): { readonly text: string; readonly missing: readonly string[] } {
  const missing: string[] = [];
  const known = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  const full = text.replace(/\{\{\s*([^{}]+?)\s*\}\}/g, (whole, name: string) => {
    const value = known.get(name.toLowerCase());
    if (value !== undefined && value !== '') return value;
    missing.push(name);
    return whole;
  });
  return { text: full, missing };
}
