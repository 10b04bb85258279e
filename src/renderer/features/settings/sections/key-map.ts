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
    ],
  },
  {
    name: 'Board',
    keys: [
      { keys: 'ArrowDown', words: 'Next call' },
      { keys: 'ArrowUp', words: 'Previous call' },
      { keys: 'Enter', words: 'Open the call' },
      { keys: 'Escape', words: 'Close the open call' },
      { keys: 'L', words: 'Listen, or stop listening' },
      { keys: 'M', words: 'Mark this moment' },
      { keys: 'D', words: 'Send digits' },
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
      { keys: '[', words: 'Call before in the list' },
      { keys: ']', words: 'Next call in the list' },
      { keys: 'Escape', words: 'Back to the list' },
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
