import { Select, Slider } from '@mantine/core';
import { IconChevronRight } from '@tabler/icons-react';
import { useId, useState } from 'react';
import type { TurnDetection } from '#bridge/contract/agents.ts';
import { Choice } from '../../ui/parts.tsx';
import styles from './AgentForm.module.css';
import type { AgentFields } from './agent-fields.ts';
import { eagernessWords, loudnessWords, turnWords, usualTurns } from './turn-words.ts';
import { labelOf, models, withChosen } from './voices.ts';

/** What is good as it is for nearly everybody: when the agent answers, and which model speaks. */
export function AdvancedFields({
  fields,
  onChange,
}: {
  readonly fields: AgentFields;
  readonly onChange: (change: Partial<AgentFields>) => void;
}) {
  const id = useId();
  const [shown, setShown] = useState(false);
  return (
    <section>
      <button type="button" className={styles.reveal} aria-expanded={shown} aria-controls={id} onClick={() => setShown(!shown)}>
        <IconChevronRight size={16} className={shown ? styles.revealed : ''} aria-hidden />
        Advanced
        <span>{shown ? '' : `${turnWords(fields.turnDetection)}; ${labelOf(models, fields.model)}`}</span>
      </button>
      <div id={id} hidden={!shown}>
        {shown ? <Advanced fields={fields} onChange={onChange} /> : null}
      </div>
    </section>
  );
}

/** Stands for the blank in a list, which takes no blank. */
const usual = 'usual';

function Advanced({ fields, onChange }: Parameters<typeof AdvancedFields>[0]) {
  const turns: TurnDetection = fields.turnDetection ?? usualTurns;
  const set = (turnDetection: TurnDetection | null) => onChange({ turnDetection });
  return (
    <div className={styles.checks}>
      <div className={styles.targets}>
        <h3>When the lead has finished</h3>
        <div>
          <Choice
            label="How it notices that the lead has finished"
            value={turns.type}
            options={[
              { value: 'server_vad', words: 'By silence' },
              { value: 'semantic_vad', words: 'By meaning' },
            ]}
            onChange={(type) => set(type === 'server_vad' ? null : { type: 'semantic_vad', eagerness: 'auto' })}
          />
        </div>
        <p className={styles.hint}>
          {turns.type === 'server_vad'
            ? 'It answers once the line has been quiet for a while. Quick and steady.'
            : 'The model judges whether the sentence is complete. It waits for people who think aloud, and is slower at times.'}
        </p>
      </div>
      {turns.type === 'server_vad' ? (
        <div className={styles.pair}>
          <div className={styles.slider}>
            <div>
              Answers after <span>{(turns.silenceMs / 1000).toFixed(1)} s of silence</span>
            </div>
            <Slider
              thumbLabel="Silence before it answers"
              min={200}
              max={1500}
              step={100}
              label={null}
              value={turns.silenceMs}
              onChange={(silenceMs) => set({ ...turns, silenceMs })}
            />
            <div className={styles.scale}>
              <span>quick, cuts in</span>
              <span>patient, slow</span>
            </div>
          </div>
          <div className={styles.slider}>
            <div>
              Hears <span>{loudnessWords(turns.threshold)}</span>
            </div>
            <Slider
              thumbLabel="How loud speech has to be"
              min={0.2}
              max={0.9}
              step={0.1}
              label={null}
              value={turns.threshold}
              onChange={(threshold) => set({ ...turns, threshold: Math.round(threshold * 10) / 10 })}
            />
            <div className={styles.scale}>
              <span>quiet voices, and noise</span>
              <span>loud voices only</span>
            </div>
          </div>
        </div>
      ) : (
        <Select
          label="Patience"
          className={styles.short}
          data={Object.entries(eagernessWords).map(([value, label]) => ({ value, label }))}
          value={turns.eagerness}
          allowDeselect={false}
          onChange={(eagerness) => eagerness && set({ type: 'semantic_vad', eagerness: eagerness as typeof turns.eagerness })}
        />
      )}
      <Select
        label="Model"
        description="What thinks and speaks. The usual one moves on with new versions of Ringside."
        className={styles.short}
        data={withChosen(models, fields.model).map(({ value, label }) => ({ value: value || usual, label }))}
        value={fields.model || usual}
        allowDeselect={false}
        onChange={(model) => onChange({ model: model === null || model === usual ? '' : model })}
      />
    </div>
  );
}
