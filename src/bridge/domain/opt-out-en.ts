import { type Phrase, type PhraseBook, phrases } from './opt-out-text.ts';

const us =
  '(?:me|us|my (?:phone |cell )?number|our (?:phone )?number|this (?:phone )?number|my name|our name|my (?:info|information|details|phone|data))';
const never = "(?:do not|don'?t|never|no longer|must not|are not to|(?:can|could|would) you (?:not|stop to))";
const call = '(?:call|phone|ring|contact|dial|text|message|telephone)';
const calling = '(?:calling|phoning|ringing|contacting|dialing|dialling|texting|messaging|telephoning|harassing)';
const here =
  '(?:me|us|here|this (?:phone number|number|phone|house|line|place|home|office)|my (?:number|phone|house|cell|home|mobile|office|mother|father|mom|dad|wife|husband|family)|our (?:number|phone|house|home|office))';
const list = '(?:lists?|database|systems?|records|files?|directory|registry|register|queue|rotation|dialer)';

/** "...before five", "...at work": when or where to call, not whether. */
const timing =
  '(?:before|until|till|til|after|during|while|when|whenever|between|unless|if|at (?:work|night|home|lunch|dinner|noon|my (?:work|job|office)|the office|this (?:time|hour)|that (?:time|hour)|\\d+|one|two|three|four|five|six|seven|eight|nine|ten)|in the (?:morning|mornings|afternoon|evening|evenings|middle)|on (?:my (?:work|office|home|landline)|the (?:weekend|weekends|landline)|weekends|weekdays|mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?)|(?:so|this|that|too) (?:early|late|often)|first thing|from (?:a|an|that|unknown|blocked|private) _)';
const scheduled = new RegExp(
  `^(?: ,)?(?: (?:me|us|here))?(?! [^|]* (?:ever|anymore|any more|again) )(?: (?:on|at) this (?:phone )?number)? (?:${timing.replaceAll('_', '[^ ,|]+')}|today|tonight|tomorrow|this (?:morning|week|afternoon|evening|month)|right now|now|just now|yet|later|earlier) `,
  'u',
);
const scheduledStop = new RegExp(
  `^(?: me| us| here)?(?! [^|]* (?:ever|anymore|any more|again) ) (?:${timing.replaceAll('_', '[^ ,|]+')}) `,
  'u',
);
/** "...on this number, use my cell": where to call instead. */
const elsewhere =
  /^(?! (?:again|any ?more|ever) )(?: [^|]*?)?(?: [,|])? (?:use|try|call (?:me )?(?:on|at|my)|reach me|ring my|rather my) /u;
const either = (...expressions: readonly RegExp[]) =>
  new RegExp(expressions.map((expression) => `(?:${expression.source})`).join('|'), 'u');

