import { notifications } from '@mantine/notifications';
import type { ReactNode } from 'react';

const staysMs = 6_000;

/** Say what happened where no place on screen says it; never about calls. */
export function toast(message: ReactNode): void {
  notifications.show({ message, autoClose: staysMs, withBorder: true });
}

/** Something did not work, and what to do. It stays until it is closed. */
export function toastProblem(message: ReactNode): void {
  notifications.show({ message, autoClose: false, color: 'red', withBorder: true });
}
