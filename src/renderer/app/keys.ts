import { type HotkeyItem, useHotkeys } from '@mantine/hooks';
import { useEffect, useId } from 'react';
import { createStore } from 'zustand/vanilla';

/** A key and what it does here. */
export interface KeyAction {
  /** `T`, `shift+End`, `mod+K`, `?`, `ArrowDown`. Not while somebody types, unless it has `mod`. */
  readonly keys: string;
  /** What it does, as a verb phrase: "Take over". */
  readonly words: string;
  /** Null when it cannot be done now; it is listed all the same. */
  readonly action: (() => void) | null;
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
  const items: HotkeyItem[] = keys.flatMap(({ keys: combination, action }) => {
    if (action === null) return [];
    const pressed = (event: KeyboardEvent) => {
      if (belongsToControl(event)) return;
      event.preventDefault();
      action();
    };
    return [[combination === '?' ? 'shift+?' : combination, pressed, { preventDefault: false }] satisfies HotkeyItem];
  });
  useHotkeys(items.filter(([combination]) => !combination.startsWith('mod+')));
  useHotkeys(
    items.filter(([combination]) => combination.startsWith('mod+')),
    [],
  );
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
