import { describe, expect, it } from 'vitest';
import { soundsLikeMailbox, topicOf, warmLeadTopics } from '#bridge/domain/lead-topics.ts';

describe('a topic that is a matter for a person', () => {
  it.each([
    ['law', "I'm going to talk to my lawyer about this."],
    ['law', 'I will sue you.'],
    ['law', "I'll call the police."],
    ['law', 'See you in court!'],
    ['law', 'You will hear from my attorney.'],
    ['law', 'Voy a llamar a mi abogado.'],
    ['law', 'Los voy a demandar.'],
    ['law', 'Llamaré a la policía.'],
    ['law', 'Je vais appeler mon avocat.'],
    ['law', 'Je vais porter plainte.'],
    ['law', "J'appelle la police."],
    ['law', 'मैं पुलिस को बताऊंगा।'],
    ['law', 'Main vakil se baat karunga.'],
    ['complaint', 'I want to make a complaint.'],
    ['complaint', 'I want my money back.'],
    ['complaint', 'Can I get a refund?'],
    ['complaint', 'Quiero un reembolso.'],
    ['complaint', 'Je veux un remboursement.'],
    ['complaint', 'मुझे शिकायत करनी है।'],
    ['complaint', 'Mere paise wapas karo.'],
    ['contract', 'Is there a contract?'],
    ['contract', 'What about the fine print?'],
    ['contract', '¿Hay que firmar un contrato?'],
    ['contract', 'Il y a un contrat ?'],
    ['contract', 'क्या कोई अनुबंध है?'],
    ['price', 'How much is it?'],
    ['price', "What's the price of the cleaning?"],
    ['price', 'That is too expensive for me.'],
    ['price', '¿Cuánto cuesta?'],
    ['price', 'Es muy caro.'],
    ['price', 'Combien ça coûte ?'],
    ['price', "C'est trop cher."],
    ['price', 'Kitna paisa lagega?'],
    ['price', 'इसकी क़ीमत क्या है?'],
  ] as const)('%s is heard in "%s"', (topic, text) => {
    expect(topicOf(text)).toBe(topic);
  });

  it('is the gravest of several', () => {
    expect(topicOf('Your price is a joke, I want a refund or I call my lawyer.')).toBe('law');
  });

  it.each([
    'Yes, Tuesday at three works.',
    "I'm a lawyer, so mornings are difficult.",
    'My wife is a police officer.',
    'How much time do I have?',
    "It's by the police station.",
    'This is Sue speaking.',
    'We live across from the tennis court.',
    'Gracias, el martes está bien.',
    "C'est ma police d'assurance.",
    'हां, ठीक है।',
    '',
  ])('is not heard in "%s"', (text) => {
    expect(topicOf(text)).toBeNull();
  });
});

describe('the words of a mailbox', () => {
  it.each([
    'Please leave a message after the tone.',
    "Hi, you've reached Dana. I can't come to the phone right now.",
    'The person you are trying to reach is not available.',
    'Your call has been forwarded to voicemail.',
    'Por favor deje su mensaje después del tono.',
    'Laissez un message après le bip.',
    'Vous êtes bien sur la messagerie de Paul.',
    'कृपया बीप के बाद संदेश छोड़ें।',
  ])('are heard in "%s"', (text) => {
    expect(soundsLikeMailbox(text)).toBe(true);
  });

  it.each(['Hello, who is this?', 'Yes, I am available on Monday.', 'I got your message.', 'Diga.', 'Allô ?', 'हां बोलिए।'])(
    'are not heard in "%s"',
    (text) => {
      expect(soundsLikeMailbox(text)).toBe(false);
    },
  );
});

describe('a bridge that has started', () => {
  it('has looked at words once already', () => {
    expect(warmLeadTopics()).toBeUndefined();
  });
});
