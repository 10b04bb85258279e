import { IconPhone, IconTheater } from '@tabler/icons-react';
import type { World } from '#bridge/contract/words.ts';
import styles from './Guide.module.css';

const worlds = [
  {
    world: 'rehearsal',
    name: 'Rehearse first',
    words: 'Simulated people, carriers and AI, with real sound, over the same line. No account, no key, no network, no cost.',
    Icon: IconTheater,
  },
  {
    world: 'real',
    name: 'Make real calls',
    words: 'You need one carrier account, an OpenAI key and an ngrok account. About five minutes when they are at hand.',
    Icon: IconPhone,
  },
] as const;

/** What it is for: that decides what is needed. */
export function WorldStep({ world, onChoose }: { readonly world: World; readonly onChoose: (world: World) => void }) {
  return (
    <>
      <h2>What do you want to do first?</h2>
      <p>You can do the other one later. Rehearsal and real calls are always kept apart.</p>
      <div className={styles.cards} role="radiogroup" aria-label="What do you want to do first?">
        {worlds.map(({ world: one, name, words, Icon }) => (
          <label key={one} className={`${styles.card} ${one === world ? styles.chosen : ''}`}>
            <input type="radio" name="world" checked={one === world} onChange={() => onChoose(one)} />
            <Icon size={24} aria-hidden />
            <b className={styles.cardName}>{name}</b>
            <span className={styles.cardWords}>{words}</span>
          </label>
        ))}
      </div>
    </>
  );
}
