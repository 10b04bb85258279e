import type { Campaign } from '#bridge/contract/campaigns.ts';
import { useAction } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Problem } from '../../ui/parts.tsx';
import styles from './AttentionRules.module.css';
import { effectWords, ruleWords } from './attention-words.ts';

/** What "not needed" has made of the rules that ask for a person on the calls of this campaign. Nothing is shown while all stand as they were. */
export function AttentionRules({ campaign }: { readonly campaign: Campaign }) {
  const reset = useAction('attention.reset');
  const { id, attentionTuning = [] } = campaign;
  if (attentionTuning.length === 0) return null;
  return (
    <section className={styles.rules} aria-label="Rules that ask for a person">
      <h2>Rules that ask for a person</h2>
      <ul>
        {attentionTuning.map((tuning) => (
          <li key={tuning.rule}>
            <Mark name={tuning.effect === 'silent' ? 'never' : 'held'} size={14} />
            <b>{ruleWords[tuning.rule]}</b>
            <span>{effectWords(tuning)}</span>
            <Button
              size="small"
              busy={reset.isPending && reset.variables.rule === tuning.rule}
              aria-label={`Reset: ${ruleWords[tuning.rule]}`}
              onClick={() => reset.mutate({ campaignId: id, rule: tuning.rule })}
            >
              Reset
            </Button>
          </li>
        ))}
      </ul>
      {reset.error ? <Problem error={reset.error} /> : null}
    </section>
  );
}
