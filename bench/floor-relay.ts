import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { answerRequests } from './load/requests.ts';

/**
 * The floor: a relay that only parses the carrier's frame, forwards the payload to the AI's socket and back. It records nothing, knows no
 * call, checks no signature and loses what comes before the AI is ready. No bridge can cost less.
 */
const aiUrl = process.argv[2] ?? '';
const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });

const opening = JSON.stringify({
  type: 'session.update',
  session: {
    type: 'realtime',
    output_modalities: ['audio'],
    instructions: 'You are friendly.',
    audio: {
      input: { format: { type: 'audio/pcmu' }, turn_detection: { type: 'server_vad', create_response: true, interrupt_response: true } },
      output: { format: { type: 'audio/pcmu' }, voice: 'marin' },
    },
  },
});

server.on('connection', (carrier) => {
  let streamSid = '';
  let ai: WebSocket | null = null;
  carrier.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString());
    if (message.event === 'media') {
      if (ai?.readyState === WebSocket.OPEN) ai.send(JSON.stringify({ type: 'input_audio_buffer.append', audio: message.media.payload }));
    } else if (message.event === 'start') {
      streamSid = message.start.streamSid;
      ai = openAi();
    }
  });
  carrier.on('close', () => ai?.close());

  function openAi(): WebSocket {
    const socket = new WebSocket(aiUrl, { headers: { authorization: 'Bearer bench' }, perMessageDeflate: false });
    socket.on('open', () => {
      socket.send(opening);
      socket.send('{"type":"response.create"}');
    });
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString());
      if (message.type === 'response.output_audio.delta')
        carrier.send(JSON.stringify({ event: 'media', streamSid, media: { payload: message.delta } }));
      else if (message.type === 'input_audio_buffer.speech_started') carrier.send(JSON.stringify({ event: 'clear', streamSid }));
    });
    socket.on('error', () => carrier.close());
    return socket;
  }
});

server.on('listening', () => process.send?.({ ready: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` }));
answerRequests({});
process.on('SIGTERM', () => process.exit(0));
