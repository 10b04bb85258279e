import { Popover } from '@mantine/core';
import { use } from 'react';
import { useEscape, useKeys } from '../../app/keys.ts';
import styles from './DutyControl.module.css';
import { DutyPanel } from './DutyPanel.tsx';
import { DutyPanelContext } from './duty-panel.ts';
import { useMicrophone } from './operator-context.ts';

/** Whether somebody sits here with a microphone, and everything about it. */
export function DutyControl() {
  const { isShown, show } = use(DutyPanelContext);
  const { state, news } = useMicrophone();
  const isOn = state === 'ready';
  useKeys('Everywhere', [{ keys: 'O', words: 'Duty and microphone', action: () => show(!isShown) }]);
  useEscape(isShown, () => show(false));
  return (
    <Popover opened={isShown} onChange={show} position="bottom-end" width={344} trapFocus returnFocus withRoles={false}>
      <Popover.Target>
        <button
          type="button"
          className={`${styles.duty} ${isOn ? styles.on : ''}`}
          aria-expanded={isShown}
          aria-haspopup="dialog"
          onClick={() => show(!isShown)}
        >
          <i aria-hidden />
          {isOn ? 'On duty' : state === 'asking' ? 'Asking' : 'Off duty'}
          {news === null ? null : (
            <span className={styles.news} title={news}>
              !
            </span>
          )}
        </button>
      </Popover.Target>
      <Popover.Dropdown>
        <DutyPanel onDone={() => show(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
