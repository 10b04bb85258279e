// Plays both sides of a call: 8 kHz mono each, left and right. Frames come as { side, counter, samples: Float32Array(160) }.
// A buffer of 60 ms evens out their arrival; what is missing is silence of the same length; what piles up is caught up with.
const rate = 8000;
const startFrames = 3;
const mostFrames = 15;
const fadeSamples = 240;

class Lane {
  frames = [];
  next = null;
  started = false;
  offset = 0;
  last = 0;

  push(counter, samples) {
    if (this.next !== null && counter < this.next) return;
    const gap = this.next === null ? 0 : counter - this.next;
    // A short gap is silence in its place; after a long one it is a new beginning.
    if (gap > 0 && gap <= mostFrames) for (let i = 0; i < gap; i++) this.frames.push(null);
    this.frames.push(samples);
    this.next = counter + 1;
    if (this.frames.length > mostFrames) this.frames.splice(0, this.frames.length - startFrames);
  }

  // The sample at the playhead, interpolated; the playhead moves by `step` samples of 8 kHz.
  read(step) {
    if (!this.started) {
      if (this.frames.length < startFrames) return 0;
      this.started = true;
    }
    const frame = this.frames[0];
    if (frame === undefined) {
      this.started = false;
      return 0;
    }
    const at = Math.floor(this.offset);
    const here = frame === null ? 0 : frame[at];
    const after = at + 1 < 160 ? (frame === null ? 0 : frame[at + 1]) : this.frames[1] ? this.frames[1][0] : here;
    const value = here + (after - here) * (this.offset - at);
    this.offset += step;
    if (this.offset >= 160) {
      this.offset -= 160;
      this.frames.shift();
    }
    return value;
  }
}

class Player extends AudioWorkletProcessor {
  lanes = [new Lane(), new Lane()];
  gain = 0;
  wanted = 1;
  sides = [1, 1];
  wantedSides = [1, 1];
  ended = false;

  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      if (data === 'stop') this.wanted = 0;
      else if (data === 'restart') this.lanes = [new Lane(), new Lane()];
      else if (data.gains) this.wantedSides = data.gains;
      else this.lanes[data.side - 1]?.push(data.counter, data.samples);
    };
  }

  process(_inputs, outputs) {
    const [left, right] = outputs[0];
    const step = rate / sampleRate;
    const change = 1 / fadeSamples;
    for (let i = 0; i < left.length; i++) {
      if (this.gain < this.wanted) this.gain = Math.min(this.wanted, this.gain + change);
      else if (this.gain > this.wanted) this.gain = Math.max(this.wanted, this.gain - change);
      for (let side = 0; side < 2; side++) this.sides[side] += (this.wantedSides[side] - this.sides[side]) * change;
      left[i] = this.lanes[0].read(step) * this.gain * this.sides[0];
      if (right) right[i] = this.lanes[1].read(step) * this.gain * this.sides[1];
    }
    // Faded out and told to stop: the node may go.
    return !(this.wanted === 0 && this.gain === 0);
  }
}

registerProcessor('ringside-player', Player);
