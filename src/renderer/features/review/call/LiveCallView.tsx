import { IconBookmark } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useLocation } from 'wouter';
import type { Call } from '#bridge/contract/calls.ts';
import { useKeys } from '../../../app/keys.ts';
import { useAction, useCall, useCallDetail } from '../../../client/hooks.ts';
import { Button } from '../../../ui/Button.tsx';
import { Mark } from '../../../ui/Mark.tsx';
import { toastProblem } from '../../../ui/toast.ts';
import { markOf, outcomeOf } from '../calls/call-words.ts';
import { CallTitle } from './CallTitle.tsx';
import styles from './call-page.module.css';
import { SideColumn } from './SideColumn.tsx';
import { Transcript } from './Transcript.tsx';
import { Pointer } from './timeline.ts';
import { transcriptRows } from './transcript-rows.ts';
import { useKeptMarks } from './use-kept.ts';

/** A call that still goes on: its words as they come; its sound is on the board. @param call as it was when it was opened */
export function LiveCallView({ call: opened }: { readonly call: Call }) {
  const summary = useCall(opened.id);
  const detail = useCallDetail(opened.id);
  const current = useMemo((): Call => {
    if (!detail) return { ...opened, ...summary };
    const { transcript, hops, toolCalls, turns, marks, rungChanges } = detail;
    return {
      ...opened,
      ...summary,
      transcript: [...transcript],
      hops: [...hops],
      toolCalls: [...toolCalls],
      turns: [...turns],
      marks: [...marks],
      rungChanges: [...rungChanges],
    };
  }, [opened, summary, detail]);
  const { call, remove } = useKeptMarks(current);
  const [pointer] = useState(() => new Pointer());
  const [, go] = useLocation();
  const rows = useMemo(() => transcriptRows(call), [call]);
  const marking = useAction('calls.mark');
  const mark = () => {
    if (marking.isPending) return;
    marking.mutate({ id: call.id }, { onError: ({ message }) => toastProblem(`No mark was set. ${message}`) });
  };
  useKeys('Call', [{ keys: 'M', words: 'Mark this moment', action: mark }]);
  return (
    <>
      <CallTitle call={call} />
      <div className={`${styles.sound} ${styles.silent} ${styles.live}`}>
        <Mark name={markOf(call)} size={20} />
        <span>{`Still live: ${outcomeOf(call).toLowerCase()}. The recording is here when it has ended.`}</span>
        <Button icon={<IconBookmark size={16} aria-hidden />} hotkey="M" busy={marking.isPending} onClick={mark}>
          Mark
        </Button>
        <Button onClick={() => go(`~/board/${call.id}`)}>Open on the board</Button>
      </div>
      <div className={styles.columns}>
        <Transcript call={call} rows={rows} timeline={pointer} onPlayFrom={null} followsEnd />
        <SideColumn call={call} onGo={(ms) => pointer.seek(ms)} onRemoveMark={remove} />
      </div>
    </>
  );
}
