import { type ReactNode, useId, useLayoutEffect, useRef, useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { type Columns, matching, problemsOf, type VariableProblem } from './columns.ts';
import styles from './TemplateField.module.css';
import { complete, lookUp, piecesOf, variableAt } from './template.ts';
import { VariableList } from './VariableList.tsx';

export interface TemplateFieldProps {
  readonly label: string;
  readonly description: ReactNode;
  /** Beside the label, as the length in words. */
  readonly aside?: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly columns: Columns;
  /** Of the lead in the preview, as examples. */
  readonly values: Readonly<Record<string, string>>;
  readonly error?: string | undefined;
  readonly rows?: number;
  readonly placeholder?: string;
  readonly name: string;
}

const popupPx = 320;
const popupHeadPx = 34;
const optionPx = 28;
const popupGapPx = 4;
const statusBarPx = 28;

/** A text in which variables are offered as they are typed, seen at a glance, and checked against the leads. */
export function TemplateField(props: TemplateFieldProps) {
  const { label, description, aside, value, onChange, columns, values, error, rows = 3, placeholder, name } = props;
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  const anchor = useRef<HTMLSpanElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [closedAt, setClosedAt] = useState<number | null>(null);
  const [chosen, setChosen] = useState(0);
  const [place, setPlace] = useState({ left: 0, top: 0 });
  const typed = caret === null ? null : variableAt(value, caret);
  const offered = typed && typed.start !== closedAt ? matching(columns, typed.query) : [];
  const open = typed !== null && offered.length > 0;
  const current = Math.min(chosen, offered.length - 1);
  // What is being typed is not wrong yet.
  const problems = problemsOf(value, columns).filter(({ level, start: from }) => level !== 'error' || from !== typed?.start);
  const start = typed?.start ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: where the letters stand changes with them
  useLayoutEffect(() => {
    const mark = anchor.current;
    const box = area.current;
    if (!open || !mark || !box) return;
    const height = popupHeadPx + offered.length * optionPx;
    const below = mark.getBoundingClientRect().bottom + height + popupGapPx < window.innerHeight - statusBarPx;
    const top = below ? mark.offsetTop + mark.offsetHeight + popupGapPx : mark.offsetTop - height - popupGapPx;
    setPlace({ left: Math.min(mark.offsetLeft, Math.max(0, box.offsetWidth - popupPx)), top });
  }, [open, start, value]);

  const look = () =>
    setCaret(area.current && area.current.selectionStart === area.current.selectionEnd ? area.current.selectionStart : null);
  const write = (from: number, to: number, text: string) => {
    const box = area.current;
    if (!box) return;
    box.focus();
    box.setSelectionRange(from, to);
    // Typed as by hand, so that the browser's own undo takes it back; nothing newer can do that.
    // oxlint-disable-next-line typescript/no-deprecated
    if (!document.execCommand('insertText', false, text)) onChange(`${value.slice(0, from)}${text}${value.slice(to)}`);
    setCaret(box.selectionStart);
  };
  const take = (column: string) => {
    if (!typed || caret === null) return;
    const done = complete(value, typed.start, caret, column);
    const swallowed = value.length - caret - (done.text.length - done.caret);
    write(typed.start, caret + swallowed, done.text.slice(typed.start, done.caret));
    setClosedAt(null);
    setChosen(0);
  };
  const cure = ({ start: from, end, cure: how }: VariableProblem) => how && write(from, end, how.text);

  return (
    <div className={styles.field}>
      <div className={styles.head}>
        <label htmlFor={id}>{label}</label>
        <span className={styles.aside}>{aside}</span>
        <Button
          kind="quiet"
          size="small"
          aria-label={`Put a variable into ${label.toLowerCase()}`}
          title="Put a variable here"
          onClick={() => {
            const at = area.current?.selectionStart ?? value.length;
            setClosedAt(null);
            write(at, area.current?.selectionEnd ?? at, '{{');
          }}
        >
          {'{{ }}'}
        </Button>
      </div>
      <p className={styles.description} id={`${id}-description`}>
        {description}
      </p>
      <div className={`${styles.box} ${error ? styles.wrong : ''}`}>
        <div className={styles.mirror} aria-hidden>
          <Painted value={value} problems={problems} />
        </div>
        {open ? (
          <div className={`${styles.mirror} ${styles.measure}`} aria-hidden>
            {value.slice(0, start)}
            <span ref={anchor}>{'{{'}</span>
            {value.slice(start + 2)}
          </div>
        ) : null}
        <textarea
          ref={area}
          id={id}
          name={name}
          rows={rows}
          value={value}
          placeholder={placeholder}
          spellCheck
          aria-describedby={`${id}-description ${id}-problems`}
          aria-invalid={error !== undefined || undefined}
          aria-autocomplete="list"
          aria-controls={open ? `${id}-list` : undefined}
          aria-activedescendant={open ? `${id}-list-${current}` : undefined}
          onChange={(event) => {
            onChange(event.target.value);
            setChosen(0);
            setCaret(event.target.selectionStart);
          }}
          onSelect={look}
          onBlur={() => {
            setCaret(null);
            setClosedAt(null);
          }}
          onKeyDown={(event) => {
            if (!open) return;
            const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
            if (step !== 0) setChosen((current + step + offered.length) % offered.length);
            else if (event.key === 'Escape') setClosedAt(start);
            else if (event.key === 'Enter' || event.key === 'Tab') take(offered[current]?.name ?? '');
            else return;
            event.preventDefault();
            event.stopPropagation();
          }}
        />
        {open ? (
          <VariableList
            id={`${id}-list`}
            offered={offered}
            current={current}
            leads={columns.leads}
            example={lookUp(values)}
            place={place}
            onTake={take}
            onPoint={setChosen}
          />
        ) : null}
      </div>
      <ul className={styles.problems} id={`${id}-problems`}>
        {error ? (
          <li className={styles.error}>
            <Mark name="failed" size={14} />
            <span>{error}</span>
          </li>
        ) : null}
        {problems
          .filter(({ level }) => level === 'warning' || !error)
          .map((problem) => (
            <li key={`${problem.start}-${problem.message}`} className={problem.level === 'error' ? styles.error : ''}>
              <Mark name={problem.level === 'error' ? 'failed' : 'look'} size={14} />
              <span>{problem.message}</span>
              {problem.cure ? (
                <Button size="small" onClick={() => cure(problem)}>
                  {problem.cure.words}
                </Button>
              ) : null}
            </li>
          ))}
      </ul>
    </div>
  );
}

/** The same letters behind the field, unseen but for the grounds of the variables. */
function Painted({ value, problems }: { readonly value: string; readonly problems: readonly VariableProblem[] }) {
  return (
    <>
      {piecesOf(value).map((piece) => {
        const problem = problems.find(({ start }) => start === piece.start);
        const look = problem?.level === 'error' ? styles.broken : problem ? styles.doubtful : styles.variable;
        return piece.kind === 'text' ? (
          piece.text
        ) : (
          <span key={piece.start} className={look}>
            {piece.text}
          </span>
        );
      })}
      {'\n'}
    </>
  );
}
