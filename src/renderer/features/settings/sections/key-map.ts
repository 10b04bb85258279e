interface KeyGroup {
  readonly name: string;
  readonly keys: readonly { readonly keys: string; readonly words: string }[];
}

/** Every key of every screen, in the words of the screens. What holds on the screen that is open stands under `?` too. */
export const keyMap: readonly KeyGroup[] = [
  {
    name: 'Everywhere',
    keys: [
      { keys: 'mod+K', words: 'Search calls, leads, commands' },
      { keys: '?', words: 'Show the keys' },
      { keys: 'alt+1', words: 'Go to Board; Alt 2 and on, the screens below it' },
      { keys: 'O', words: 'Duty and microphone' },
    ],
  },
  {
    name: 'While you are live',
    keys: [
      { keys: 'B', words: 'Give back, with your note' },
      { keys: 'N', words: 'Write the note' },
      { keys: 'shift+X', words: 'Call the transfer off' },
      { keys: 'Escape', words: 'Step back: the AI goes on at once' },
      { keys: 'Space', words: 'Hold to talk' },
      { keys: 'U', words: 'Mute' },
    ],
  },
  {
    name: 'Board',
    keys: [
      { keys: 'ArrowDown', words: 'Next call' },
      { keys: 'ArrowUp', words: 'Previous call' },
      { keys: 'Enter', words: 'Open the call' },
      { keys: 'Escape', words: 'Close the open call' },
      { keys: 'T', words: 'Take over' },
      { keys: 'L', words: 'Listen' },
      { keys: 'ArrowLeft', words: 'Five seconds back' },
      { keys: 'ArrowRight', words: 'Five seconds on' },
      { keys: '.', words: 'Catch up at 1.5x' },
      { keys: 'End', words: 'Back to live' },
      { keys: 'C', words: 'Coach' },
      { keys: 'S', words: 'Say a line' },
      { keys: 'X', words: 'Transfer' },
      { keys: '0', words: 'No person is needed' },
      { keys: 'M', words: 'Mark this moment' },
      { keys: 'D', words: 'Press digits' },
      { keys: 'V', words: 'Say who picked up' },
      { keys: 'shift+End', words: 'Hang up' },
      { keys: 'P', words: 'Pause the campaign, or go on' },
      { keys: '1', words: 'Needs first' },
      { keys: '2', words: 'Oldest first' },
      { keys: 'R', words: 'Start the rehearsal' },
    ],
  },
  {
    name: 'Campaigns',
    keys: [
      { keys: 'N', words: 'New campaign' },
      { keys: 'P', words: 'Pause or resume the campaign' },
      { keys: 'E', words: 'Edit' },
    ],
  },
  {
    name: 'Agents',
    keys: [
      { keys: 'N', words: 'New agent' },
      { keys: 'mod+S', words: 'Save a new version' },
    ],
  },
  {
    name: 'Rehearsal',
    keys: [{ keys: 'R', words: 'Start the sample' }],
  },
  {
    name: 'Review, list of calls',
    keys: [
      { keys: 'ArrowDown', words: 'Next call' },
      { keys: 'ArrowUp', words: 'Call before' },
      { keys: 'PageDown', words: 'A screen further' },
      { keys: 'PageUp', words: 'A screen back' },
      { keys: 'Home', words: 'The newest call' },
      { keys: 'End', words: 'The oldest call' },
      { keys: 'Enter', words: 'Open the call' },
      { keys: '/', words: 'Find a call' },
    ],
  },
  {
    name: 'Review, what was said',
    keys: [
      { keys: 'ArrowDown', words: 'Next find' },
      { keys: 'ArrowUp', words: 'Find before' },
      { keys: 'Enter', words: 'Open the call at that second' },
    ],
  },
  {
    name: 'Review, one call',
    keys: [
      { keys: 'Space', words: 'Play or pause' },
      { keys: 'J', words: 'Line before' },
      { keys: 'K', words: 'Next line' },
      { keys: 'ArrowLeft', words: 'Five seconds back' },
      { keys: 'ArrowRight', words: 'Five seconds on' },
      { keys: 'Home', words: 'To the beginning' },
      { keys: '.', words: 'Faster' },
      { keys: ',', words: 'Slower' },
      { keys: '/', words: 'Find in this call' },
      { keys: 'M', words: 'Mark this moment' },
      { keys: 'I', words: 'Cut a clip' },
      { keys: 'V', words: 'Say who picked up' },
      { keys: '[', words: 'Call before in the list' },
      { keys: ']', words: 'Next call in the list' },
      { keys: 'Escape', words: 'Back to the list' },
    ],
  },
  {
    name: 'Insights',
    keys: [
      { keys: 'ArrowLeft', words: 'Bar before, in a row of bars' },
      { keys: 'ArrowRight', words: 'Next bar, in a row of bars' },
      { keys: 'Enter', words: 'Show the calls of the bar or row' },
    ],
  },
  {
    name: 'Settings',
    keys: [
      { keys: 'mod+S', words: 'Save' },
      { keys: '/', words: 'Find a number' },
    ],
  },
];
