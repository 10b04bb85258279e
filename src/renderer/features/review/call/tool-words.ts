const titles: Readonly<Record<string, string>> = {
  end_call: 'Ended the call',
  mark_opt_out: 'Noted the wish not to be called',
  schedule_callback: 'Planned a callback',
  transfer_to_human: 'Asked for a person',
};

const reasons: Readonly<Record<string, string>> = {
  goal_met: 'what it was for is settled',
  refused: 'not interested',
  opt_out: 'asked to stop',
  wrong_number: 'wrong number',
  voicemail: 'answering machine',
  screener: 'call screener',
  no_response: 'nobody spoke',
  abuse: 'abuse',
  time_limit: 'no more time',
};

/** Which argument says most, and how it is written. */
const details: Readonly<Record<string, (input: Readonly<Record<string, unknown>>) => string | null>> = {
  end_call: ({ reason }) => (typeof reason === 'string' ? (reasons[reason] ?? null) : null),
  mark_opt_out: ({ quote }) => (typeof quote === 'string' && quote !== '' ? `“${quote}”` : null),
  schedule_callback: ({ when_text: when }) => (typeof when === 'string' ? when : null),
  transfer_to_human: ({ reason }) => (typeof reason === 'string' && reason !== '' ? reason : null),
};

/** The tool that stands for an opt-out. */
export const optOutTool = 'mark_opt_out';

/** What a tool did, in plain words. @param input @param output JSON, as the AI and the bridge wrote it */
export function toolWords(
  name: string,
  input: string,
  output: string,
): { readonly title: string; readonly detail: string | null; readonly failed: boolean } {
  const result = fields(output);
  const failed = result.ok === false || 'error' in result;
  const problem = typeof result.error === 'string' ? result.error : null;
  const title = titles[name] ?? plain(name);
  const detail = problem ?? details[name]?.(fields(input)) ?? null;
  return { title, detail: detail?.toLowerCase() === title.toLowerCase() ? null : detail, failed };
}

/** `look_up-coverage` as `Look up coverage`. */
function plain(name: string): string {
  const words = name.replaceAll(/[_-]+/g, ' ').trim();
  return words === '' ? 'Used a tool' : `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
}

function fields(json: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(json);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
