// Runs in both worlds of a page, as one function: `world` is 'preload' (isolated) or 'main'. The two are joined by synchronous DOM events,
// whose detail Chromium clones as Electron's context bridge clones values.
(world, nonce, preloadSource) => {
  const mine = nonce + world;
  const other = nonce + (world === 'main' ? 'preload' : 'main');
  const functions = new Map();
  const waiting = new Map();
  const proxies = new Map();
  let lastId = 0;
  let lastReturn;
  const say = (message) => window.dispatchEvent(new CustomEvent(other, { detail: message }));
  const isPlain = (value) => value && typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value));

  const outgoing = (value) => {
    if (typeof value === 'function') {
      const id = ++lastId;
      functions.set(id, value);
      return { $function: id };
    }
    if (value && typeof value.then === 'function') {
      const id = ++lastId;
      value.then(
        (result) => say({ settle: id, v: outgoing(result) }),
        (error) => say({ settle: id, x: String(error?.message ?? error) }),
      );
      return { $promise: id };
    }
    if (value instanceof Error) return { $error: value.message };
    if (Array.isArray(value)) return value.map(outgoing);
    return isPlain(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, outgoing(item)])) : value;
  };
  const call = (id, args) => {
    lastReturn = undefined;
    say({ call: id, args: args.map(outgoing) });
    if (lastReturn?.x !== undefined) throw new Error(lastReturn.x);
    return incoming(lastReturn?.v);
  };
  const incoming = (value) => {
    if (!value || typeof value !== 'object') return value;
    if (value.$function) {
      if (!proxies.has(value.$function)) proxies.set(value.$function, (...args) => call(value.$function, args));
      return proxies.get(value.$function);
    }
    if (value.$promise) return new Promise((resolve, reject) => waiting.set(value.$promise, { resolve, reject }));
    if ('$error' in value) return new Error(value.$error);
    if (Array.isArray(value)) return value.map(incoming);
    return isPlain(value) ? Object.freeze(Object.fromEntries(Object.entries(value).map(([key, item]) => [key, incoming(item)]))) : value;
  };

  window.addEventListener(mine, ({ detail: message }) => {
    if (message === null) throw new Error('A value could not cross the context bridge.');
    if (message.expose) Object.defineProperty(window, message.expose, { value: incoming(message.v), enumerable: true });
    else if (message.call) {
      let answer;
      try {
        answer = { v: outgoing(functions.get(message.call)(...message.args.map(incoming))) };
      } catch (error) {
        answer = { x: String(error?.message ?? error) };
      }
      say({ ret: answer });
    } else if (message.ret) lastReturn = message.ret;
    else if (message.open) globalThis[nonce](JSON.stringify({ open: message.open }));
    else if (message.settle) {
      const { resolve, reject } = waiting.get(message.settle);
      waiting.delete(message.settle);
      if ('x' in message) reject(new Error(message.x));
      else resolve(incoming(message.v));
    }
  });

  if (world === 'main') {
    // A real popup would share this page's process and be paused for each debugger; it is caught here and told to main.
    const openOutside = (address) => {
      say({ open: new URL(address, location.href).href });
      return null;
    };
    window.open = openOutside;
    document.addEventListener('click', (event) => {
      const link = event.target.closest?.('a[target=_blank]');
      if (!link || event.defaultPrevented) return;
      event.preventDefault();
      openOutside(link.href);
    });
    return;
  }

  // The preload's world: the module `electron`, over the binding that main listens to.
  const pack = (value) =>
    JSON.stringify(value, function (key, jsoned) {
      const original = this[key];
      if (original instanceof ArrayBuffer) return { $bytes: new Uint8Array(original).toBase64() };
      if (ArrayBuffer.isView(original))
        return { $bytes: new Uint8Array(original.buffer, original.byteOffset, original.byteLength).toBase64() };
      if (original instanceof Date) return { $date: original.getTime() };
      if (typeof original === 'function' || typeof original === 'symbol') throw new Error('An object could not be cloned.');
      return jsoned;
    });
  const unpack = (value) => {
    if (!value || typeof value !== 'object') return value;
    if ('$bytes' in value) return Uint8Array.fromBase64(value.$bytes);
    if ('$date' in value) return new Date(value.$date);
    for (const key in value) value[key] = unpack(value[key]);
    return value;
  };
  const post = globalThis[nonce];
  const send = (message) => post(pack(message));
  const replies = new Map();
  const listeners = new Map();
  const ports = new Map();
  const hook = (id, port) => {
    ports.set(id, port);
    port.onmessage = (event) => send({ port: id, data: event.data });
  };
  globalThis[`${nonce}recv`] = (given) => {
    const message = unpack(given);
    if (message.reply) {
      const { resolve, reject } = replies.get(message.reply);
      replies.delete(message.reply);
      if (message.x !== undefined) reject(new Error(message.x));
      else resolve(message.v);
    } else if (message.port) ports.get(message.port)?.postMessage(message.data);
    else {
      const given = (message.ports ?? []).map((id) => {
        const channel = new MessageChannel();
        hook(id, channel.port1);
        return channel.port2;
      });
      for (const listener of [...(listeners.get(message.ch) ?? [])]) listener({ sender: ipcRenderer, ports: given }, ...message.args);
    }
  };
  const ipcRenderer = {
    invoke: (channel, ...args) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        replies.set(id, { resolve, reject: (error) => reject(new Error(`Error invoking remote method '${channel}': ${error.message}`)) });
        send({ invoke: id, ch: channel, args });
      }),
    send: (channel, ...args) => send({ ch: channel, args }),
    postMessage: (channel, message, transfer = []) => {
      const ids = transfer.map((port) => {
        const id = `r${++lastId}`;
        hook(id, port);
        return id;
      });
      send({ ch: channel, args: [message], ports: ids });
    },
    on: (channel, listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
  };
  const electron = { ipcRenderer, contextBridge: { exposeInMainWorld: (name, value) => say({ expose: name, v: outgoing(value) }) } };
  const require = (id) => {
    if (id === 'electron' || id === 'electron/renderer') return electron;
    throw new Error(`module not found: ${id}`);
  };
  const sandboxed = { platform: 'linux', versions: { electron: '0.0.0-stand-in' }, env: {}, contextIsolated: true, sandboxed: true };
  new Function('require', 'exports', 'module', 'process', preloadSource)(require, {}, { exports: {} }, sandboxed);
};
