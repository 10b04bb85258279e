/**
 * Stands in for the process that holds the ngrok session, in a process too: the token tells what it does. Speaks the same messages.
 *
 * `up`, `up:{address}`; `code:{number}`; `echo:{number}` (says the token back, as ngrok does); `silent`; `ends`; `drops` (up, then the session is lost for 300 ms); `dies` (up, then it ends)
 */
const tell = (message: object) => process.send?.(message);

process.on('message', (message: { type: string; authToken: string; domain: string | null; port: number }) => {
  if (message.type !== 'open') return;
  const [what = '', ...rest] = message.authToken.replace(/^token-/, '').split(':');
  const url = rest.length > 0 && what !== 'code' && what !== 'echo' ? rest.join(':') : `http://127.0.0.1:${message.port}`;
  const up = () => tell({ type: 'up', url: message.domain ? `https://${message.domain}` : url, region: 'eu' });
  if (what === 'code')
    tell({ type: 'failed', code: `ERR_NGROK_${rest[0]}`, message: `failed to start listener\n\nerror_code: ERR_NGROK_${rest[0]}` });
  else if (what === 'echo')
    tell({
      type: 'failed',
      code: `ERR_NGROK_${rest[0]}`,
      message: `authentication failed: this is no token of ours: ${message.authToken}`,
    });
  else if (what === 'ends') process.exit(3);
  else if (what !== 'silent') up();
  if (what === 'dies') setTimeout(() => process.exit(3), 100);
  if (what === 'drops') {
    setTimeout(() => tell({ type: 'session', state: 'closed' }), 100);
    setTimeout(() => tell({ type: 'session', state: 'connected' }), 400);
  }
});
process.on('disconnect', () => process.exit(0));
setInterval(() => {}, 1_000);
