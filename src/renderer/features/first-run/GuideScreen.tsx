import { useLocalStorage } from '@mantine/hooks';
import { Redirect, useLocation, useParams } from 'wouter';
import type { CarrierName, World } from '#bridge/contract/words.ts';
import { useOperation } from '../../client/hooks.ts';
import { Button } from '../../ui/Button.tsx';
import { Mark } from '../../ui/Mark.tsx';
import { Loading, Problem, TitleRow } from '../../ui/parts.tsx';
import { StepFrame } from '../../ui/StepFrame.tsx';
import { useProof } from '../line-proof/use-proof.ts';
import { CallStep } from './CallStep.tsx';
import styles from './Guide.module.css';
import { aroundStep, guideOf, guideSteps, isGuideStep, nextStep } from './guide-steps.ts';
import { CarrierStep, VoiceStep, WayInStep } from './KeySteps.tsx';
import { ProveStep } from './ProveStep.tsx';
import { WorldStep } from './WorldStep.tsx';

/** From nothing to a proven line, one step at a time. Every step may be left and taken up again. */
export function GuideScreen() {
  const { step } = useParams<{ step?: string }>();
  const [, go] = useLocation();
  const [world, setWorld] = useLocalStorage<World>({
    key: 'ringside.guide.world',
    defaultValue: 'rehearsal',
    getInitialValueInEffect: false,
  });
  const [carrier, setCarrier] = useLocalStorage<CarrierName>({
    key: 'ringside.guide.carrier',
    defaultValue: 'twilio',
    getInitialValueInEffect: false,
  });
  const { data: status, error, refetch } = useOperation('setup.status', {});
  const proof = useProof();
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!status) return <Loading what="Reading the set-up" />;
  const entries = guideOf({ world, carrier, status, proofs: proof.proofs });
  if (!isGuideStep(step)) return <Redirect to={`/${step === undefined ? 'world' : nextStep(entries)}`} replace />;
  const { before, after } = aroundStep(entries, step);
  // One primary button at a time: while a step is open, what it asks for is the next thing to do.
  const isOpen = entries.find((entry) => entry.step === step)?.state === 'open';
  const goTo = (to: string | null) => {
    if (to !== null) go(`/${to}`);
  };
  return (
    <div className={styles.screen}>
      <TitleRow
        mark={<Mark name={entries.find((entry) => entry.step === 'prove')?.state === 'done' ? 'passed' : 'waiting'} size={24} />}
        title="Set up step by step"
        beside={<span role="status">{`Step ${guideSteps.indexOf(step) + 1} of ${guideSteps.length}`}</span>}
        below="Everything can be skipped and taken up again later."
        actions={<Button onClick={() => go('~/setup')}>Leave the guide</Button>}
      />
      <StepFrame
        current={step}
        steps={entries.map(({ step: key, name, below, state }) => ({
          key,
          href: `/${key}`,
          name,
          below,
          mark: state === 'done' ? 'passed' : 'waiting',
          words: state === 'done' ? 'Done' : state === 'open' ? 'Open' : 'Not needed',
          isUnneeded: state === 'not-needed',
        }))}
        footer={
          <>
            <Button blocked={before === null ? 'This is the first step.' : null} onClick={() => goTo(before)}>
              Back
            </Button>
            {after === null ? null : isOpen ? (
              <Button onClick={() => goTo(after)}>Skip for now</Button>
            ) : (
              <Button kind="primary" onClick={() => goTo(after)}>
                Next
              </Button>
            )}
          </>
        }
      >
        <div className={styles.step}>
          {step === 'world' ? <WorldStep world={world} onChoose={setWorld} /> : null}
          {step === 'carrier' ? <CarrierStep status={status} carrier={carrier} onChoose={setCarrier} /> : null}
          {step === 'voice' ? <VoiceStep status={status} /> : null}
          {step === 'way-in' ? <WayInStep status={status} /> : null}
          {step === 'prove' ? <ProveStep world={world} carrier={carrier} proof={proof} /> : null}
          {step === 'call' ? <CallStep world={world} carrier={carrier} proof={proof} /> : null}
        </div>
      </StepFrame>
    </div>
  );
}
