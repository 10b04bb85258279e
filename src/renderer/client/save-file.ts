import type { Client } from './client.ts';

let lastId = 0;

/** A file as the bridge exports it. */
export interface SavedFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly content: string;
  readonly encoding: 'utf8' | 'base64';
}

/**
 * Give a file to the person: the desktop app asks where to, a browser downloads it.
 *
 * @returns where it went, null when the person closed the dialog @throws {Error} with words for the person when it could not be written
 */
export async function saveFile(client: Client, { fileName, mediaType, content, encoding }: SavedFile): Promise<string | null> {
  if (client.kind === 'desktop') {
    return await ask(client, (id) => ({ type: 'desktop.save', id, fileName, content, encoding }));
  }
  const bytes = encoding === 'utf8' ? content : Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
  const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  download(url, fileName);
  // The download has begun when the click returns; the browser needs the address a moment longer.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  return fileName;
}

/**
 * Give a recording to the person, as {@link saveFile} does a file. It may be large: it goes to the disk without passing through the page.
 * @param url of `recordings.ticket`
 */
export async function saveRecording(client: Client, url: string, fileName: string): Promise<string | null> {
  if (client.kind === 'desktop') return await ask(client, (id) => ({ type: 'desktop.save-recording', id, fileName, url }));
  download(url, fileName);
  return fileName;
}

function download(url: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
}

function ask(client: Client, request: (id: number) => Parameters<Client['tellDesktop']>[0]): Promise<string | null> {
  const id = ++lastId;
  return new Promise((resolve, reject) => {
    const stop = client.onDesktop((message) => {
      if (message.type !== 'desktop.answer' || message.id !== id) return;
      stop();
      if (message.problem === null) resolve(message.path);
      else reject(new Error(message.problem));
    });
    client.tellDesktop(request(id));
  });
}
