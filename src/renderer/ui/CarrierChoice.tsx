import type { CarrierName } from '#bridge/contract/words.ts';
import { carrierNames, carrierWords } from './format.ts';
import { Choice } from './parts.tsx';

const options = carrierNames.map((value) => ({ value, words: carrierWords[value] }));

/** Over which carrier. */
export function CarrierChoice({ value, onChange }: { readonly value: CarrierName; readonly onChange: (value: CarrierName) => void }) {
  return <Choice label="Carrier" value={value} options={options} onChange={onChange} />;
}
