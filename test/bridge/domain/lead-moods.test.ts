import { describe, expect, it } from 'vitest';
import { asksForHuman, soundsUpset } from '#bridge/domain/lead-moods.ts';

describe('who asks for a person', () => {
  it.each([
    'Honestly, can I speak to a person? It is about the bill from March.',
    'No, I understand. I would just like to talk to somebody at the desk, please.',
    'Let me talk to a real human being.',
    'I want to speak with your manager.',
    'Could you please transfer me?',
    'Can you put me through to the office?',
    "Why can't I talk to a person?",
    'Is there anybody I can talk to?',
    'Get me a human.',
    'I need a representative.',
    'Representative.',
    'Operator!',
    'A real person, please.',
    "I don't want to talk to a robot.",
    "I'd rather speak to someone.",
    'Can you have someone call me back?',
    'Is there a manager there that I could speak with?',
    'Quiero hablar con una persona.',
    '¿Puedo hablar con alguien, por favor?',
    'Páseme con un agente.',
    '¿Me puede comunicar con el gerente?',
    'No quiero hablar con una máquina.',
    'Necesito un representante.',
    'Je voudrais parler à une personne.',
    "Je peux parler à quelqu'un ?",
    'Passez-moi un conseiller.',
    'Je veux un vrai humain.',
    'Je ne veux pas parler à un robot.',
    'Kisi insaan se baat karni hai.',
    'Manager se baat karao.',
    'मुझे किसी इंसान से बात करनी है।',
    'मैनेजर से बात कराइए।',
  ])('is heard in "%s"', (text) => {
    expect(asksForHuman(text)).toBe(true);
  });

  it.each([
    'Am I talking to a real person?',
    'Are you a human or a robot?',
    "I don't need to talk to anybody, thanks.",
    'I have to talk to my wife first.',
    'I spoke to somebody yesterday.',
    "I'll talk to someone at the office and let you know.",
    'I am the manager.',
    'I am a real estate agent.',
    'That person was very nice.',
    'Which person do you mean?',
    'Please call me back tomorrow.',
    'You can talk to my supervisor about that.',
    'No necesito hablar con nadie.',
    '¿Hablo con una persona?',
    "Je n'ai pas besoin de parler à quelqu'un.",
    'Je dois parler à ma femme.',
    'Est-ce que vous êtes une personne ?',
    'मैं अपनी पत्नी से बात करूंगा।',
    'हां, ठीक है।',
    'Yes, that sounds great.',
    '',
  ])('is not heard in "%s"', (text) => {
    expect(asksForHuman(text)).toBe(false);
  });
});

describe('who is upset', () => {
  it.each([
    'This is ridiculous.',
    "That's just unacceptable!",
    'Are you kidding me?',
    'I am really getting angry now.',
    "I'm sick and tired of these calls.",
    'You are wasting my time.',
    'What the hell is this?',
    'Shut up.',
    "You're not listening to me.",
    'I already told you no.',
    'Oh, bullshit.',
    'Esto es una falta de respeto.',
    'Estoy muy molesto.',
    "C'est vraiment ridicule.",
    "J'en ai marre de vos appels.",
    'Je suis très énervé.',
    'Je vous l’ai déjà dit.',
    'Main bahut pareshan hoon.',
    'यह बकवास है।',
    'मेरा समय बर्बाद मत करो।',
  ])('is heard in "%s"', (text) => {
    expect(soundsUpset(text)).toBe(true);
  });

  it.each([
    "I'm not angry at all.",
    'No, that is fine.',
    'I was sick last week.',
    'That is a great time for me.',
    'Do you have enough people?',
    'The pipes are making a terrible noise.',
    'I listen to the radio.',
    "C'est très bien.",
    'मैं ठीक हूं।',
    '',
  ])('is not heard in "%s"', (text) => {
    expect(soundsUpset(text)).toBe(false);
  });
});
