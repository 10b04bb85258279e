import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import styles from './Button.module.css';
import { Key } from './Key.tsx';

export interface ButtonProps extends Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'disabled'> {
  /** `primary`: the one main action of a view; `person`: a human takes part; `danger`: ends something. */
  readonly kind?: 'default' | 'primary' | 'person' | 'danger' | 'quiet' | 'confirm-danger';
  readonly size?: 'small' | 'normal' | 'large';
  readonly icon?: ReactNode;
  /** The key that does the same, shown on the button: `T`, `mod+K`. */
  readonly hotkey?: string;
  /** Switched on. */
  readonly on?: boolean;
  /** Something is under way: the button keeps its width and takes no second press. */
  readonly busy?: boolean;
  /** Why it cannot act now: it stays focusable, is drawn dashed, and says why. */
  readonly blocked?: string | null | false;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button that keeps its place: what it cannot do now it says, instead of vanishing. */
export function Button({
  kind = 'default',
  size = 'normal',
  icon,
  hotkey,
  on,
  busy = false,
  blocked = null,
  children,
  className = '',
  onClick,
  type = 'button',
  ...rest
}: ButtonProps) {
  const off = typeof blocked === 'string';
  return (
    <button
      {...rest}
      type={type}
      className={`${styles.button} ${styles[kind]} ${styles[size]} ${on ? styles.on : ''} ${off ? styles.blocked : ''} ${className}`}
      aria-disabled={off || busy || undefined}
      aria-busy={busy || undefined}
      aria-pressed={on === undefined ? rest['aria-pressed'] : on}
      title={off ? blocked : rest.title}
      onClick={off || busy ? (event) => event.preventDefault() : onClick}
    >
      {icon}
      {children === undefined ? null : <span className={styles.words}>{children}</span>}
      {hotkey ? <Key of={hotkey} /> : null}
    </button>
  );
}
