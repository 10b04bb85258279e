import styles from './Key.module.css';

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
const names: Readonly<Record<string, string>> = {
  mod: isMac ? '⌘' : 'Ctrl',
  alt: isMac ? '⌥' : 'Alt',
  shift: '⇧',
  enter: '↵',
  escape: 'Esc',
  up: '↑',
  down: '↓',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
  pageup: 'Page ↑',
  pagedown: 'Page ↓',
};

/** A key as it stands on the keyboard: `T`, `mod+K`, `shift+End`. */
export function Key({ of }: { readonly of: string }) {
  const words = of.split('+').map((part) => names[part.toLowerCase()] ?? part);
  return <kbd className={styles.key}>{words.join(' ')}</kbd>;
}
