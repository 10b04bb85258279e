import { z } from 'zod';
import { callId } from './ids.ts';

/** A file that a person chose. Whoever imports it reads it from its path; the window sees only how it begins. */
export const chosenList = z.object({
  path: z.string(),
  name: z.string(),
  /** Its first characters, decoded: enough for the names of the columns. */
  head: z.string(),
});

/**
 * What the window and Electron's main process say to each other on the same channel as the bridge's own messages. All types begin with
 * `desktop.`, so that either side tells them from what belongs to the bridge.
 */
export const desktopRequest = z.discriminatedUnion('type', [
  /** Hang up what is still live and quit at once. */
  z.object({ type: z.literal('desktop.quit-now') }),
  /** Do not quit after all; calls that were told goodbye still end. */
  z.object({ type: z.literal('desktop.stay') }),
  /** Save a file where the person chooses. */
  z.object({
    type: z.literal('desktop.save'),
    id: z.int(),
    fileName: z.string().min(1).max(200),
    content: z.string(),
    encoding: z.enum(['utf8', 'base64']),
  }),
  /** Save a recording where the person chooses. It may be large: it goes to the disk without passing through the window. */
  z.object({
    type: z.literal('desktop.save-recording'),
    id: z.int(),
    fileName: z.string().min(1).max(200),
    /** As `recordings.ticket` gives it. */
    url: z.string().startsWith('/recordings/'),
  }),
  /** Let the person choose a list of numbers or leads. */
  z.object({ type: z.literal('desktop.choose-list'), id: z.int() }),
]);

export const desktopMessage = z.discriminatedUnion('type', [
  /** The app lands its calls and quits; again each second. */
  z.object({ type: z.literal('desktop.quitting'), secondsLeft: z.int(), calls: z.int() }),
  z.object({ type: z.literal('desktop.staying') }),
  /** Somebody clicked a notification or a menu entry. */
  z.object({ type: z.literal('desktop.open-call'), callId }),
  z.object({ type: z.literal('desktop.go'), path: z.string() }),
  /** `path` null: the person closed the dialog. */
  z.object({ type: z.literal('desktop.answer'), id: z.int(), path: z.string().nullable(), problem: z.string().nullable() }),
  /** `list` null: the person closed the dialog, or the file is no list, as `problem` says. */
  z.object({ type: z.literal('desktop.list'), id: z.int(), list: chosenList.nullable(), problem: z.string().nullable() }),
]);

export type ChosenList = z.infer<typeof chosenList>;
export type DesktopRequest = z.infer<typeof desktopRequest>;
export type DesktopMessage = z.infer<typeof desktopMessage>;
