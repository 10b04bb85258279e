import { type PhraseBook, phrases } from './opt-out-text.ts';

// Hindi in both scripts: recognisers write Devanagari or Latin letters, often both in one sentence. Without the dots of loan sounds.
const call = '(?:call|calls|phone|fone|kol|कॉल|काल|कोल|फोन)';
const not = '(?:mat|na|nahi|nahin|mut|मत|ना|न|नहीं)';
const make =
  '(?:karo|karna|kare|karen|karein|kariye|kariyega|kijiye|kijie|kijiyega|kar|karte|lagao|lagana|करो|करना|करें|करे|करिए|करिएगा|कीजिए|कीजिये|कीजिएगा|कर|लगाओ|लगाना|करते)';
const again = '(?:dobara|dubara|dobaara|phir se|fir se|phir|fir|aage se|kabhi|kabhi bhi|ab|दोबारा|दुबारा|फिर से|फिर|आगे से|कभी|कभी भी|अब)';
const number = '(?:number|nambar|naam|नंबर|नम्बर|नाम)';
const list = '(?:list|लिस्ट|सूची|database|डेटाबेस)';
const remove =
  '(?:hata|hatao|hatado|hatana|hataiye|hataen|hatayein|nikal|nikalo|nikaliye|nikaal|kaat|kaato|delete|mita|mitao|हटा|हटाओ|हटाना|हटाइए|हटाएं|निकाल|निकालो|निकालिए|काट|काटो|डिलीट|मिटा|मिटाओ)';

/** The time stands before the verb: "paanch baje se pehle call mat karo". "Aaj ke baad" (after today) is for ever. */
const scheduled =
  /(?:(?<! (?:aaj|is) ke| iske| (?:आज|इस) के| इसके) (?:baad|baad me|baad mein|बाद|बाद में)| (?:pehle|pahle|abhi|aaj|kal|subah|raat ko|raat me|raat mein|shaam ko|dopahar|dopahar ko|office me|office mein|office par|office pe|kaam par|kaam pe|sunday ko|itni raat|itni subah|पहले|अभी|आज|कल|सुबह|रात को|रात में|शाम को|दोपहर|दोपहर में|ऑफिस में|ऑफिस पर|काम पर|रविवार को))(?: (?:tak|तक))?(?: (?:mujhe|mujhko|hame|humein|humko|मुझे|हमें|मुझको))? $/u;
/** "Maine bank ko bola..." */
const thirdParty =
  /(?:bank|biwi|patni|pati|boss|usko|use|unko|unhe|company|बैंक|बीवी|पत्नी|पति|बॉस|उसको|उसे|उनको|उन्हें)(?: (?:ko|walon ko|walo ko|को|वालों को))? (?:bola|boli|kaha|keh diya|bol diya|बोला|बोली|कहा|कह दिया|बोल दिया)(?: (?:ki|ke|tha ki|कि|था कि))?(?: (?:mujhe|hame|मुझे|हमें))? $/u;
const either = (...expressions: readonly RegExp[]) =>
  new RegExp(expressions.map((expression) => `(?:${expression.source})`).join('|'), 'u');

