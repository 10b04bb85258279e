import { onTestFinished } from 'vitest';
import { temporaryFolder } from './store.ts';

/** A folder of its own for the running test, gone when the test is over. */
export async function folderForTest(): Promise<{ readonly path: string }> {
  const folder = await temporaryFolder();
  onTestFinished(() => folder[Symbol.asyncDispose]());
  return folder;
}
