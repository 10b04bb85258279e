/**
 * Stands in for the library of ngrok inside the process that holds the tunnel; the token tells what it does. As the library, it takes
 * only the options that it honours, has one session for its process, and calls a handler when that session is lost.
 *
 * `up`; `code:{number}`; `silent` (answers nothing); `blocks` (the process does nothing any more); `drops` (up, then lost for 300 ms)
 *
 * @see https://ngrok.github.io/ngrok-javascript/
 */
interface Options {
  readonly addr: string;
  readonly authtoken: string;
  readonly domain?: string;
  onStatusChange(status: string): void;
  onLogEvent(text: string): void;
}

const honoured = ['addr', 'proto', 'schemes', 'authtoken', 'domain', 'onStatusChange', 'onLogEvent'];
let sessions = 0;

async function forward(options: Options): Promise<{ url(): string | null }> {
  const ignored = Object.keys(options).filter((name) => !honoured.includes(name));
  if (ignored.length > 0) throw new Error(`these options have no effect: ${ignored.join(', ')}`);
  if (!/^127\.0\.0\.1:\d+$/.test(options.addr)) throw new Error(`not on loopback: ${options.addr}`);
  // A second one waits for the first, for ever where that one hangs.
  if (++sessions > 1) return new Promise(() => {});
  const [what = '', number = ''] = options.authtoken.split(':');
  if (what === 'silent') return new Promise(() => {});
  if (what === 'blocks') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  if (what === 'code') {
    const code = `ERR_NGROK_${number}`;
    throw Object.assign(new Error(`failed to connect session: authentication failed: ${options.authtoken}.\n\nerror_code: ${code}`), {
      errorCode: code,
    });
  }
  options.onLogEvent('session established region=eu');
  options.onStatusChange('connected');
  if (what === 'drops') {
    setTimeout(() => options.onStatusChange('closed'), 100);
    setTimeout(() => options.onStatusChange('connected'), 400);
  }
  return { url: () => `https://${options.domain ?? 'name.ngrok-free.app'}` };
}

export default { forward };
