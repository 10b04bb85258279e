import { playClip } from '../leg-verbs.ts';
import type { RestReply } from '../rest-server.ts';
import { isHttp } from '../urls.ts';
import { transfer } from './life.ts';
import type { PlivoCall } from './plivo-call.ts';
import { ok, refusal } from './replies.ts';
import { runStream } from './stream.ts';
import type { PlivoWorld } from './world.ts';

type Body = Readonly<Record<string, unknown>>;
type Operation = (world: PlivoWorld, call: PlivoCall, body: Body, tail: string) => RestReply;

/** Seconds that a recording by the API lasts when nothing else is said. */
const DEFAULT_RECORD_S = 60;

/** What can be asked about a live call below `/Call/{uuid}/`, by method and resource. */
export const LIVE_OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST ': transferCall,
  'POST DTMF': pressKeys,
  'POST Record': record,
  'DELETE Record': stopRecord,
  'POST Speak': speak,
  'DELETE Speak': stopSpeaking,
  'POST Play': (world, call) => ok(world.exchange.random, call.leg ? 202 : 404, { message: 'play started' }),
  'DELETE Play': stopSpeaking,
  'GET Stream': listStreams,
  'POST Stream': startStream,
  'DELETE Stream': stopStream,
};

function transferCall(world: PlivoWorld, call: PlivoCall, body: Body): RestReply {
  const { random } = world.exchange;
  const { legs = 'aleg', aleg_url: url, aleg_method: method = 'POST' } = body;
  if (legs !== 'aleg') return refusal(random, 400, 'only the legs aleg can be transferred here');
  if (typeof url !== 'string' || !isHttp(url)) return refusal(random, 400, 'aleg_url is invalid');
  if (method !== 'GET' && method !== 'POST') return refusal(random, 400, 'aleg_method is invalid');
  if (!call.leg) return refusal(random, 404, 'not found');
  transfer(world, call, call.leg, { url, method });
  return ok(random, 202, { message: 'call transferred', call_uuids: [call.id] });
}

function pressKeys(world: PlivoWorld, call: PlivoCall, body: Body): RestReply {
  const { random } = world.exchange;
  if (typeof body.digits !== 'string' || !/^[0-9*#A-DwW]+$/.test(body.digits)) return refusal(random, 400, 'digits is invalid');
  if (!call.leg) return refusal(random, 404, 'not found');
  world.exchange.note(call, { kind: 'note', what: `digits ${body.digits} to the callee` });
  return ok(random, 202, { message: 'digits sent' });
}

function record(world: PlivoWorld, call: PlivoCall, body: Body): RestReply {
  const { exchange } = world;
  const { time_limit: limit = DEFAULT_RECORD_S, file_format: format = 'mp3', callback_url: url, callback_method: method = 'POST' } = body;
  if (!/^\d{1,6}$/.test(String(limit)) || Number(limit) < 1) return refusal(exchange.random, 400, 'time_limit is invalid');
  if (format !== 'mp3' && format !== 'wav') return refusal(exchange.random, 400, 'file_format is invalid');
  if (url !== undefined && (typeof url !== 'string' || !isHttp(url))) return refusal(exchange.random, 400, 'callback_url is invalid');
  const apiId = exchange.random.uuid();
  const recording = world.startRecording(call, Number(limit) * 1000, body.record_channel_type === 'mono' ? 1 : 2, (ready) => {
    if (typeof url !== 'string') return;
    const ms = Math.round(ready.durationMs);
    const params = {
      api_id: apiId,
      call_uuid: call.id,
      recording_id: ready.id,
      record_url: world.recordingUrl(ready.id, format),
      recording_duration: String(Math.round(ms / 1000)),
      recording_duration_ms: String(ms),
      recording_start_ms: String(ready.startedAtMs),
      recording_end_ms: String(ready.startedAtMs + ms),
    };
    exchange.run(() => world.askBare(call, { name: 'record', url, method: method === 'GET' ? 'GET' : 'POST', params }));
  });
  if (!recording) return refusal(exchange.random, 404, 'not found');
  return {
    status: 202,
    json: { api_id: apiId, message: 'call recording started', recording_id: recording.id, url: world.recordingUrl(recording.id, format) },
  };
}

function stopRecord(world: PlivoWorld, call: PlivoCall): RestReply {
  for (const recording of call.recordings) recording.stop(world.exchange.clock.nowMs());
  return { status: 204 };
}

function speak(world: PlivoWorld, call: PlivoCall, body: Body): RestReply {
  const { exchange, options } = world;
  const { leg } = call;
  const { text, language } = body;
  if (typeof text !== 'string' || text === '') return refusal(exchange.random, 400, 'text parameter not present');
  if (!leg) return refusal(exchange.random, 404, 'not found');
  exchange.run(async () => {
    const audio = await options.speech(text, typeof language === 'string' ? language : 'en-US');
    // Speech over a running stream would have to be mixed; the simulated line carries one voice at a time.
    if (leg.source === null) await playClip(leg, audio, call.documentScope);
  });
  return ok(exchange.random, 202, { message: 'speak started' });
}

function stopSpeaking(world: PlivoWorld, call: PlivoCall): RestReply {
  if (!call.leg) return refusal(world.exchange.random, 404, 'not found');
  if (!call.stream) call.leg.source = null;
  return { status: 204 };
}

function streamObject(call: PlivoCall): object {
  const { stream } = call;
  return {
    stream_id: stream?.id,
    call_uuid: call.id,
    service_url: stream?.serviceUrl,
    bidirectional: true,
    audio_track: 'inbound',
    status: 'active',
  };
}

function listStreams(world: PlivoWorld, call: PlivoCall, _body: Body, tail: string): RestReply {
  const { random } = world.exchange;
  const streams = call.stream && (tail === '' || tail === call.stream.id) ? [streamObject(call)] : [];
  if (tail !== '') return streams[0] ? ok(random, 200, streams[0]) : refusal(random, 404, 'not found');
  return ok(random, 200, { objects: streams, meta: { limit: 20, offset: 0, total_count: streams.length, next: null, previous: null } });
}

function startStream(world: PlivoWorld, call: PlivoCall, body: Body): RestReply {
  const { exchange } = world;
  const { leg } = call;
  const { service_url: url, content_type: contentType = 'audio/x-mulaw;rate=8000', status_callback_url: statusUrl } = body;
  if (typeof url !== 'string' || url === '') return refusal(exchange.random, 400, 'service_url parameter not present');
  if (!leg) return refusal(exchange.random, 404, 'not found');
  const request = {
    url,
    isBidirectional: String(body.bidirectional) === 'true',
    contentType: String(contentType),
    timeoutMs: Number(body.stream_timeout ?? 86_400) * 1000,
    extraHeaders: typeof body.extra_headers === 'string' ? body.extra_headers : '',
    statusUrl: typeof statusUrl === 'string' ? statusUrl : null,
    statusMethod: body.status_callback_method === 'GET' ? ('GET' as const) : ('POST' as const),
  };
  exchange.run(() => runStream(world, call, leg, request, call.scope));
  return ok(exchange.random, 202, { message: 'stream started', stream_id: call.stream?.id });
}

function stopStream(world: PlivoWorld, call: PlivoCall, _body: Body, tail: string): RestReply {
  if (!call.stream || (tail !== '' && tail !== call.stream.id)) return refusal(world.exchange.random, 404, 'not found');
  call.stream.stop();
  return { status: 204 };
}
