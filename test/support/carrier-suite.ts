import { mediaSuite } from './carrier-suite-media.ts';
import { restSuite } from './carrier-suite-rest.ts';
import { type CarrierDialect, useSuiteStage } from './carrier-suite-stage.ts';
import { webhookSuite } from './carrier-suite-webhooks.ts';

/** What every carrier must do alike, whichever language it speaks. */
export function carrierSuite(dialect: CarrierDialect): void {
  const stage = useSuiteStage(dialect);
  restSuite(stage, dialect);
  webhookSuite(stage, dialect);
  mediaSuite(stage, dialect);
}
