import { Modal } from '@mantine/core';
import { phone } from '../../ui/format.ts';
import { EraseForm } from './EraseForm.tsx';

/** Asks before everything about a number is erased. @param number E.164; null while nobody asked @param name of the lead, where there is one */
export function EraseDialog({
  number,
  name,
  onClose,
}: {
  readonly number: string | null;
  readonly name: string | null;
  readonly onClose: () => void;
}) {
  return (
    <Modal
      opened={number !== null}
      onClose={onClose}
      title={`Erase ${name ?? (number === null ? '' : phone(number))}`}
      centered
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {number === null ? null : <EraseForm key={number} number={number} onClose={onClose} />}
    </Modal>
  );
}
