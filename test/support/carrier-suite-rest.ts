import { beforeEach, describe, expect, it } from 'vitest';
import type { Carrier, DialRequest } from '#bridge/carriers/carrier.ts';
import { BridgeError } from '#bridge/contract/errors.ts';
import { closedPort, linksFor, type ScriptedRest, silentPort } from './carrier-stage.ts';
import { type CarrierDialect, dialRequest, type SuiteStage } from './carrier-suite-stage.ts';
import type { ManualClock } from './manual-clock.ts';

/** Requests to the carrier: each dial sent once and its fate told exactly; legs and credentials. */
export function restSuite(stage: SuiteStage, dialect: CarrierDialect): void {
  let rest: ScriptedRest;
  let clock: ManualClock;
  let carrier: Carrier;
  beforeEach(() => {
    ({ rest, clock, carrier } = stage);
  });

  const links = linksFor(dialect.name);
  const open = (baseUrl: string) => stage.open(baseUrl);
  const order = (overrides?: Partial<DialRequest>) => dialRequest(dialect.name, overrides);
  const dial = (overrides?: Partial<DialRequest>, signal = new AbortController().signal) => carrier.dial(order(overrides), signal);

  describe('a dial', () => {
    it('is one request, and gives back the names that the carrier gave', async () => {
      rest.script({ status: 201, body: dialect.created.body });
      const accepted = await dial();
      expect(accepted.requestId).toBe(dialect.created.requestId);
      expect(accepted.carrierCallId).toBe(dialect.created.carrierCallId);
      expect(rest.seen.map(({ method, target }) => `${method} ${target}`)).toEqual([`POST ${dialect.createPath}`]);
      expect(rest.seen[0]?.authorization).toMatch(/^Basic /);
    });

    const refusals = [
      [{ status: 400 }, 'carrier/rejected'],
      [{ status: 402 }, 'carrier/rejected'],
      [{ status: 404 }, 'carrier/rejected'],
      [{ status: 422 }, 'carrier/rejected'],
      [{ status: 401 }, 'carrier/credentials'],
      [{ status: 429 }, 'carrier/rate-limited'],
      [{ status: 408 }, 'carrier/unknown'],
      [{ status: 500 }, 'carrier/unknown'],
      [{ status: 503 }, 'carrier/unknown'],
      [{ status: 302 }, 'carrier/unknown'],
      [{ status: 201, body: '<html>' }, 'carrier/unknown'],
      [{ status: 200, body: '{}' }, 'carrier/unknown'],
      ['cut', 'carrier/unknown'],
    ] as const;
    it.each(refusals)('answered by %j fails with %s after one request', async (answer, code) => {
      rest.script(answer === 'cut' ? answer : { body: dialect.refusal('no'), ...answer });
      rest.otherwise = () => ({ status: 201, body: dialect.created.body });
      await expect(dial()).rejects.toMatchObject({ code });
      expect(rest.seen).toHaveLength(1);
    });

    it('that was refused says why, for a person, and hides numbers', async () => {
      rest.script({ status: 400, body: dialect.refusal('+15550100002 is not good') });
      const error = await dial().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(BridgeError);
      const { message, details } = error as BridgeError;
      expect(details).toMatchObject({ httpStatus: 400, outcome: expect.any(String), stopsCampaign: false });
      expect(JSON.stringify([message, details])).not.toContain('15550100002');
      expect(message).toContain('+1555***0002');
    });

    it('that meets a limit says how long to wait', async () => {
      rest.script({ status: 429, headers: { 'retry-after': '7' } }, { status: 429 });
      await expect(dial()).rejects.toMatchObject({ details: { retryAfterMs: 7_000 } });
      await expect(dial()).rejects.toMatchObject({ details: { retryAfterMs: 5_000 } });
    });

    it('without credit stops the campaign', async () => {
      rest.script({ status: 402, body: dialect.refusal('insufficient credit') });
      await expect(dial()).rejects.toMatchObject({ details: { stopsCampaign: true } });
    });

    it('that gets no answer in 15 s may have been placed', async () => {
      rest.script('hang');
      const failed = expect(dial()).rejects.toMatchObject({ code: 'carrier/unknown' });
      await rest.hasSeen(1);
      clock.advance(15_000);
      await failed;
    });

    it('that is cancelled after it was sent may have been placed', async () => {
      rest.script('hang');
      const abort = new AbortController();
      const failed = expect(dial({}, abort.signal)).rejects.toMatchObject({ code: 'carrier/unknown' });
      await rest.hasSeen(1);
      abort.abort();
      await failed;
    });

    it('that is in flight when the bridge closes may have been placed', async () => {
      rest.script('hang');
      const failed = expect(dial()).rejects.toMatchObject({ code: 'carrier/unknown' });
      await rest.hasSeen(1);
      await carrier.close();
      await failed;
    });

    it('that was cancelled before it was sent rang nobody', async () => {
      await expect(dial({}, AbortSignal.abort())).rejects.toMatchObject({ code: 'carrier/unreachable' });
      expect(rest.seen).toHaveLength(0);
    });

    it('to a port where nobody listens rang nobody', async () => {
      const other = open(`http://127.0.0.1:${await closedPort()}`);
      await expect(other.dial(order(), new AbortController().signal)).rejects.toMatchObject({
        code: 'carrier/unreachable',
        retryable: true,
      });
      await other.close();
    });

    it('to a name that does not exist rang nobody', async () => {
      const other = open('http://carrier.invalid');
      await expect(other.dial(order(), new AbortController().signal)).rejects.toMatchObject({ code: 'carrier/unreachable' });
      await other.close();
    });

    it('whose connection does not come about in 3 s rang nobody', async () => {
      const silent = await silentPort();
      const other = open(`https://127.0.0.1:${silent.port}`);
      const failed = expect(other.dial(order(), new AbortController().signal)).rejects.toMatchObject({ code: 'carrier/unreachable' });
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(3_000);
      await failed;
      await other.close();
      await silent.close();
    });
  });

  describe('a leg', () => {
    const leg = { carrierCallId: dialect.leg.carrierCallId, requestId: dialect.leg.requestId };

    it('that is gone already is hung up without complaint', async () => {
      rest.otherwise = () => ({ status: 404 });
      await expect(carrier.hangUp(leg)).resolves.toBeUndefined();
    });

    it('that cannot be hung up for a failure of the carrier is an error, and is not asked for twice', async () => {
      rest.script({ status: 503 });
      rest.otherwise = () => ({ status: 204 });
      await expect(carrier.hangUp(leg)).rejects.toMatchObject({ code: 'carrier/unknown', retryable: true });
      expect(rest.seen).toHaveLength(1);
    });

    it('that is over cannot be redirected', async () => {
      rest.script({ status: 404, body: dialect.refusal('not found') });
      await expect(carrier.redirect(leg, { kind: 'hang-up' }, links)).rejects.toMatchObject({ code: 'carrier/gone' });
    });

    it('that the carrier does not know is null', async () => {
      rest.otherwise = () => ({ status: 404, body: dialect.refusal('not found') });
      await expect(carrier.lookUp(leg)).resolves.toBeNull();
    });

    it('is asked for once more after a failure, and then no more', async () => {
      rest.otherwise = () => ({ status: 500 });
      await expect(carrier.lookUp(leg)).rejects.toMatchObject({ code: 'carrier/unreachable' });
      expect(rest.seen).toHaveLength(2);
    });
  });

  describe('credentials', () => {
    it('that are refused are named as such', async () => {
      rest.script({ status: 401, body: dialect.refusal('no') });
      await expect(carrier.testCredentials()).rejects.toMatchObject({ code: 'carrier/credentials' });
    });

    it('cannot be judged when nobody answers', async () => {
      const other = open(`http://127.0.0.1:${await closedPort()}`);
      await expect(other.testCredentials()).rejects.toMatchObject({ code: 'carrier/unreachable' });
      await other.close();
    });
  });
}
