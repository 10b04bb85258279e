import { BridgeError, type FieldProblem } from '#bridge/contract/errors.ts';
import { fillTemplate } from '#bridge/domain/variables.ts';

const templates = ['instructions', 'greeting', 'disclosure', 'announcement', 'voicemailMessage'] as const;
type Texts = { readonly [Field in (typeof templates)[number]]?: string | null | undefined };

/**
 * Refuse texts in which a variable is begun and is none: somebody would hear the braces. Whether a lead has the value is asked at the
 * dial, lead by lead.
 *
 * @throws {BridgeError} `input/invalid` naming each such text
 */
export function checkVariables(texts: Texts): void {
  const problems = templates.flatMap((field): FieldProblem[] => {
    // Closing braces alone are left be: prompts hold examples of JSON.
    const left = fillTemplate(texts[field] ?? '', {}).text;
    const at = left.indexOf('{{');
    if (at < 0) return [];
    return [{ field, message: `"${left.slice(at, at + 30)}" is not a variable: write it as {{firstName}} or {{firstName | there}}` }];
  });
  if (problems.length > 0) {
    throw new BridgeError('input/invalid', problems.map(({ field, message }) => `${field}: ${message}.`).join(' '), { details: problems });
  }
}
