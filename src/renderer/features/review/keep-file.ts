import type { Client } from '../../client/client.ts';
import { type SavedFile, saveFile } from '../../client/save-file.ts';
import { toast, toastProblem } from '../../ui/toast.ts';

/** Give a file to the person, and say where it is. @param otherwise what to say before the reason when it could not be written */
export async function keepFile(client: Client, file: SavedFile, otherwise: string): Promise<void> {
  try {
    const place = await saveFile(client, file);
    if (place !== null) toast(client.kind === 'desktop' ? `Saved as ${place}.` : `${place} is among your downloads.`);
  } catch (error) {
    toastProblem(`${otherwise} ${error instanceof Error ? error.message : ''}`);
  }
}
