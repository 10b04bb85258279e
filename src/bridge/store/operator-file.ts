const ending = '.operator.wav';

/** The file of an operator's own voice, beside that of the call. @param file of the call, as a name or a whole path */
export function operatorFileOf(file: string): string {
  return file.replace(/\.wav$/, ending);
}

export function isOperatorFile(file: string): boolean {
  return file.endsWith(ending);
}
