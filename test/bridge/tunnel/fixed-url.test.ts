import { describe, expect, it } from 'vitest';
import { FixedUrlTunnel } from '#bridge/tunnel/fixed-url/fixed-url.ts';
import type { TunnelState } from '#bridge/tunnel/tunnel.ts';

describe('a fixed public address', () => {
  it.each([
    ['https://tunnel.example', 'https://tunnel.example'],
    ['https://tunnel.example/', 'https://tunnel.example'],
    [' HTTP://127.0.0.1:4701 ', 'http://127.0.0.1:4701'],
    ['https://tunnel.example:8443', 'https://tunnel.example:8443'],
  ])('%s is the origin %s', (given, expected) => {
    expect(new FixedUrlTunnel(given).publicOrigin()).toBe(expected);
  });

  it.each([
    '',
    'tunnel.example',
    'ftp://tunnel.example',
    'https://tunnel.example/path',
    'https://tunnel.example?x',
    'https://u:p@tunnel.example',
    'https://',
    'https://tunnel.example:99999',
  ])('%s is refused, by the name of its setting', (given) => {
    expect(() => new FixedUrlTunnel(given)).toThrow(
      expect.objectContaining({ code: 'settings/invalid', message: expect.stringContaining('RINGSIDE_PUBLIC_URL') }),
    );
  });

  it('tells once when it opens and when it closes', async () => {
    const tunnel = new FixedUrlTunnel('https://tunnel.example');
    const states: TunnelState[] = [];
    const stop = tunnel.onChange(({ state }) => states.push(state));
    await tunnel.open();
    await tunnel.open();
    await tunnel.close();
    await tunnel.close();
    stop();
    await tunnel.open();
    expect(states).toEqual(['up', 'off']);
  });
});
