/** Every key of every screen. The keys of the screen that is open stand under `?` too. */
export const keyMap: readonly { readonly name: string; readonly keys: readonly { readonly keys: string; readonly words: string }[] }[] = [];
