import type { Verdict } from '../openai-realtime/failures.ts';

/** What it means that the service has ended a session. @param reason in its own word */
export function closedVerdict(reason: string): Verdict {
  switch (reason) {
    case 'expired':
      return { meaning: 'gone', cause: 'the session reached its longest duration', cure: null };
    case 'content':
      return {
        meaning: 'gone',
        cause: 'OpenAI ended the session over what was said on it',
        cure: 'Look at the instructions of the agent.',
      };
    case 'connection_lost':
      return { meaning: 'gone', cause: 'OpenAI lost the connection', cure: null };
    default:
      return { meaning: 'gone', cause: 'OpenAI closed the session', cure: null };
  }
}
