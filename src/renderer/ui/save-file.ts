import type { Exported } from '#bridge/contract/operations.ts';

/** Hand a file to the person: the browser asks where to put it, or puts it among the downloads. */
export function saveFile({ fileName, mediaType, content, encoding }: Exported): void {
  const bytes = encoding === 'base64' ? Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0)) : content;
  const url = URL.createObjectURL(new Blob([bytes], { type: mediaType }));
  saveAddress(url, fileName);
  // The download reads it after this task.
  window.setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Download what an address of our own gives. */
export function saveAddress(url: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName;
  link.click();
}
