/** What a callee means, as far as a plumbing campaign cares. */
export type Intent =
  | 'voicemail'
  | 'opt-out'
  | 'robot'
  | 'human'
  | 'wrong-number'
  | 'busy'
  | 'not-interested'
  | 'goodbye'
  | 'price'
  | 'who'
  | 'time'
  | 'yes'
  | 'no'
  | 'hello'
  | 'nothing'
  | 'other';

/** In order: the first that fits is meant. What must not be missed stands first. */
const RULES: readonly (readonly [Intent, RegExp])[] = [
  [
    'voicemail',
    /leave (me |us )?(a|your)( short| brief)? (message|name)|(after|at) the (tone|beep)|(come|get) to the phone|voice ?mail|(you have|you've) reached|mailbox|not available right now/,
  ],
  [
    'opt-out',
    /(take|get) (me|us|my number|this number) off|remove (me|us|my|this)|stop (calling|ringing|phoning)|(do not|don't|never) (ever )?(call|ring|phone|contact) (me|us|here|this number|again)|unsubscribe|do not call|off (of )?your list/,
  ],
  [
    'robot',
    /(are you|you're|is this|is that|am i (talking|speaking) to|sounds? like) (just )?(an? )?(real |actual |live )?(robot|bot|machine|computer|ai\b|a\.i\.|recording|human|person)/,
  ],
  [
    'human',
    /(speak|talk|put me through|connect me|transfer me) (to |with )?(an? |some|the )?(real |actual |live |human )?(human|person|someone|somebody|one|manager|owner|boss|representative|colleague|body)|real person|put me through|transfer me|human being/,
  ],
  ['wrong-number', /wrong number|nobody (here )?by that name|no one (here )?by that name/],
  [
    'busy',
    /\bbusy\b|driving|in (a|the middle of a) meeting|at work|(call|ring|phone|try)( me| us)?( back| again)? (later|back|again|tomorrow|another time|in an|in two|on|next|this)|(not|n't) a (good|great) time|bad time|(can't|cannot) (talk|speak)/,
  ],
  [
    'not-interested',
    /(not|n't) (really )?interested|no,? thanks|no,? thank you|(not|n't) need|no need|already have (a|one|some)|not for me/,
  ],
  ['price', /how much|\bcosts?\b|\bprice|charge|expensive|\bfee\b/],
  ['who', /who('s| is| are) (this|that|calling|you|speaking)|what company|where are you calling from|what('s| is) this about/],
  [
    'time',
    /monday|tuesday|wednesday|thursday|friday|saturday|sunday|tomorrow|today|tonight|morning|afternoon|evening|noon|o'clock|\b(at|around|about) (one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d{1,2})\b|\d{1,2} ?(am|pm)\b|next week/,
  ],
  ['goodbye', /\b(good ?bye|bye|bye-bye|see you|take care)\b|have a (good|nice|great)/],
  [
    'yes',
    /\b(yes|yeah|yep|sure|okay|ok|of course|certainly|please|perfect|absolutely|interested|sounds good|that works|go ahead|tell me more|leak|leaks|leaking|boiler|dripping|drain|tap|toilet)\b|that's (right|fine|great)|why not/,
  ],
  ['no', /\b(no|nope|nothing|that's all|that is all)\b/],
  ['hello', /\b(hello|hi|hey|good morning|speaking|this is)\b/],
];

/** @param words what came through of the callee's words; may be cut, may be empty */
export function understand(words: string): Intent {
  const plain = words
    .toLowerCase()
    .replace(/[\u2018\u2019]/g, "'")
    .replace(/\s+/g, ' ')
    .trim();
  if (plain === '') return 'nothing';
  return RULES.find(([, pattern]) => pattern.test(plain))?.[0] ?? 'other';
}