export const hindi: PhraseBook = {
  optOut: [
    ...phrases(
      'opt-out',
      [
        `(?:${again} )?${call} (?:_ )?${not} ${make}(?: (?:na|karo|karna|करो|करना))?`,
        `(?:${again} )?${not} ${make} ${call}`,
        `${call} ${make} ${not}`,
        `${call} ${make} (?:band|bandh|बंद|बन्द) ${make}`,
        `${call} (?:band|bandh|बंद|बन्द) ${make}`,
        `(?:aur|or|और) ${call} (?:nahi|nahin|नहीं) (?:chahiye|chahie|चाहिए)`,
        `don'?t call ${make}`,
      ],
      { after: either(scheduled, thirdParty) },
    ),
    ...phrases(
      'opt-out',
      [
        `(?:mera|meri|mere|hamara|humara|ye|yeh|yah|is|मेरा|हमारा|यह|ये|इस) ${number} (?:_ ){0,3}?${remove}(?: (?:do|den|dijiye|dijie|dena|karo|kar do|दो|दें|दीजिए|देना|करो|कर दो))?`,
        `${list} (?:se|me se|mein se|से|में से) (?:_ ){0,3}?${remove}(?: (?:do|den|dijiye|dena|दो|दें|दीजिए|देना))?`,
        `(?:mujhe|mujhko|hame|humein|मुझे|हमें) (?:_ ){0,2}?${list} (?:_ ){0,2}?${remove}`,
        '(?:dnd|do not disturb|डीएनडी)',
        '(?:shikayat|complaint|complain|शिकायत|कंप्लेंट) (?:_ )?(?:karunga|karungi|karenge|kar dunga|kar dungi|करूंगा|करूंगी|करूँगा|करूँगी|करेंगे|कर दूंगा|कर दूंगी)',
        `(?:trai|ट्राई) (?:_ ){0,2}?(?:complaint|shikayat|शिकायत)`,
      ],
      { after: thirdParty },
    ),
  ],
  callback: phrases('callback', [
    `(?:baad me|baad mein|baad main|thodi der me|thodi der mein|thodi der baad|shaam ko|kal|parso|बाद में|थोड़ी देर में|थोडी देर में|थोडी देर बाद|शाम को|कल|परसों) (?:_ )?(?:wapas |वापस )?${call} ${make}`,
    `(?:dobara|phir se|wapas|दोबारा|फिर से|वापस) ${call} ${make}`,
  ]),
  refusal: phrases('soft-refusal', [
    '(?:interest|interested|ruchi|dilchaspi|इंटरेस्ट|इंटरेस्टेड|रुचि|दिलचस्पी) (?:nahi|nahin|nai|नहीं)(?: (?:hai|hoon|hu|hun|है|हूं|हूँ))?',
    '(?:nahi|nahin|नहीं) (?:chahiye|chahie|चाहिए)',
    '(?:zaroorat|zarurat|jarurat|जरूरत) (?:nahi|nahin|नहीं)',
    '(?:nahi|nahin|नहीं) (?:dhanyavad|dhanyavaad|shukriya|thank you|thanks|धन्यवाद|शुक्रिया)',
  ]),
  circumstance: phrases('callback', [
    '(?:gaadi|gadi|car|bike|गाडी|गाड़ी|कार) (?:chala|चला) (?:raha|rahi|रहा|रही)(?: (?:hoon|hu|hun|हूं|हूँ))?',
    '(?:drive|driving|ड्राइव) (?:kar (?:raha|rahi)|कर (?:रहा|रही)|me|mein)',
    '(?:meeting|मीटिंग) (?:me|mein|main|में)',
    '(?:busy|vyast|बिजी|व्यस्त) (?:hoon|hu|hun|हूं|हूँ)',
  ]),
  ending: phrases('end-call', [
    '(?:mujhe|मुझे) (?:jana|jaana|जाना) (?:hai|है)',
    '(?:phone|call|फोन|कॉल) (?:rakh|rakhta|rakhti|kaat|kat|रख|रखता|रखती|काट)(?: (?:raha|rahi|रहा|रही|deta|deti|देता|देती))?(?: (?:hoon|hu|hun|हूं|हूँ))?',
    '(?:alvida|अलविदा)',
    '(?:abhi|अभी) (?:nahi|nahin|नहीं)',
    '(?:time|samay|waqt|टाइम|समय|वक्त) (?:nahi|nahin|नहीं) (?:hai|है)',
  ]),
  leaveAlone: phrases('end-call', [
    `(?:pareshan|pareshaan|tang|disturb|परेशान|तंग|डिस्टर्ब) ${not} ${make}`,
    '(?:peecha|pichha|पीछा) (?:chhodo|choro|छोडो|छोड़ो)',
  ]),
};
