import { localStorageColorSchemeManager } from '@mantine/core';

/** Light, dark, or as the system; kept on this machine. */
export const colorSchemes = localStorageColorSchemeManager({ key: 'ringside.appearance' });
