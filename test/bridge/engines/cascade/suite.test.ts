import { openCascade } from '#test/support/cascade-stage.ts';
import { engineSuite } from '#test/support/engine-suite.ts';

engineSuite({
  name: 'the cascade by Flux and ElevenLabs, as an engine',
  open: (voices, clock) => openCascade(voices, clock, { ears: ['flux'], mouths: ['elevenlabs'] }),
});
engineSuite({
  name: 'the cascade by Nova and Aura, as an engine',
  open: (voices, clock) => openCascade(voices, clock, { ears: ['nova'], mouths: ['aura'] }),
});
engineSuite({
  name: 'the cascade by Flux and Cartesia, as an engine',
  open: (voices, clock) => openCascade(voices, clock, { ears: ['flux'], mouths: ['cartesia'] }),
});
engineSuite({
  name: 'the cascade by Nova and OpenAI, as an engine',
  open: (voices, clock) => openCascade(voices, clock, { ears: ['nova'], mouths: ['openai'] }),
});
