import type { Client } from '../../client/client.ts';
import { type SavedFile, saveFile, saveRecording } from '../../client/save-file.ts';
import { toast, toastProblem } from '../../ui/toast.ts';

/** Give a file to the person, and say where it is. @param otherwise what to say before the reason when it could not be written */
export async function keepFile(client: Client, file: SavedFile, otherwise: string): Promise<void> {
  await told(client, saveFile(client, file), otherwise);
}

/** The same for a recording. @param url of `recordings.ticket` */
export async function keepRecording(client: Client, url: string, fileName: string, otherwise: string): Promise<void> {
  await told(client, saveRecording(client, url, fileName), otherwise);
}

async function told(client: Client, saved: Promise<string | null>, otherwise: string): Promise<void> {
  try {
    const place = await saved;
    if (place !== null) toast(client.kind === 'desktop' ? `Saved as ${place}.` : `${place} is among your downloads.`);
  } catch (error) {
    toastProblem(`${otherwise} ${error instanceof Error ? error.message : ''}`);
  }
}
