import { createServer as createHttpServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '#bridge/contract/clock.ts';
import { loadVoiceActivity } from '#bridge/media/fvad.ts';
import { LiveService } from '../openai-live/live-sim.ts';
import type { Voices } from '../person.ts';
import { type ServiceFaultRule, ServiceFaults } from '../services/faults.ts';
import { type Brain, plumbingBrain } from './brain.ts';
import { Chance } from './chance.ts';
import { judge, openAiHeaders, refusalAfterOpening, type SessionTarget, turnAway } from './door.ts';
import { type FaultRule, Faults } from './faults.ts';
import { type RecordedEvent, SessionLog, type Violation } from './history.ts';
import { retrieved } from './items.ts';
import { answerRecordedSide, isRecordedSide, type RecordedRequest } from './recorded-side.ts';
import { answerRest, errorBody } from './rest.ts';
import { strike } from './scripted-faults.ts';
import { SimSession } from './session.ts';
import type { SessionConfig } from './session-config.ts';
import { answerTextSide, isTextSide, type TextRecord } from './text-side.ts';
import { machineClock, Timers } from './timers.ts';
import type { TranscriptMode } from './transcripts.ts';
import type { Json } from './wire.ts';

export interface OpenAiSimOptions {
  /** What it speaks with, and understands the callee by. Stays open when the simulated service closes. */
  readonly voices: Voices;
  /** Decides what is said; a plumbing firm's outbound campaign when absent. */
  readonly brain?: Brain;
  /** Makes words of a callee's turn (in the session's input format) in place of recognising clips. */
  readonly transcribe?: (audio: Uint8Array, recognised: string) => string;
  readonly apiKey?: string;
  /** On 127.0.0.1; any free one when absent. */
  readonly port?: number;
  readonly seed?: number;
  /** How long each event travels, each way; connecting takes two ways. */
  readonly delayMs?: number;
  /** From a response's creation to its first audio, between these. */
  readonly firstAudioMs?: readonly [number, number];
  /** Seconds of speech made in a second. */
  readonly burst?: number;
  /** From a request for an answer in text to its first word, between these; and between two words. */
  readonly firstWordMs?: readonly [number, number];
  readonly wordMs?: number;
  readonly transcripts?: TranscriptMode;
  /** How long a session may last; 60 minutes when absent. */
  readonly sessionMs?: number;
  readonly faults?: readonly FaultRule[];
  readonly clock?: Clock;
  /** PEM. Turns it into an https and wss server. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** What one connection was and did. */
export interface SimSessionRecord {
  /** From 1, in the order of the connection attempts; the attempts that were turned away have numbers too, and no record. */
  readonly number: number;
  readonly id: string;
  /** Of a session that only listens the one that makes words, once it is set. */
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly openedAtMs: number;
  readonly closed: { readonly atMs: number; readonly code: number } | null;
  readonly config: SessionConfig;
  readonly heardMs: number;
  readonly events: readonly RecordedEvent[];
  /** What the conversation holds, without audio. */
  readonly items: readonly Json[];
  /** What the model knows, of cut answers the heard words only. */
  readonly said: readonly { readonly by: string; readonly text: string }[];
}

/** A simulated OpenAI Realtime service on loopback that speaks the GA dialect, strictly. */
export interface OpenAiSim {
  /** As `http://127.0.0.1:port/v1`; the socket is at `/realtime` under it. */
  readonly baseUrl: string;
  readonly apiKey: string;
  sessions(): readonly SimSessionRecord[];
  /** Everything that a client did wrong so far. */
  violations(): readonly Violation[];
  /** Requests for answers in text, oldest first. */
  texts(): readonly TextRecord[];
  /** Recordings that were put into words, oldest first. */
  recordings(): readonly RecordedRequest[];
  /** Its Live side, at `/live/sessions` under the same address. */
  readonly live: LiveService;
  /** Script a fault from now on, on open sessions too. @returns a function that lifts it */
  fault(rule: FaultRule): () => void;
  /** Script a fault of answers in text (`/v1/responses`), spoken sentences (`/v1/audio/speech`) or recordings (`/v1/audio/transcriptions`). */
  httpFault(rule: ServiceFaultRule): () => void;
  close(): Promise<void>;
}

interface Connection {
  readonly session: SimSession;
  readonly timers: Timers;
  readonly socket: WebSocket;
  readonly record: () => SimSessionRecord;
  open: boolean;
}

/** Records of sessions kept; the oldest closed ones are let go. */
const MOST_SESSIONS = 300;
/** A frame with the largest append, in base64. */
const MOST_FRAME_BYTES = 22 * 1024 * 1024;

/**
 * Start the service. It resolves once it listens.
 *
 * Strict: names of the beta dialect, unknown fields and wrong values are refused with an `error` event that names them, and counted in
 * `violations`. It hears by real voice activity on the audio it is given, understands only clips of `voices` that came through whole
 * frame by frame, and speaks with the voice `slt`.
 *
 * @see https://developers.openai.com/api/docs/guides/realtime-websocket
 */
export async function startOpenAiSim(options: OpenAiSimOptions): Promise<OpenAiSim> {
  const openActivity = await loadVoiceActivity();
  const clock = options.clock ?? machineClock;
  const seed = options.seed ?? 1;
  const chance = new Chance(seed);
  const apiKey = options.apiKey ?? chance.id('sk-rehearsal').replaceAll('_', '-');
  const delayMs = options.delayMs ?? 0;
  const faults = new Faults();
  for (const rule of options.faults ?? []) faults.add(rule);
  const violations: Violation[] = [];
  const secrets = new Map<string, number>();
  const connections: Connection[] = [];
  const waiting = new Set<Duplex>();
  const doorTimers = new Timers(clock);
  const live = await LiveService.open({
    voices: options.voices,
    apiKey,
    seed,
    delayMs,
    clock,
    ...(options.brain && { brain: options.brain }),
  });
  let attempts = 0;
  const traits = {
    voices: options.voices,
    brain: options.brain ?? plumbingBrain,
    transcribe: options.transcribe ?? null,
    delayMs,
    firstAudioMs: options.firstAudioMs ?? ([220, 420] as const),
    burst: options.burst ?? 5,
    transcripts: options.transcripts ?? ('third-late' as const),
    sessionMs: options.sessionMs ?? 3_600_000,
    faults,
  };

  const isKey = (given: string | undefined): boolean =>
    given !== undefined && (given === apiKey || (secrets.get(given) ?? 0) > clock.nowMs());
  const isAuthorized = (request: IncomingMessage): boolean => isKey(/^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]);

  const server: Server = options.tls ? createHttpsServer(options.tls) : createHttpServer();
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_FRAME_BYTES });
  const httpFaults = new ServiceFaults();
  const texts: TextRecord[] = [];
  const recordings: RecordedRequest[] = [];
  const textSide = {
    voices: options.voices,
    brain: traits.brain,
    chance: new Chance(seed + 7),
    faults: httpFaults,
    firstWordMs: options.firstWordMs ?? ([120, 260] as const),
    wordMs: options.wordMs ?? 4,
    firstAudioMs: 180,
    burst: options.burst ?? 8,
    records: texts,
    violation(message: string) {
      violations.push({ session: 0, atMs: clock.nowMs(), code: 'invalid_value', message, param: null, eventId: null, harmless: false });
    },
  };
  const recordedSide = {
    voices: options.voices,
    chance: new Chance(seed + 11),
    faults: httpFaults,
    wordsMs: [350, 800] as const,
    records: recordings,
    violation: textSide.violation,
  };
  server.on('request', (request, response) => {
    response.on('error', () => undefined);
    const { pathname } = new URL(request.url ?? '/', 'http://sim');
    const isRecorded = isRecordedSide(request.method, pathname);
    if (isRecorded || isTextSide(request.method, pathname)) {
      doorTimers.after(delayMs * 2, () => {
        if (isAuthorized(request)) {
          const answered = isRecorded ? answerRecordedSide(request, response, recordedSide) : answerTextSide(request, response, textSide);
          answered.catch(() => response.destroy());
        } else
          response
            .writeHead(401, { 'content-type': 'application/json' })
            .end(JSON.stringify(errorBody('invalid_api_key', 'Incorrect API key provided.')));
      });
      return;
    }
    const host = {
      isAuthorized,
      nowMs: () => clock.nowMs(),
      newSecret(expiresAtMs: number) {
        const secret = chance.id('ek');
        secrets.set(secret, expiresAtMs);
        return secret;
      },
    };
    doorTimers.after(delayMs * 2, () => {
      answerRest(request, response, host).catch(() => response.destroy());
    });
  });

  const open = (socket: WebSocket, request: IncomingMessage, number: number, target: SessionTarget): void => {
    const timers = new Timers(clock);
    const sessionChance = new Chance(seed * 1_000_003 + number);
    const log = new SessionLog(number, violations);
    const openedAtMs = clock.nowMs();
    let closed: SimSessionRecord['closed'] = null;
    const session = new SimSession(
      {
        number,
        target,
        timers,
        chance: sessionChance,
        activity: openActivity(),
        log,
        socket: {
          send(text) {
            if (socket.readyState === WebSocket.OPEN) socket.send(text);
          },
          close: (code, reason) => socket.close(code, reason),
          drop: () => socket.terminate(),
        },
      },
      traits,
    );
    const record = (): SimSessionRecord => ({
      number,
      id: session.config.id,
      model: target.kind === 'model' ? target.model : (session.config.audio.input.transcription?.model ?? ''),
      headers: openAiHeaders(request),
      openedAtMs,
      closed,
      config: session.config,
      heardMs: session.heardMs,
      events: log.events,
      items: session.conversation.items.map((item) => {
        const { audio: _, ...wire } = retrieved({ ...item, audio: [] });
        return wire;
      }),
      said: session.conversation.history().flatMap((item) => (item.kind === 'said' ? [{ by: item.by, text: item.text }] : [])),
    });
    const connection: Connection = { session, timers, socket, record, open: true };
    connections.push(connection);
    while (connections.length > MOST_SESSIONS && connections[0]?.open === false) connections.shift();
    socket.on('message', (data, isBinary) => session.receive(isBinary ? null : String(data)));
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      closed = { atMs: clock.nowMs(), code };
      connection.open = false;
      session.end();
    });
    const refusal = refusalAfterOpening(request, target);
    if (refusal) {
      log.violation(openedAtMs, { code: refusal.error.code, message: refusal.error.message, param: null, eventId: null });
      session.fail(refusal.error, refusal.closeCode);
      return;
    }
    session.start();
    strike(session, faults, timers, true);
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer, number: number): void => {
    const verdict = judge(request, number, faults, isAuthorized);
    if (verdict.kind === 'hang') return;
    waiting.delete(socket);
    if (verdict.kind === 'refuse') turnAway(socket, verdict);
    else sockets.handleUpgrade(request, socket, head, (opened) => open(opened, request, number, verdict.target));
  };

  server.on('upgrade', (request, socket, head) => {
    if (live.upgrade(request, socket, head)) return;
    const number = ++attempts;
    socket.on('error', () => undefined);
    socket.on('close', () => waiting.delete(socket));
    if (faults.take('refuse', number)) {
      socket.destroy();
      return;
    }
    waiting.add(socket);
    if (delayMs > 0) doorTimers.after(delayMs * 2, () => upgrade(request, socket, head, number));
    else upgrade(request, socket, head, number);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    baseUrl: `${options.tls ? 'https' : 'http'}://127.0.0.1:${port}/v1`,
    apiKey,
    sessions: () => connections.map(({ record }) => record()),
    violations: () => violations,
    texts: () => texts,
    recordings: () => recordings,
    live,
    httpFault: (rule) => httpFaults.add(rule),
    fault(rule) {
      const lift = faults.add(rule);
      for (const { open: isOpen, session, timers } of connections) if (isOpen) strike(session, faults, timers, false);
      return lift;
    },
    async close() {
      doorTimers.close();
      live.close();
      for (const { session, socket } of connections) {
        session.end();
        socket.terminate();
      }
      for (const socket of waiting) socket.destroy();
      sockets.close();
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
}
