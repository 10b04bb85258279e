import { NumberInput, type NumberInputProps } from '@mantine/core';

type Props = Omit<NumberInputProps, 'value' | 'onChange' | 'prefix' | 'decimalScale' | 'min'> & {
  /** Micro-dollars; null for none. */
  readonly micros: number | null;
  onChange(micros: number | null): void;
};

/** Dollars and cents, as a person writes them; empty for none. */
export function MoneyInput({ micros, onChange, ...rest }: Props) {
  return (
    <NumberInput
      prefix="$"
      decimalScale={2}
      placeholder="No limit"
      min={0}
      value={micros === null ? '' : micros / 1_000_000}
      onChange={(value) => onChange(typeof value === 'number' ? Math.round(value * 1_000_000) : null)}
      {...rest}
    />
  );
}
