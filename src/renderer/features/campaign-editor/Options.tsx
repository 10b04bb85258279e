import styles from './steps.module.css';

export interface Option<Value extends string> {
  readonly value: Value;
  readonly name: string;
  /** A sentence that says what it means. */
  readonly below: string;
}

/** One of a few choices, each with a sentence. @param fixed why it can no longer be chosen; null when it can */
export function Options<Value extends string>({
  label,
  value,
  options,
  fixed = null,
  onChange,
}: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly Option<Value>[];
  readonly fixed?: string | null;
  readonly onChange: (value: Value) => void;
}) {
  return (
    <fieldset className={styles.group}>
      <legend>{label}</legend>
      <div className={styles.options} role="radiogroup" aria-label={label}>
        {options.map((option) => (
          // biome-ignore lint/a11y/useSemanticElements: a radio button cannot hold two lines of text
          <button
            key={option.value}
            type="button"
            role="radio"
            className={styles.option}
            aria-checked={option.value === value}
            aria-disabled={fixed !== null || undefined}
            onClick={() => fixed === null && option.value !== value && onChange(option.value)}
          >
            <b>{option.name}</b>
            <span>{option.below}</span>
          </button>
        ))}
      </div>
      {fixed === null ? null : <p className={styles.hint}>{fixed}</p>}
    </fieldset>
  );
}
