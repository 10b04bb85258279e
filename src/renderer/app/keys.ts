import { type HotkeyItem, useHotkeys } from '@mantine/hooks';
import { useEffect, useEffectEvent, useId, useLayoutEffect, useRef } from 'react';
import { createStore } from 'zustand/vanilla';

/** A key and what it does here. */
export interface KeyAction {
  /** `T`, `shift+End`, `mod+K`, `?`, `ArrowDown`. Not while somebody types, unless it has `mod`. */
  readonly keys: string;
  /** What it does, as a verb phrase: "Take over". */
  readonly words: string;
  /** Null when it cannot be done now; it is listed all the same. */
  readonly action: (() => void) | null;
  /** Also while somebody types. */
  readonly whileTyping?: boolean;
}

interface KeyGroup {
  readonly id: string;
  readonly name: string;
  readonly keys: readonly KeyAction[];
}

/** What the list of keys (`?`) shows: the groups of everything that is on screen. */
export const keyGroups = createStore<{ readonly groups: readonly KeyGroup[] }>(() => ({ groups: [] }));

/** Bind keys while this is on screen, and list them under `?`. */
export function useKeys(name: string, keys: readonly KeyAction[]): void {
  const id = useId();
  const bound = ({ keys: combination, action }: KeyAction): HotkeyItem[] => {
    if (action === null) return [];
    const pressed = (event: KeyboardEvent) => {
      if (belongsToControl(event)) return;
      event.preventDefault();
      action();
    };
    return [[combination === '?' ? 'shift+?' : combination, pressed, { preventDefault: false }] satisfies HotkeyItem];
  };
  const isAlways = ({ keys: combination, whileTyping = false }: KeyAction) => whileTyping || combination.startsWith('mod+');
  useHotkeys(keys.filter((key) => !isAlways(key)).flatMap(bound));
  useHotkeys(keys.filter(isAlways).flatMap(bound), []);
  const described = keys.map(({ keys: combination, words }) => `${combination}\n${words}`).join('\n\n');
  useEffect(() => {
    const listed = described.split('\n\n').map((line) => {
      const [combination = '', words = ''] = line.split('\n');
      return { keys: combination, words, action: null };
    });
    keyGroups.setState(({ groups }) => ({ groups: [...groups.filter((group) => group.id !== id), { id, name, keys: listed }] }));
    return () => keyGroups.setState(({ groups }) => ({ groups: groups.filter((group) => group.id !== id) }));
  }, [id, name, described]);
}

/**
 * Escape closes what floats above the screen, before it does anything behind it: also in the moment in which that is there and does not
 * have the focus yet. Once it has, it closes by itself.
 */
export function useEscape(isOpen: boolean, close: () => void): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (!isOpen || event.key !== 'Escape') return;
    if (event.target instanceof Element && event.target.closest('[role="dialog"]') !== null) return;
    event.stopImmediatePropagation();
    close();
  });
  // Before those of what floats, which would close it and leave the key to what is behind.
  useLayoutEffect(() => {
    window.addEventListener('keydown', pressed, { capture: true });
    return () => window.removeEventListener('keydown', pressed, { capture: true });
  }, []);
}

/** A key that does something as long as it is held. @param onChange null when it can do nothing now */
export function useHeldKey(key: string, onChange: ((isHeld: boolean) => void) | null): void {
  const isOn = onChange !== null;
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    if (!isOn) return;
    let isHeld = false;
    const change = (held: boolean) => {
      if (held === isHeld) return;
      isHeld = held;
      latest.current?.(held);
    };
    const down = (event: KeyboardEvent) => {
      const typing = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable="true"]') !== null;
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey) return;
      if (!isHeld && (typing || (!isOnList(event) && belongsToControl(event)))) return;
      event.preventDefault();
      change(true);
    };
    const up = (event: KeyboardEvent) => {
      if (event.key !== key || !isHeld) return;
      event.preventDefault();
      change(false);
    };
    // Whoever leaves the window while it is held does not let go here.
    const away = () => change(false);
    window.addEventListener('keydown', down);
    window.addEventListener('keyup', up);
    window.addEventListener('blur', away);
    return () => {
      change(false);
      window.removeEventListener('keydown', down);
      window.removeEventListener('keyup', up);
      window.removeEventListener('blur', away);
    };
  }, [key, isOn]);
}

const pressable = 'button, a[href], summary, [role="button"], [role="option"], [role="menuitem"], [role="tab"], [role="switch"]';
const floating = '[role="dialog"], [role="menu"], [role="listbox"], [aria-expanded="true"]';
const movable = '[role="menu"], [role="listbox"], [role="slider"], [role="radiogroup"], [role="tablist"]';

/** The control that has the focus because it was clicked: whoever presses Space a minute later does not mean it any more. */
let clicked: Element | null = null;
document.addEventListener(
  'pointerdown',
  ({ target }) => {
    clicked = target instanceof Element ? target.closest(pressable) : null;
  },
  true,
);
document.addEventListener('focusin', ({ target }) => {
  if (target !== clicked) clicked = null;
});

/** Whether a row of a list has the focus whose keys the screen itself binds. */
const isOnList = ({ target }: KeyboardEvent): boolean => target instanceof Element && target.closest('[data-keys="screen"]') !== null;

/** Whether the focused control has a use of its own for the key: Space and Enter press a button, arrows move in a menu, Escape closes it. */
function belongsToControl({ key, target, shiftKey }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  // A list whose keys the screen itself binds.
  if (target.closest('[data-keys="screen"]')) return key === ' ' || key === 'Enter';
  if (key === 'Enter') return target.closest(pressable) !== null;
  if (key === ' ') {
    const control = target.closest(pressable);
    return control !== null && control !== clicked;
  }
  if (key === 'Escape') return target.closest(floating) !== null;
  if (shiftKey) return false;
  return /^(Arrow|Home$|End$|Page)/.test(key) && target.closest(movable) !== null;
}
