import { openTestStore } from '../../support/store.ts';

/** A process that takes the right to dial in the folder it is given, says so, and keeps it until it is killed. */
const store = await openTestStore({ dataDir: process.argv[2] ?? '' });
process.stdout.write(store.lease.acquire() ? 'held\n' : 'refused\n');
setInterval(() => {}, 60_000);
