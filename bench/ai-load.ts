import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { AiMeasures } from './load/ai-measures.ts';
import { type AiPlan, AiSession } from './load/ai-session.ts';
import { makeCertificate } from './load/certificate.ts';
import { everyMs, nowMs } from './load/clock.ts';
import { answerRequests } from './load/requests.ts';
import { slowLine } from './load/slow-line.ts';

/** A lean Realtime service over TLS for the bench, in a process of its own; next door, and as far away as it is in life. */
const farMs = 75;
const beatMs = 5;

let plan: AiPlan = { converse: true, delivery: 'burst', answerMs: [4_000, 6_000], pauseMs: [500, 1_500], bargeIn: false };
const measures = new AiMeasures();
const sessions = new Set<AiSession>();

const { key, cert } = makeCertificate();
const server = createServer({ key, cert });
const sockets = new WebSocketServer({ server, perMessageDeflate: false, skipUTF8Validation: true });
sockets.on('connection', (socket, request) => {
  request.socket.setNoDelay(true);
  const session = new AiSession(socket, measures, () => plan);
  sessions.add(session);
  socket.on('message', (data: Buffer) => session.message(data));
  socket.on('error', () => {});
  socket.on('close', () => sessions.delete(session));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const farPort = await slowLine(port, farMs);

everyMs(beatMs, () => {
  const now = nowMs();
  for (const session of sessions) session.beat(now);
});

answerRequests({
  plan: (change: Partial<AiPlan>) => {
    plan = { ...plan, ...change };
  },
  exclude: ({ call }: { call: number }) => {
    measures.excluded.add(call);
  },
  sessions: () => sessions.size,
  reset: () => measures.clear(),
  report: () => ({
    latency: measures.latency.summary(),
    frames: measures.frames,
    lostMs: measures.lostMs,
    lostLater: measures.lostLater,
    barges: measures.barges,
    truncations: measures.truncations,
    cpuSeconds: (process.cpuUsage().user + process.cpuUsage().system) / 1e6,
  }),
});
process.send?.({ ready: `https://127.0.0.1:${port}`, far: `https://127.0.0.1:${farPort}`, cert });
