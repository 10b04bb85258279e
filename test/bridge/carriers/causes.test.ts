import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as plivo from '#bridge/carriers/plivo/causes.ts';
import * as twilio from '#bridge/carriers/twilio/causes.ts';
import { outcome } from '#bridge/contract/words.ts';

describe("Twilio's reasons", () => {
  it.each([
    ['completed', null, 'completed', 'completed'],
    ['completed', '487', 'completed', 'completed/487'],
    ['busy', '486', 'busy', 'busy/486'],
    ['busy', '603', 'rejected', 'busy/603'],
    ['no-answer', '487', 'no-answer', 'no-answer/487'],
    ['canceled', '487', 'cancelled', 'canceled/487'],
    ['failed', null, 'carrier-error', 'failed'],
    ['failed', '404', 'invalid-number', 'failed/404'],
    ['failed', '403', 'barred-destination', 'failed/403'],
    ['failed', '503', 'congestion', 'failed/503'],
    ['failed', '599', 'congestion', 'failed/599'],
    ['failed', '607', 'blocked-by-network', 'failed/607'],
    ['failed', '603', 'rejected', 'failed/603'],
    ['failed', '480', 'no-answer', 'failed/480'],
    ['failed', '999', 'carrier-error', 'failed/999'],
    ['failed', 'constructor', 'carrier-error', 'failed/constructor'],
  ] as const)('%s with SIP %s mean %s', (status, sip, expected, code) => {
    expect(twilio.endOf(status, sip)).toMatchObject({ outcome: expected, cause: { code } });
  });

  it('about our public side are found in any report', () => {
    expect(twilio.publicSideCause('31920 - Stream - WebSocket - Handshake Error')).toContain('refused at the upgrade');
    expect(twilio.publicSideCause('12345, 31901')).toContain('(31901)');
    expect(twilio.publicSideCause('no code')).toBeNull();
  });
});

describe("Plivo's reasons", () => {
  const end = (code: string | null, word: string | null = null, status: string | null = null, source: string | null = null) =>
    plivo.endOf({ code, word, status: status as plivo.PlivoEnd['status'], source });

  it.each([
    ['4000', 'completed'],
    ['4010', 'completed'],
    ['3000', 'no-answer'],
    ['3010', 'busy'],
    ['3020', 'rejected'],
    ['3130', 'blocked-by-network'],
    ['2000', 'invalid-number'],
    ['2030', 'barred-destination'],
    ['5000', 'congestion'],
    ['5030', 'our-error'],
    ['6010', 'no-answer'],
    ['7011', 'our-error'],
    ['8011', 'our-error'],
    ['1000', 'cancelled'],
  ])('%s means %s', (code, expected) => {
    expect(end(code, null, code.startsWith('4') ? 'completed' : null)).toMatchObject({ outcome: expected, cause: { code } });
  });

  it.each([
    ['1999', 'cancelled'],
    ['2999', 'invalid-number'],
    ['3999', 'no-answer'],
    ['4999', 'completed'],
    ['5999', 'congestion'],
    ['8999', 'carrier-error'],
    ['31', 'carrier-error'],
    ['toString', 'carrier-error'],
  ])('that are new, as %s, go by their thousands: %s', (code, expected) => {
    expect(end(code)).toMatchObject({ outcome: expected, cause: { code } });
  });

  it('come from the word of the switch, or the status, when there is no number', () => {
    expect(end(null, 'USER_BUSY', 'busy').outcome).toBe('busy');
    expect(end(null, 'user_busy').outcome).toBe('busy');
    expect(end('', 'NEW_WORD', 'timeout').outcome).toBe('no-answer');
    expect(end(null, null, 'cancel').outcome).toBe('cancelled');
    expect(end(null).outcome).toBe('carrier-error');
  });

  it('that say nothing give way to a status that says more, and stay beside it', () => {
    expect(end('0', null, 'busy')).toMatchObject({ outcome: 'busy', cause: { code: '0/busy' } });
    expect(end('4000', null, 'no-answer')).toMatchObject({ outcome: 'no-answer', cause: { code: '4000/no-answer' } });
    expect(end('1000', null, 'completed')).toMatchObject({ outcome: 'completed', cause: { code: '1000/completed' } });
    expect(end('0', null, 'completed')).toMatchObject({ outcome: 'completed' });
  });

  it('tell who hung up a normal call', () => {
    expect(end('4000', null, 'completed', 'Callee').cause.party).toBe('lead');
    expect(end('4000', null, 'completed', 'Call recipient').cause.party).toBe('lead');
    expect(end('4000', null, 'completed', 'API Request').cause.party).toBe('bridge');
    expect(end('3010', null, 'busy', 'Carrier').cause.party).toBe('lead');
  });

  it('that concern credit or the caller number stop a campaign', () => {
    const stopping = Object.keys(plivo.hangupCauses).filter((code) => end(code).cause.stopsCampaign);
    expect(stopping).toEqual(['1010', '2070', '3030', '3140']);
  });

  it('are always understood', () => {
    const text = fc.option(fc.oneof(fc.string(), fc.constantFrom(...Object.keys(plivo.hangupCauses), '__proto__', 'constructor')));
    fc.assert(
      fc.property(text, text, fc.option(fc.constantFrom('completed', 'busy', 'ringing', 'failed')), text, (code, word, status, source) => {
        const { outcome: meant, cause } = end(code, word, status, source);
        expect(outcome.options).toContain(meant);
        expect(cause.text).toMatch(/\.$/);
      }),
    );
  });
});
