import { useEffect } from 'react';
import { useRingside } from '../../client/hooks.ts';
import { alertPreferences, chime, needing, newlyNeeding, noticeOf } from './alerts.ts';

/** Tells, by sound and by the browser as chosen, of each call that begins to need a person. */
export function NeedAlerts() {
  const { client, live } = useRingside();
  useEffect(() => {
    let before = needing(live.getState().calls.values());
    const shown = new Map<string, Notification>();
    const stop = live.subscribe(({ calls }) => {
      const now = needing(calls.values());
      const fresh = newlyNeeding(before, now);
      before = now;
      for (const [id, notice] of shown) {
        if (now.has(id)) continue;
        notice.close();
        shown.delete(id);
      }
      if (fresh.length === 0) return;
      const { sound, notification } = alertPreferences.getState();
      if (sound) chime();
      if (!notification || client.kind === 'desktop' || !('Notification' in window) || Notification.permission !== 'granted') return;
      for (const id of fresh) {
        const call = calls.get(id);
        if (!call) continue;
        const { title, body } = noticeOf(call);
        const notice = new Notification(title, { body, tag: id });
        notice.onclick = () => {
          window.focus();
          location.hash = `/board/${id}`;
        };
        shown.set(id, notice);
      }
    });
    return () => {
      stop();
      for (const notice of shown.values()) notice.close();
    };
  }, [client, live]);
  return null;
}
