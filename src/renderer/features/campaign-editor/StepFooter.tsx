import { Button } from '../../ui/Button.tsx';
import { StepNews } from '../../ui/StepFrame.tsx';
import { saveWords } from './save-words.ts';
import { type EditorStep, neighbours } from './steps.ts';
import type { CampaignEditing } from './use-campaign-editor.ts';

/** Back, what is saved, and Next: always in the same place. */
export function StepFooter({
  step,
  editing,
  goTo,
}: {
  readonly step: EditorStep;
  readonly editing: CampaignEditing;
  readonly goTo: (step: EditorStep) => void;
}) {
  const { before, after } = neighbours(step);
  const { campaign, savedAtMs, error } = editing;
  const words = saveWords({
    ...editing,
    failed: error !== null,
    savedAtMs: savedAtMs ?? (campaign === null ? null : Date.parse(campaign.updatedAt)),
  });
  return (
    <>
      <Button blocked={before === null ? 'This is the first step.' : null} onClick={() => before && goTo(before)}>
        Back
      </Button>
      <StepNews>{words}</StepNews>
      <Button
        kind={after === null ? 'default' : 'primary'}
        blocked={after === null ? 'This is the last step.' : null}
        onClick={() => after && goTo(after)}
      >
        Next
      </Button>
    </>
  );
}
