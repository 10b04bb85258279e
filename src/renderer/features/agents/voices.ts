/** @see https://developers.openai.com/api/docs/guides/realtime-conversations#voice-options */
export const voices: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'marin', label: 'Marin, recommended' },
  { value: 'cedar', label: 'Cedar, recommended' },
  { value: 'alloy', label: 'Alloy' },
  { value: 'ash', label: 'Ash' },
  { value: 'ballad', label: 'Ballad' },
  { value: 'coral', label: 'Coral' },
  { value: 'echo', label: 'Echo' },
  { value: 'sage', label: 'Sage' },
  { value: 'shimmer', label: 'Shimmer' },
  { value: 'verse', label: 'Verse' },
];

/** Languages in which the bridge has its own sentences too: goodbye, removal, apology. */
export const languages: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'en-US', label: 'English, United States' },
  { value: 'en-GB', label: 'English, Britain' },
  { value: 'en-AU', label: 'English, Australia' },
  { value: 'en-IN', label: 'English, India' },
  { value: 'es-US', label: 'Spanish, United States' },
  { value: 'es-MX', label: 'Spanish, Mexico' },
  { value: 'es-ES', label: 'Spanish, Spain' },
  { value: 'fr-CA', label: 'French, Canada' },
  { value: 'fr-FR', label: 'French, France' },
  { value: 'de-DE', label: 'German, Germany' },
  { value: 'hi-IN', label: 'Hindi, India' },
];

/** Blank is the bridge's own choice. */
export const models: readonly { readonly value: string; readonly label: string }[] = [
  { value: '', label: 'The usual one (gpt-realtime-2.1)' },
  { value: 'gpt-realtime-2.1', label: 'gpt-realtime-2.1' },
  { value: 'gpt-realtime-2.1-mini', label: 'gpt-realtime-2.1-mini, costs about a third' },
  { value: 'gpt-realtime-2', label: 'gpt-realtime-2' },
  { value: 'gpt-realtime-1.5', label: 'gpt-realtime-1.5' },
];

/** The known choices, and what is chosen even if we do not know it. */
export function withChosen(
  known: readonly { readonly value: string; readonly label: string }[],
  chosen: string,
): { readonly value: string; readonly label: string }[] {
  return known.some(({ value }) => value === chosen) ? [...known] : [...known, { value: chosen, label: chosen }];
}

export const labelOf = (known: readonly { readonly value: string; readonly label: string }[], value: string): string =>
  known.find((entry) => entry.value === value)?.label ?? value;

export const voiceName = (voice: string): string => labelOf(voices, voice).split(',')[0] ?? voice;
