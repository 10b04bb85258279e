// Turns the microphone into what telephones carry: 8 kHz, low-passed, mu-law, in frames of 20 ms. Every 20 ms it posts { level, frame }:
// how loud the microphone is (0 to 1), and while it is open a Uint8Array of 9 free bytes for a header and 160 of sound. While it is closed
// no frame leaves it; the level still does.
const frameSamples = 160;
const headerBytes = 9;
/** 5 ms, so that opening and closing do not click. */
const rampStep = 1 / 40;

/** @see ITU-T G.711 */
function muLaw(sample) {
  const sign = sample < 0 ? 0x80 : 0;
  let magnitude = Math.min(32635, Math.round(Math.abs(sample) * 32768)) + 0x84;
  let exponent = 7;
  for (let mask = 0x4000; exponent > 0 && !(magnitude & mask); mask >>= 1) exponent--;
  magnitude = (magnitude >> (exponent + 3)) & 0x0f;
  return ~(sign | (exponent << 4) | magnitude) & 0xff;
}

class Microphone extends AudioWorkletProcessor {
  filled = 0;
  sum = 0;
  gain = 0;
  wanted = 0;
  wasOpen = false;
  ended = false;
  frame = new Uint8Array(headerBytes + frameSamples);

  constructor({ processorOptions: { step, phases, length, taps } }) {
    super();
    Object.assign(this, { step, phases, length, taps });
    // The newest samples stand twice, so that any window of them is in one piece.
    this.size = length + 128;
    this.history = new Float32Array(this.size * 2);
    this.written = 0;
    this.until = 0;
    this.phase = 0;
    this.port.onmessage = ({ data }) => {
      if (data === 'end') this.ended = true;
      else this.wanted = data === 'open' ? 1 : 0;
    };
  }

  process([input]) {
    if (this.ended) return false;
    const [left, right] = input ?? [];
    for (let i = 0; i < 128; i++) this.take(left === undefined ? 0 : right === undefined ? left[i] : (left[i] + right[i]) / 2);
    return true;
  }

  take(sample) {
    this.history[this.written] = sample;
    this.history[this.written + this.size] = sample;
    this.written = (this.written + 1) % this.size;
    if (this.until > 0) {
      this.until -= 1;
      return;
    }
    const start = this.written + this.size - this.length;
    const base = this.phase * this.length;
    let value = 0;
    for (let tap = 0; tap < this.length; tap++) value += this.history[start + tap] * this.taps[base + this.length - 1 - tap];
    this.put(value);
    const next = this.phase + this.step;
    this.until = Math.floor(next / this.phases) - 1;
    this.phase = next % this.phases;
  }

  put(value) {
    this.sum += value * value;
    if (this.gain !== this.wanted)
      this.gain = this.wanted > this.gain ? Math.min(1, this.gain + rampStep) : Math.max(0, this.gain - rampStep);
    if (this.gain > 0) this.wasOpen = true;
    this.frame[headerBytes + this.filled] = muLaw(value * this.gain);
    this.filled += 1;
    if (this.filled < frameSamples) return;
    const decibels = 10 * Math.log10(this.sum / frameSamples + 1e-10);
    const level = Math.min(1, Math.max(0, (decibels + 50) / 50));
    if (this.wasOpen) {
      const frame = this.frame;
      this.frame = new Uint8Array(headerBytes + frameSamples);
      this.port.postMessage({ level, frame }, [frame.buffer]);
    } else this.port.postMessage({ level, frame: null });
    this.filled = 0;
    this.sum = 0;
    this.wasOpen = this.gain > 0;
  }
}

registerProcessor('ringside-microphone', Microphone);
