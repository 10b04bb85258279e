/** Run as a child: opens the store of a folder without the rights of root and prints how it was refused. */
import { openTestStore } from '../../support/store.ts';

const [, , dataDir = ''] = process.argv;
if (process.getuid?.() === 0) process.setuid?.(65_534);
try {
  const store = await openTestStore({ dataDir });
  await store.close();
  process.stdout.write('{"code":"opened"}');
} catch (error) {
  const { code, message } = error as { code?: string; message?: string };
  process.stdout.write(JSON.stringify({ code, message }));
}
