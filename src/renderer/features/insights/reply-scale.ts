import { goodReplyMs, slowReplyMs } from '../../ui/replies.ts';

/** Where things lie on the scale of replies, 0 to 1 from left to right. */
export interface ReplyScale {
  readonly median: number;
  readonly p95: number;
  readonly good: number;
  readonly slow: number;
}

/** The scale goes on a little beyond the slower of the second line and what 19 of 20 replies take. */
export function replyScale({ medianMs, p95Ms }: { readonly medianMs: number; readonly p95Ms: number }): ReplyScale {
  const endMs = Math.max(slowReplyMs, medianMs, p95Ms) * 1.1;
  return { median: medianMs / endMs, p95: p95Ms / endMs, good: goodReplyMs / endMs, slow: slowReplyMs / endMs };
}

/** What the figures mean for who waits. */
export function replyVerdict({ medianMs, p95Ms }: { readonly medianMs: number; readonly p95Ms: number }): string {
  if (medianMs > slowReplyMs) return 'People notice the wait on most replies.';
  if (p95Ms > slowReplyMs) return 'Most replies are in time; on some, people notice the wait.';
  return p95Ms <= goodReplyMs ? 'As quick as a person.' : 'Nobody notices a wait.';
}
