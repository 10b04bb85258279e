import { describe, expect, it } from 'vitest';
import { createDispatch, type Handlers } from '#bridge/console/dispatch.ts';
import { statusOf } from '#bridge/contract/errors.ts';
import { type OperationName, operations } from '#bridge/contract/operations.ts';
import type { Role } from '#bridge/contract/words.ts';
import { aSession, silentLog } from '#test/support/fake-calls.ts';

const names = Object.keys(operations) as OperationName[];
const roles: readonly Role[] = ['reviewer', 'supervisor', 'owner'];

/** What each role may do, by asking for everything. */
async function allowed(role: Role): Promise<OperationName[]> {
  const ran = new Set<string>();
  const handlers = Object.fromEntries(names.map((name) => [name, () => ran.add(name)])) as unknown as Handlers;
  const dispatch = createDispatch(handlers, silentLog);
  const found: OperationName[] = [];
  for (const name of names) {
    const answer = await dispatch(name, {}, aSession({ role }));
    const code = 'error' in answer ? answer.error.code : null;
    // Whoever may not do it does not even get to know what is wrong with the input.
    if (code === 'auth/forbidden') expect(ran.has(name)).toBe(false);
    else found.push(name);
  }
  return found;
}

describe('a session', () => {
  it('may do everything as an owner, and more with each role than with the one below', async () => {
    const [reviewer, supervisor, owner] = await Promise.all(roles.map(allowed));
    expect(owner).toEqual(names);
    expect(supervisor).toEqual(expect.arrayContaining(reviewer ?? []));
    expect(supervisor?.length).toBeGreaterThan(reviewer?.length ?? 0);
    expect(supervisor?.length).toBeLessThan(names.length);
  });

  it('has no hand in a call as a reviewer, and none in what is called as a supervisor', async () => {
    const [reviewer, supervisor] = await Promise.all([allowed('reviewer'), allowed('supervisor')]);
    const hands = [
      'calls.takeOver',
      'calls.giveBack',
      'calls.coach',
      'calls.say',
      'calls.transfer',
      'calls.hangUp',
      'calls.sendDigits',
    ] as const;
    for (const name of hands) {
      expect(reviewer).not.toContain(name);
      expect(supervisor).toContain(name);
    }
    for (const name of ['calls.get', 'recordings.ticket', 'calls.mark', 'calls.export'] as const) expect(reviewer).toContain(name);
    for (const name of ['calls.dial', 'campaigns.start', 'agents.update', 'leads.import', 'setup.saveCredentials', 'leads.erase'] as const)
      expect(supervisor).not.toContain(name);
  });

  it('is refused with a typed error that tells nothing of the call', async () => {
    const dispatch = createDispatch({} as Handlers, silentLog);
    expect(await dispatch('calls.takeOver', { id: 'call_1' }, aSession({ role: 'reviewer' }))).toEqual({
      error: { code: 'auth/forbidden', message: 'This needs another role than yours.' },
    });
    expect(statusOf['auth/forbidden']).toBe(403);
  });
});