/** "I told my bank to...": somebody else is meant. "I told you to..." and "I told them to..." are not. */
const thirdParty =
  /(?<! you[^|]*) (?:told|tell|telling|asked|ask|asking|begged|warned|want|wanted|need|needed|got|wrote to) (?:(?:my|our|his|her|their|another|some other) (?:[^ ,|]+ ){1,3}?|the (?:bank|doctor|school|landlord|insurance|hospital|cable|electric|phone|gas|credit|collection|other) (?:[^ ,|]+ )??|(?!you |ya |y'?all |them |him |her |these |those |everyone |everybody |someone |somebody |i |me |u |the |that |this |your |it |to |not )[^ ,|]+ (?=(?:not )?to ))(?:(?:not )?to |that they )?(?:[^ ,|]+ ){0,2}$/u;
/** "...won't stop calling", said of somebody else; "you never stop calling" is a complaint to us. */
const doesNotStop =
  /(?<! you[^|]*) (?:do not|don't|dont|never|won't|wont|will not|doesn't|does not|didn't|did not|can't|cannot|wouldn't|would not|not|not to) $/u;
/** "I don't call back", "they never call us": a statement about somebody, not a request to us. */
const statement = / (?:i|we|they|he|she|people|nobody|who|which|that|if you|companies|banks|usually|normally) $/u;
/** "Don't call me sir"; with a comma before it, "sir" is only polite: hence the exact spaces. */
const notName =
  "(?!\\x20(?:names?|sir|ma'?am|madam|miss|mister|mr|mrs|honey|sweetie|sweetheart|dear|darling|buddy|bro|dude|by|a|an|that|crazy|stupid|lazy|old|it|old fashioned|paranoid|cheap)\\x20)";

const optOut: readonly Phrase[] = [
  ...phrases(
    'opt-out',
    [
      `(?:take|get|remove|pull|scratch|cross|strike|drop|wipe|delete|keep) ${us} (?:_ ){0,2}?(?:off|from|out of|outta|of) (?:_ ){0,5}?${list}`,
      `(?:take|get|keep) ${us} off(?= (?:[,|]|$)| (?:thank|thanks|okay|ok|now|immediately|today|right now) )`,
      `(?:want|get|be|taken|removed|am|i'?m) (?:_ )?(?:off|from) (?:of )?(?:your|this|the|that) (?:_ ){0,2}?${list}`,
      '(?:want|wants|need|like|love|ask|asked|asking|request|demand|rather) (?:_ )?to be (?:removed|taken off|deleted)',
      `(?:delete|erase|lose|forget|scrub|block) (?:my|our|this) (?:phone |cell )?number`,
      'delete (?:my|our|all my) (?:info|information|details|data)',
      '(?:delete|erase) me',
      `(?:put|place|add|get) ${us} (?:_ ){0,2}?(?:on|to|in|onto) (?:_ )?(?:do not|don'?t|no|dnc) (?:call )?(?:lists?|registry|register|call)`,
      "(?:do not|don'?t|no) call (?:list|registry|register)",
      "(?:i'?m|i am|we'?re|we are|number'?s?(?: is)?) (?:_ )?(?:on|in|with) (?:_ ){0,2}?(?:do not call|dnc)",
      'dnc list',
      'unsubscribe',
      '(?:revoke|revoking|withdraw|withdrawing|rescind|retract|take back) (?:_ ){0,2}?(?:consent|permission|authori[sz]ation)',
      "(?:did not|didn'?t|never|do not|don'?t|haven'?t|have not) (?:_ )?(?:consent|consented|(?:give|gave|given) (?:you |anyone |anybody )?(?:my |any |you )?(?:consent|permission))",
      'cease and desist',
      "(?:i'?ll|i will|i'?m going to|i am going to|i'?m gonna|gonna|we'?ll|we will|going to) (?:_ )?sue(?! (?:know|knows|be|handle|do) )",
      'sue (?:you|your)(?: _)?',
      "(?:report|reporting) (?:you|you guys|y'?all|your (?:company|number|business)|this (?:call|number))",
      '(?:report|reporting|complain|complaint|complaining) (?:_ ){0,5}?(?:fcc|ftc|ico|trai|ofcom|attorney general|police|bbb|better business bureau)',
      "(?:do not|don'?t|does not|doesn'?t|cannot|can'?t) (?:accept|take|allow|want) (?:_ ){0,2}?(?:solicit_|solicitations?|solicitors|solicitation calls|telemarketing|telemarketers|(?:sales|marketing|unsolicited) calls?)",
      'no (?:soliciting|solicitation|solicitations|solicitors|telemarketers)',
      "this is harassment|you(?:'?re| are) harassing (?:me|us)",
      "(?:told|asked|said to|begged) (?:you|y'?all|you guys|you people|your (?:_ )?(?:company|people|boss|manager|colleague|coworker)|them) (?:_ ){0,2}?(?:not to|to not|to never|never to|to stop|to quit) (?:_ )?(?:call|contact|phone|ring|text)(?:ing)?",
    ],
    { after: thirdParty },
  ),
  ...phrases('opt-out', ['(?:my|an|our) (?:lawyer|attorney|solicitor)'], {
    before: /^ (?:first|about|before|friend|said|says|handles|is handling|handled|needs to|has to|looked|look) /u,
    after: / (?:ask|check with|with|am|i'm|talk to) $/u,
  }),
  ...phrases('opt-out', ['remove (?:me|us|my (?:phone )?number|our number|this number|my name|my (?:info|information|details))'], {
    before: /^ (?:as |from (?:speaker|hold|mute|the (?:call|meeting|account|policy|plan|lease|insurance|deed|title|invoice|order)|my ))/u,
    after: thirdParty,
  }),
  ...phrases('opt-out', ['opt(?:ing|ed)? (?:me |us |my number )?out', 'opt out'], {
    before: /^ of (?:the|that|my|this|your) (?![^|]{0,30}(?:list|calls?|calling|messages|marketing|communications?|program|texts?) )/u,
    after: thirdParty,
  }),
  ...phrases(
    'opt-out',
    [
      `${never} (?:ever |again |be )?${call}(?:ing)? ${here} (?:_ ){0,4}?(?:again|any ?more|ever|ever again)`,
      `${never} (?:ever |again )?${call} (?:again|any ?more|ever|ever again)`,
      `(?:don'?t|do not|never) (?:_ )?bother (?:me |us )?(?:to call|calling|with (?:these|your) calls)(?: ${here})?(?: _)?`,
      `don'?t you (?:ever|dare) (?:_ )?${call} ${here}(?: (?:again|any ?more|ever again))?`,
      `(?:if|wish|prefer|rather) you (?:_ )?(?:did not|didn'?t|would not|wouldn'?t|not|never|stopped) (?:ever )?(?:${call}|${calling})(?: ${here})?(?: (?:again|any ?more))?`,
      `(?:not to|to not|to never) ${call} ${here} (?:again|any ?more|ever|ever again)`,
    ],
    { before: either(scheduled, elsewhere), after: either(thirdParty, statement) },
  ),
  ...phrases(
    'opt-out',
    [`${never} (?:ever )?${call} (?:${here} )?back`, `(?:never|don'?t ever|do not ever|no longer) (?:again )?${call} ${here}${notName}`],
    { before: either(scheduled, elsewhere), after: either(thirdParty, statement, / you $/u) },
  ),
  ...phrases(
    'opt-out',
    [
      `(?:don'?t|do not|must not|(?:can|could|would) you not) ${call} ${here}${notName}(?= (?:[,|]|$)| (?:at all|okay|ok|thank|thanks|on|at|for|about|with|i|i'?m|we|this|or|and|because|cause|cuz|you|your|man|i'?ve|it'?s|no|not) )`,
      `(?:don'?t|do not|never) (?:ever )?call(?= (?:[,|]|$))`,
      `(?:don'?t|do not) (?:want|wanna|wish|need|like) (?:any |any ?more |more |these |your |further |no |no more |to (?:get|receive|take|have) |getting |receiving )*(?:phone |sales |marketing |telemarketing |robo )?calls?(?! (?:you|him|her|them) )`,
      `(?:don'?t|do not|never) (?:want|like) (?:you|you guys|you people|y'?all|anyone|anybody|your company|your people) (?:to )?(?:_ )?(?:${call}|${calling})(?: ${here})?`,
      "(?:don'?t|do not|never) (?:want|wanna|wish|like) to be (?:called|contacted|phoned|on (?:_ ){1,3}?list)",
      "(?:don'?t|do not|never) (?:want to|wanna) (?:ever )?hear from (?:you|y'?all|your|any of you)(?: _)?",
    ],
    { before: either(scheduled, elsewhere, / you back /u), after: either(thirdParty, / (?:if you|they|he|she|why do you) $/u) },
  ),
  ...phrases(
    'opt-out',
    [
      `(?:stop|quit|cease) (?:_ )?${calling} ${here}${notName}`,
      `(?:stop|quit|cease) (?:_ )?${calling}(?= (?:[,|]|$)| (?:every|everyday|all|over|back|and|or|i|i'?m|we|you|your|thank|thanks|right|already|man|now|immediately|again|at once|because|cause|people|so much|for|sir|ma'?am|madam|folks|guys) )`,
      `(?:stop|quit) (?:to )?call (?:me|us|here)`,
      '(?:stop|end) (?:all |with )?(?:the|these|those|your|all|this) (?:_ )?(?:calls|calling|phone calls)',
      'no more (?:_ ){0,2}?(?:calls?|calling|phoning)',
    ],
    { before: scheduledStop, after: either(thirdParty, doesNotStop, / (?:have|has|had|are|were|got|there's) $/u) },
  ),
];

const callback: readonly Phrase[] = phrases(
  'callback',
  [
    '(?:call|phone|ring|try) (?:me|us|again|back|me back|us back|me again) (?:later|tomorrow|tonight|after|around|at|next|in|on|another|some ?other|this (?:afternoon|evening|week)|when|monday|tuesday|wednesday|thursday|friday|saturday|sunday|any other|again)(?: _)?',
    '(?:call|phone|ring) (?:me |us )?back',
    '(?:call|phone|ring) (?:later|tomorrow|another (?:time|day)|some ?other (?:time|day)|next week)',
  ],
  {
    before: /^ number /u,
    after: either(
      thirdParty,
      / (?:don't|dont|do not|never|not|not to|to not|stop|quit|won't|wouldn't|didn't|did not|doesn't|no need to|to never|you never|you ever|i'll|i will|will i|i can|i|we'll|they|he|she) $/u,
    ),
  },
);

const refusal: readonly Phrase[] = [
  ...phrases(
    'soft-refusal',
    [
      'not (?:really |very |at all |particularly )?interested',
      'no interest',
      'no,? (?:thanks|thank you|thank u|thankyou)',
      "(?:i'?m|i am|we'?re|we are) all set",
      "(?:i'?m|i am|we'?re|we are) (?:good|fine|okay|ok)(?= (?:thanks|thank|for now|as is|with what) )",
      '(?:i|we) already (?:have|got|use|bought) (?:one|it|that|this|someone|somebody|a _|an _|coverage|insurance|solar)(?! (?:question|more|thing|of your|about) )',
      "(?:don'?t|do not) (?:need|want) (?:it|any|one|that|this|your|anything)(?= )(?! (?:to|you|call|calls) )",
      "i'?ll pass",
      'not for (?:me|us)(?= (?:[,|]|$))',
    ],
    { after: / (?:not that|not that i'm|not that i am|not|never said i'm|if i'm|if i was|if you're) $/u },
  ),
];

const circumstance: readonly Phrase[] = phrases(
  'callback',
  [
    "(?:i'?m|i am|we'?re|we are) (?!not )(?:_ )?(?:driving|busy|(?:at|in) (?:_ )?(?:work|dinner|lunch|class|court|church|the (?:doctor|hospital|store|car|middle|bathroom|office)_?))",
    'in a (?:meeting|conference|call)',
    "(?:bad|wrong|terrible|awkward) (?:time|moment)|(?:not|isn'?t) (?:a |the )?(?:good|best|great|right|convenient) (?:time|moment)",
    'caught me (?:at|in|on) _',
  ],
  { after: / (?:not|isn't|never|not a|isn't a|not in) $/u },
);

const ending: readonly Phrase[] = [
  ...phrases(
    'end-call',
    [
      "(?:want to|wanna|going to|gonna|have to|gotta|need to|'?ll|will|i'?ll|am|i'?m) hang(?:ing)? up(?: _)?",
      "(?:i|we|i'?ve|we'?ve) (?:_ )?(?:have to|got to|gotta|need to|must) (?:_ )?(?:go|run|leave)(?! (?:through|over|with|by|back over|ahead|online|check|look|find|ask|get|it|a|you) )",
      'good ?bye|bye bye|bye',
      'get off (?:the|my|this) (?:phone|line)',
      'not (?:right )?now',
      "(?:don'?t|do not|no) have (?:the )?time|no time (?:for this|right now|now)",
    ],
    { after: / (?:say|said|if|why) $/u },
  ),
];

/** "Leave me alone": once ends the call; twice, or with a curse, means never again. */
const leaveAlone: readonly Phrase[] = phrases('end-call', [
  'leave (?:me|us) (?:_ ){0,2}?alone',
  '(?:stop|quit) (?:bothering|bugging|pestering|annoying) (?:me|us)',
  'fuck off|piss off|screw you|fuck you|go to hell',
]);

export const english: PhraseBook = { optOut, callback, refusal, circumstance, ending, leaveAlone };
